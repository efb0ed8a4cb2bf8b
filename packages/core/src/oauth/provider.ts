import type { FetchLike } from '../fetch.js';
import type { MaybePromise } from '../maybePromise.js';
import type {
  AuthorizationServerMetadata,
  OAuthClientMetadata,
  OAuthProtectedResourceMetadata,
  StoredOAuthClientInformation,
  StoredOAuthTokens
} from './schemas.js';
import type { DpopSession } from './dpop.js';

/** Kinds of credentials that a provider stores. */
type CredentialKind = 'all' | 'client' | 'tokens' | 'verifier' | 'discovery';

/** What {@link AuthProvider.onUnauthorized} gets to work with. */
export interface UnauthorizedContext {
  /** The 401 response, body unread. */
  response: Response;
  /** The MCP server. */
  serverUrl: URL;
  /** A fetch that carries the transport's settings. */
  fetchFn: FetchLike;
}

/** The least a transport needs: a bearer token for each request. An {@link OAuthClientProvider} does all the rest. */
export interface AuthProvider {
  /** The current token, or `undefined` for none. Called before every request. */
  token(): Promise<string | undefined>;
  /** Called on a 401; when it resolves, `token()` is asked again and the request is retried once. */
  onUnauthorized?(context: UnauthorizedContext): Promise<void>;
}

/** Adds client authentication to a token request, in place of the built-in methods. */
export type AddClientAuthentication = (
  headers: Headers,
  params: URLSearchParams,
  url: string | URL,
  metadata?: AuthorizationServerMetadata
) => void | Promise<void>;

/** Tells a provider which authorization server a credential belongs to. */
export interface OAuthClientInformationContext {
  /** The `issuer` of its validated metadata (RFC 8414 §2). */
  issuer: string;
  /** The MCP server that tokens are for: its URL without fragment. */
  resource?: string;
}

/** What discovery found out about a protected resource. */
export interface OAuthServerInfo {
  /** The authorization server's issuer URL, or the MCP server's origin when no metadata names one. */
  authorizationServerUrl: string;
  /** RFC 8414 or OpenID Connect metadata, when the server publishes it. */
  authorizationServerMetadata?: AuthorizationServerMetadata;
  /** RFC 9728 metadata, when the server publishes it. */
  resourceMetadata?: OAuthProtectedResourceMetadata;
}

/** What a provider keeps between a redirect and its callback, and to spare later discovery. */
export interface OAuthDiscoveryState extends OAuthServerInfo {
  /** Where the protected resource metadata was found. */
  resourceMetadataUrl?: string;
  /** The scope of the last authorization request: what a token response without `scope` granted (RFC 6749 §5.1). */
  requestedScope?: string;
  /** The issuer that credentials without an `issuer` stamp belong to: the one that they were used with first. */
  credentialsIssuer?: string;
  /**
   * Tokens without an `issuer` stamp that were stored when another authorization server took charge: whose they are, and
   * which, by the SHA-256 hash of the access token. Tokens stored later belong to the server in charge.
   */
  earlierTokens?: { issuer: string; hash: string };
  /** The scope that the authorization server called invalid: it is not asked for again by itself. */
  invalidScope?: string;
  /** What all this is about: the MCP server's URL without fragment. */
  requestedResource?: string;
  /** Where the last authorization request was sent to: only there may its code be redeemed. */
  requestedIssuer?: string;
  /** When discovery was made, in milliseconds since the epoch: after a day it is made again. */
  discoveredAt?: number;
}

/**
 * The client side of OAuth for one MCP server and user: who the client is, and where its credentials are kept.
 * Storage methods may be asynchronous; what they throw reaches whoever sent the request.
 */
export interface OAuthClientProvider {
  /** Where the user agent returns to; `undefined` for flows without a user (`client_credentials`, `jwt-bearer`). */
  get redirectUrl(): string | URL | undefined;
  /** URL of the client's metadata document, used as `client_id` where the authorization server supports that. */
  clientMetadataUrl?: string;
  /** What the client registers, and the `scope` it asks for when neither challenge nor metadata names one. */
  get clientMetadata(): OAuthClientMetadata;
  /** A new `state` for an authorization request. */
  state?(): MaybePromise<string>;
  /** The `state` of the authorization request under way; when implemented, `finishAuth(URLSearchParams)` compares it. */
  savedState?(): MaybePromise<string | undefined>;
  /** The registered client, if any; of the authorization server `ctx.issuer` when credentials are kept by server. */
  clientInformation(ctx?: OAuthClientInformationContext): MaybePromise<StoredOAuthClientInformation | undefined>;
  /** Stores a registration. Without this method the client is fixed and never registered again. */
  saveClientInformation?(
    information: StoredOAuthClientInformation,
    ctx?: OAuthClientInformationContext
  ): MaybePromise<void>;
  /** The stored tokens; without `ctx` those saved last. */
  tokens(ctx?: OAuthClientInformationContext): MaybePromise<StoredOAuthTokens | undefined>;
  /** Stores new tokens. `scope` and `refresh_token` are filled in where the server left them out. */
  saveTokens(tokens: StoredOAuthTokens, ctx?: OAuthClientInformationContext): MaybePromise<void>;
  /**
   * Sends the user agent to the authorization server. A provider that can wait for the callback resolves to its
   * parameters: the request that needed the authorization then goes on by itself. Otherwise the host passes them to
   * `finishAuth()`, from within this method or later. What it throws reaches whoever sent the request. Others' tokens
   * are refreshed meanwhile, however long it takes.
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- most providers return nothing
  redirectToAuthorization(authorizationUrl: URL): MaybePromise<URLSearchParams | void>;
  /** Keeps the PKCE verifier until the callback. */
  saveCodeVerifier(codeVerifier: string): MaybePromise<void>;
  /** The PKCE verifier of the authorization request under way. */
  codeVerifier(): MaybePromise<string>;
  /** Client authentication of the provider's own, in place of the built-in methods. */
  addClientAuthentication?: AddClientAuthentication;
  /** Chooses the RFC 8707 resource in place of the built-in check. It must belong to the MCP server. */
  validateResourceURL?(serverUrl: string | URL, resource?: string): Promise<URL | undefined>;
  /** The `scope` of a refresh request, for the servers that demand one; none is sent otherwise (RFC 6749 §6). */
  scopeForRefresh?(tokens: StoredOAuthTokens): MaybePromise<string | undefined>;
  /**
   * Deletes credentials that the server said are invalid.
   * @param about the tokens that were refused: a store that holds others by now keeps them (R21)
   */
  invalidateCredentials?(scope: CredentialKind, about?: { tokens?: StoredOAuthTokens }): MaybePromise<void>;
  /**
   * Whether another process may use the same storage; yes, unless this is false. Then, when a refresh token is refused,
   * storage is read again for two seconds before the user is disturbed: who used it up may not have saved yet.
   */
  readonly sharesStorage?: boolean;
  /** The body of a token request for other grants than `authorization_code`; `undefined` for the default. */
  prepareTokenRequest?(scope?: string): MaybePromise<URLSearchParams | undefined>;
  /**
   * The session that binds this client's tokens to its key (RFC 9449); the same one for as long as the tokens are used.
   * Tokens that the server does not bind are used as bearer tokens.
   */
  dpop?(): MaybePromise<DpopSession | undefined>;
  /** Told the authorization server that discovery settled on. */
  saveAuthorizationServerUrl?(authorizationServerUrl: string): MaybePromise<void>;
  /** The authorization server told last. */
  authorizationServerUrl?(): MaybePromise<string | undefined>;
  /** Told the resource that tokens are requested for. */
  saveResourceUrl?(resourceUrl: string): MaybePromise<void>;
  /** The resource told last. */
  resourceUrl?(): MaybePromise<string | undefined>;
  /** Stores what discovery found, as durably as the PKCE verifier. */
  saveDiscoveryState?(state: OAuthDiscoveryState): MaybePromise<void>;
  /** What was stored; when present it is used in place of discovery. */
  discoveryState?(): MaybePromise<OAuthDiscoveryState | undefined>;
}

/** Tells whether a provider brings a whole OAuth client, or only tokens. */
export function isOAuthClientProvider(
  provider: AuthProvider | OAuthClientProvider | undefined
): provider is OAuthClientProvider {
  return provider !== undefined && 'tokens' in provider && 'clientInformation' in provider;
}

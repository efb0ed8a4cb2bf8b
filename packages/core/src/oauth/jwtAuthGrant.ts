import type { FetchLike } from '../fetch.js';
import { authenticateClient, type ClientAuthMethod } from './clientAuth.js';
import { discoverAuthorizationServerMetadata } from './discovery.js';
import { IdJagTokenExchangeResponseSchema, OAuthTokensSchema } from './schemas.js';
import { OAuthClientFlowError } from './errors.js';
import { JWT_BEARER_GRANT } from './grantTypes.js';
import { checkDocument } from './http.js';
import { assertSecureTokenEndpoint, usableTokens } from './token.js';
import { createTokenForm, postTokenForm } from './tokenForm.js';

/** Configures {@link requestJwtAuthorizationGrant}. */
export interface RequestJwtAuthGrantOptions {
  /** The identity provider's. */
  tokenEndpoint: string | URL;
  /** The issuer of the MCP server's authorization server. */
  audience: string | URL;
  /** The MCP server. */
  resource: string | URL;
  /** The OpenID Connect ID token of the user. */
  idToken: string;
  /** The client, as the identity provider knows it. */
  clientId: string;
  /** Not needed by a public client. */
  clientSecret?: string;
  scope?: string;
  fetchFn?: FetchLike;
}

/** Configures {@link discoverAndRequestJwtAuthGrant}. */
export interface DiscoverAndRequestJwtAuthGrantOptions extends Omit<RequestJwtAuthGrantOptions, 'tokenEndpoint'> {
  /** The identity provider's issuer. */
  idpUrl: string | URL;
}

/** An Identity Assertion Authorization Grant (ID-JAG). */
export interface JwtAuthGrantResult {
  jwtAuthGrant: string;
  /** In seconds. */
  expiresIn?: number;
  /** What the identity provider allows; may be less than was asked for. */
  scope?: string;
}

/**
 * Exchanges the user's ID token for a grant that the authorization server of an MCP server accepts.
 * @param options the identity provider's token endpoint, the two servers that the grant is for, and the ID token
 * @returns the grant; `expiresIn` in seconds
 * @throws {OAuthError} when the identity provider refuses
 * @throws {InvalidDocumentError} when what it issues is no such grant
 * @throws {InsecureTokenEndpointError} when its endpoint is neither https nor on this machine
 * @see RFC 8693 §2; MCP extension `io.modelcontextprotocol/enterprise-managed-authorization`
 */
export async function requestJwtAuthorizationGrant(options: RequestJwtAuthGrantOptions): Promise<JwtAuthGrantResult> {
  const url = assertSecureTokenEndpoint(options.tokenEndpoint);
  const params = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    audience: String(options.audience),
    resource: String(options.resource),
    subject_token: options.idToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    client_id: options.clientId,
    ...(options.clientSecret !== undefined && { client_secret: options.clientSecret }),
    ...(options.scope !== undefined && options.scope !== '' && { scope: options.scope })
  });
  const form = createTokenForm(params);
  const answer = await postTokenForm(url, form, options.fetchFn);
  const { access_token, expires_in, scope } = checkDocument(IdJagTokenExchangeResponseSchema, answer, url);
  return {
    jwtAuthGrant: access_token,
    ...(expires_in !== undefined && { expiresIn: expires_in }),
    ...(scope !== undefined && { scope })
  };
}

/**
 * Does as {@link requestJwtAuthorizationGrant}, at the token endpoint that the identity provider's metadata names.
 * @param options the identity provider's issuer, the two servers that the grant is for, and the ID token
 * @returns the grant; `expiresIn` in seconds
 * @throws {OAuthClientFlowError} with `METADATA_NOT_FOUND` when it publishes no metadata
 * @throws as {@link requestJwtAuthorizationGrant}
 * @see RFC 8414 §3
 */
export async function discoverAndRequestJwtAuthGrant({
  idpUrl,
  ...options
}: DiscoverAndRequestJwtAuthGrantOptions): Promise<JwtAuthGrantResult> {
  const metadata = await discoverAuthorizationServerMetadata(idpUrl, { fetchFn: options.fetchFn });
  if (metadata === undefined) {
    const message = `The identity provider ${String(idpUrl)} publishes no metadata (RFC 8414). Use requestJwtAuthorizationGrant().`;
    throw new OAuthClientFlowError(message, 'METADATA_NOT_FOUND');
  }
  return requestJwtAuthorizationGrant({ ...options, tokenEndpoint: metadata.token_endpoint });
}

/**
 * Exchanges such a grant for an access token of the MCP server's authorization server.
 * @param options the token endpoint, the grant, and the client
 * @returns the tokens; `expires_in` in seconds
 * @throws {OAuthError} when it refuses
 * @throws {InvalidDocumentError} when what it issues is no token that can be sent (RFC 6750 §2.1)
 * @throws {InsecureTokenEndpointError} when its endpoint is neither https nor on this machine
 * @see RFC 7523 §2.1
 */
export async function exchangeJwtAuthGrant(options: {
  tokenEndpoint: string | URL;
  jwtAuthGrant: string;
  /** The client, as that authorization server knows it. */
  clientId: string;
  clientSecret?: string;
  /** `'client_secret_basic'` by default. */
  authMethod?: ClientAuthMethod;
  fetchFn?: FetchLike;
}): Promise<{ access_token: string; token_type: string; expires_in?: number; scope?: string }> {
  const { jwtAuthGrant, clientId, clientSecret, authMethod = 'client_secret_basic', fetchFn } = options;
  const url = assertSecureTokenEndpoint(options.tokenEndpoint);
  const form = createTokenForm(new URLSearchParams({ grant_type: JWT_BEARER_GRANT, assertion: jwtAuthGrant }));
  authenticateClient(authMethod, { client_id: clientId, client_secret: clientSecret }, form.headers, form.params);
  return usableTokens(checkDocument(OAuthTokensSchema, await postTokenForm(url, form, fetchFn), url), url);
}

import type { FetchLike } from '../fetch.js';
import type { OAuthTokens } from './schemas.js';
import type { FlowEvent } from './events.js';
import type { ScopeLedger } from './ledger.js';
import type { OAuthClientProvider, OAuthDiscoveryState, OAuthServerInfo } from './provider.js';

/** How an authorization ended: with tokens stored, or with the user agent sent to the authorization server. */
export interface AuthResult {
  status: 'AUTHORIZED' | 'REDIRECT';
  /**
   * The scope that was sent to the authorization endpoint, or to the token endpoint in a flow without a user; after a
   * refresh, the scope of the refreshed token.
   */
  resolvedScope?: string;
}

/** What every authorization needs to know. */
export interface CommonAuthOptions {
  /** The MCP server: the protected resource. */
  serverUrl: string | URL;
  /** The `resource_metadata` of a challenge. */
  resourceMetadataUrl?: URL;
  fetchFn?: FetchLike;
  /** Accept metadata that names another issuer (RFC 8414 §3.3). **Weakens security**: for servers known to be misconfigured. */
  skipIssuerMetadataValidation?: boolean;
  /** Proceed although metadata does not mention PKCE, as Microsoft Entra ID's does not. */
  allowMissingPkceMetadata?: boolean;
  /** Make a new authorization although there is a refresh token: a refresh cannot widen a grant (RFC 6749 §6). */
  forceReauthorization?: boolean;
  /** Stops the authorization before its next step. A token request under way is completed, lest its tokens be lost. */
  signal?: AbortSignal;
}

/** What an authorization is made with by those who decide on the scope late, or have a whole response. */
export interface FlowOptions extends CommonAuthOptions {
  /** The scope to ask for, as of the moment the request is built; it may throw to stop the flow. */
  scope: (server: OAuthServerInfo) => string | undefined;
  /** The parameters of an authorization response. */
  response?: URLSearchParams;
  /** Whether the response has a `state` to compare. */
  checkState?: boolean;
  /** When to look whether the resource has moved to another authorization server, although one is known. */
  revalidate?: 'now' | 'before redirect';
  onEvent?: (event: FlowEvent) => void;
}

/** One authorization under way: what was found out so far. */
export interface Flow {
  provider: OAuthClientProvider;
  options: FlowOptions;
  ledger: ScopeLedger;
  server: OAuthDiscoveryState;
  /** Whether `server` was known before, so that it may have changed. */
  isRemembered: boolean;
  issuer: string;
  resource: string | undefined;
  /** The last authorization request, for the callback. */
  requestedScope: string | undefined;
  requestedIssuer: string | undefined;
  /** The scope to ask for now. */
  scope: () => string | undefined;
}

/** Stores what is known of the server, for providers that do not keep it, too. */
export async function saveDiscovery(
  provider: OAuthClientProvider,
  ledger: ScopeLedger,
  state: OAuthDiscoveryState
): Promise<void> {
  ledger.discovery = { ...state, requestedResource: ledger.resource };
  await provider.saveDiscoveryState?.(ledger.discovery);
}

/** Stores new tokens, `scope` filled in (RFC 6749 §5.1, §6), and returns the scope they carry. */
export async function saveTokens(
  { provider, issuer, ledger, options }: Flow,
  tokens: OAuthTokens,
  impliedScope: string | undefined,
  requested: string | undefined
): Promise<string | undefined> {
  const granted = tokens.scope ?? impliedScope;
  await provider.saveTokens({ ...tokens, issuer, ...(granted !== undefined && { scope: granted }) }, { issuer });
  ledger.grant(granted);
  options.onEvent?.({ type: 'granted', requested, granted });
  return granted;
}

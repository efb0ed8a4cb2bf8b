import type { FetchLike } from '../fetch.js';
import { readAuthorizationResponse, startAuthorization } from './authorize.js';
import { clientFor, issuerOf, tokensFor } from './credentials.js';
import { discoverAuthorizationServerMetadata, discoverServer } from './discovery.js';
import type { OAuthClientInformationMixed, OAuthTokens } from './documents.js';
import { OAuthError, OAuthErrorCode } from './errors.js';
import { ledgerFor, seedLedger, type ScopeLedger } from './ledger.js';
import type { OAuthClientProvider, OAuthDiscoveryState, OAuthServerInfo } from './provider.js';
import { selectResourceURL } from './resource.js';
import { selectScope } from './scope.js';
import { refreshAuthorization, requestProviderToken } from './token.js';

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
interface CommonOptions {
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
}

/** What {@link auth} accepts. */
export interface AuthOptions extends CommonOptions {
  /** The code of an authorization response, to exchange for tokens. */
  authorizationCode?: string;
  /** The `iss` of that response (RFC 9207). */
  iss?: string;
  /** The scope to ask for; when omitted, everything asked for before, else what the selection strategy gives. */
  scope?: string;
}

/** {@link AuthOptions}, with what only the transports have. */
export interface FlowOptions extends CommonOptions {
  /** The scope to ask for, as of the moment the request is built; it may throw to stop the flow. */
  scope: (server: OAuthServerInfo) => string | undefined;
  /** The parameters of an authorization response. */
  response?: URLSearchParams;
  /** Whether the response has a `state` to compare. */
  checkState?: boolean;
}

/** One run of {@link authorizeResource}: what was found out so far. */
interface Flow {
  provider: OAuthClientProvider;
  options: FlowOptions;
  ledger: ScopeLedger;
  server: OAuthServerInfo;
  issuer: string;
  resource: string | undefined;
  /** The scope to ask for now. */
  scope: () => string | undefined;
}

/**
 * Obtains tokens for an MCP server: discovers its authorization server, registers the client if need be, and exchanges
 * the code, refreshes, or sends the user to authorize, whichever applies.
 *
 * @throws {OAuthError} when the authorization server refuses
 * @throws {OAuthClientFlowError} when going on would be unsafe or pointless
 * @throws whatever the provider's own methods throw
 * @see MCP 2026-07-28, Authorization
 */
export function auth(provider: OAuthClientProvider, options: AuthOptions): Promise<AuthResult> {
  const { scope, authorizationCode, iss, ...common } = options;
  const ledger = ledgerFor(provider, options.serverUrl);
  const response = new URLSearchParams({ code: authorizationCode ?? '', ...(iss !== undefined && { iss }) });
  return authorizeResource(provider, {
    ...common,
    scope: () => scope ?? ledger.requested,
    ...(authorizationCode !== undefined && { response })
  });
}

/** {@link auth}, for callers that decide on the scope late or have a whole authorization response. */
export async function authorizeResource(provider: OAuthClientProvider, options: FlowOptions): Promise<AuthResult> {
  const ledger = ledgerFor(provider, options.serverUrl);
  await seedLedger(ledger, provider);
  const { requestedScope, ...server } = await discover(provider, options, ledger);
  const flow: Flow = {
    provider,
    options,
    ledger,
    server,
    issuer: issuerOf(server),
    resource: await selectResource(provider, options.serverUrl, server),
    scope: () =>
      selectScope({
        wanted: options.scope(server),
        resourceMetadata: server.resourceMetadata,
        serverMetadata: server.authorizationServerMetadata,
        clientMetadata: provider.clientMetadata
      })
  };
  const result =
    options.response === undefined
      ? await withClient(flow, acquire)
      : await exchange(flow, options.response, requestedScope ?? ledger.pending);
  ledger.request(result.resolvedScope);
  return result;
}

/** Tokens without a code: from the token endpoint, by refresh, or, after the user agreed, through the callback. */
async function acquire(flow: Flow, client: OAuthClientInformationMixed, isNewClient: boolean): Promise<AuthResult> {
  if (flow.provider.redirectUrl === undefined) return requestWithoutUser(flow, client);
  const refreshable = flow.options.forceReauthorization !== true && !isNewClient;
  return (refreshable ? await refresh(flow, client) : undefined) ?? redirect(flow, client);
}

/** What storage or the network says about the server; binds the ledger to its issuer. */
async function discover(
  provider: OAuthClientProvider,
  options: FlowOptions,
  ledger: ScopeLedger
): Promise<OAuthDiscoveryState> {
  const stored = await provider.discoveryState?.();
  if (stored !== undefined && isCurrent(stored, options, ledger)) {
    const authorizationServerMetadata =
      stored.authorizationServerMetadata ??
      (await discoverAuthorizationServerMetadata(stored.authorizationServerUrl, {
        fetchFn: options.fetchFn,
        skipIssuerValidation: options.skipIssuerMetadataValidation
      }));
    const state = { ...stored, authorizationServerMetadata };
    ledger.bind(issuerOf(state));
    if (stored.authorizationServerMetadata === undefined) await provider.saveDiscoveryState?.(state);
    return state;
  }
  const found = await discoverServer(options.serverUrl, options);
  const issuer = issuerOf(found);
  ledger.bind(issuer);
  const { requestedScope, requestedResource } = stored !== undefined && issuerOf(stored) === issuer ? stored : {};
  const state = { ...found, requestedScope, requestedResource };
  await provider.saveDiscoveryState?.(state);
  await provider.saveAuthorizationServerUrl?.(found.authorizationServerUrl);
  return state;
}

/** Whether stored state still describes the server: a callback always belongs to the state it was started with. */
function isCurrent(stored: OAuthDiscoveryState, options: FlowOptions, ledger: ScopeLedger): boolean {
  if (stored.requestedResource !== undefined && stored.requestedResource !== ledger.resource) return false;
  if (options.response !== undefined) return true;
  const challenged = options.resourceMetadataUrl?.href;
  return (
    challenged === undefined || stored.resourceMetadataUrl === undefined || stored.resourceMetadataUrl === challenged
  );
}

/** The `resource` to send: what the metadata says, to the letter, since servers compare it as a string. */
async function selectResource(
  provider: OAuthClientProvider,
  serverUrl: string | URL,
  { resourceMetadata }: OAuthServerInfo
): Promise<string | undefined> {
  const selected = await selectResourceURL(serverUrl, provider, resourceMetadata);
  if (selected === undefined) return undefined;
  await provider.saveResourceUrl?.(selected.href);
  const named = resourceMetadata?.resource;
  return named !== undefined && new URL(named).href === selected.href ? named : selected.href;
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof OAuthError && codes.includes(error.code);
}

/** Runs a step with the client; when the server no longer knows that client, once more with a newly registered one. */
async function withClient(
  flow: Flow,
  step: (flow: Flow, client: OAuthClientInformationMixed, isNewClient: boolean) => Promise<AuthResult>
): Promise<AuthResult> {
  const { provider, options } = flow;
  const request = { fetchFn: options.fetchFn, scope: flow.scope(), mustExist: options.response !== undefined };
  const client = await clientFor(provider, flow.server, request);
  try {
    return await step(flow, client, false);
  } catch (error) {
    if (
      !hasCode(error, OAuthErrorCode.InvalidClient, OAuthErrorCode.UnauthorizedClient) ||
      provider.saveClientInformation === undefined
    )
      throw error;
    await provider.invalidateCredentials?.('client');
    // A code can be redeemed only by the client it was issued to.
    if (request.mustExist) throw error;
    const replacement = await clientFor(provider, flow.server, { ...request, rejectedClientId: client.client_id });
    return step(flow, replacement, true);
  }
}

/** Stores new tokens, `scope` filled in, and returns the scope they carry. */
async function store(
  { provider, issuer, ledger }: Flow,
  tokens: OAuthTokens,
  impliedScope: string | undefined
): Promise<string | undefined> {
  const scope = tokens.scope ?? impliedScope;
  await provider.saveTokens({ ...tokens, issuer, ...(scope !== undefined && { scope }) }, { issuer });
  ledger.granted = scope;
  return scope;
}

/** Redeems the code of an authorization response. A failure deletes no stored token: the code failed, not they. */
async function exchange(flow: Flow, response: URLSearchParams, requested: string | undefined): Promise<AuthResult> {
  const { provider, options, server, ledger } = flow;
  const metadata = server.authorizationServerMetadata;
  const authorizationCode = readAuthorizationResponse(response, {
    issuer: metadata?.issuer,
    issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
    state: options.checkState === true ? await provider.savedState?.() : undefined
  });
  return withClient(flow, async (_, client) => {
    const { tokens } = await requestProviderToken(provider, server.authorizationServerUrl, client, {
      metadata,
      resource: flow.resource,
      authorizationCode,
      scope: requested,
      fetchFn: options.fetchFn
    });
    const granted = await store(flow, tokens, requested);
    ledger.authorized = requested;
    ledger.pending = undefined;
    return { status: 'AUTHORIZED', resolvedScope: requested ?? granted };
  });
}

/** A grant that needs no user: `client_credentials`, `jwt-bearer`. */
async function requestWithoutUser(flow: Flow, client: OAuthClientInformationMixed): Promise<AuthResult> {
  const { provider, server, ledger } = flow;
  const { tokens, sentScope } = await requestProviderToken(provider, server.authorizationServerUrl, client, {
    metadata: server.authorizationServerMetadata,
    resource: flow.resource,
    scope: flow.scope(),
    fetchFn: flow.options.fetchFn
  });
  await store(flow, tokens, sentScope);
  ledger.authorized = sentScope;
  return { status: 'AUTHORIZED', resolvedScope: sentScope };
}

/** Whether a failed refresh may succeed later: then the refresh token is worth more than a new prompt. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof OAuthError)) return true;
  if (hasCode(error, OAuthErrorCode.TemporarilyUnavailable, OAuthErrorCode.TooManyRequests)) return true;
  return error.status !== undefined && (error.status >= 500 || error.status === 429);
}

/** Refreshes; `undefined` when there is nothing to refresh with, or the server will not have it any more. */
async function refresh(flow: Flow, client: OAuthClientInformationMixed): Promise<AuthResult | undefined> {
  const { provider, server, issuer } = flow;
  const previous = await tokensFor(provider, issuer);
  if (previous?.refresh_token === undefined) return undefined;
  try {
    const tokens = await refreshAuthorization(server.authorizationServerUrl, {
      metadata: server.authorizationServerMetadata,
      clientInformation: client,
      refreshToken: previous.refresh_token,
      scope: await provider.scopeForRefresh?.(previous),
      resource: flow.resource,
      addClientAuthentication: provider.addClientAuthentication?.bind(provider),
      fetchFn: flow.options.fetchFn
    });
    return { status: 'AUTHORIZED', resolvedScope: await store(flow, tokens, previous.scope) };
  } catch (error) {
    return await afterRefusedRefresh(flow, previous.refresh_token, error);
  }
}

/** Decides what a failed refresh means: somebody else's newer tokens, a new authorization, or the error itself. */
async function afterRefusedRefresh(
  { provider, issuer }: Flow,
  refused: string,
  error: unknown
): Promise<AuthResult | undefined> {
  if (isTransient(error) || hasCode(error, OAuthErrorCode.InvalidClient)) throw error;
  if (hasCode(error, OAuthErrorCode.UnauthorizedClient) && provider.saveClientInformation !== undefined) throw error;
  if (!hasCode(error, OAuthErrorCode.InvalidGrant)) return undefined;
  const current = await tokensFor(provider, issuer);
  if (current?.refresh_token !== undefined && current.refresh_token !== refused) {
    return { status: 'AUTHORIZED', resolvedScope: current.scope };
  }
  await provider.invalidateCredentials?.('tokens');
  return undefined;
}

/** Sends the user agent to the authorization server, once what its callback needs is stored. */
async function redirect(flow: Flow, client: OAuthClientInformationMixed): Promise<AuthResult> {
  const { provider, server, ledger, options } = flow;
  const state = await provider.state?.();
  const scope = flow.scope();
  const { authorizationUrl, codeVerifier } = await startAuthorization(server.authorizationServerUrl, {
    metadata: server.authorizationServerMetadata,
    clientInformation: client,
    redirectUrl: provider.redirectUrl as string | URL,
    scope,
    state,
    resource: flow.resource,
    allowMissingPkceMetadata: options.allowMissingPkceMetadata
  });
  await provider.saveDiscoveryState?.({ ...server, requestedScope: scope, requestedResource: ledger.resource });
  await provider.saveCodeVerifier(codeVerifier);
  ledger.pending = scope;
  ledger.request(scope);
  await provider.redirectToAuthorization(authorizationUrl);
  ledger.redirects++;
  return { status: 'REDIRECT', resolvedScope: scope };
}

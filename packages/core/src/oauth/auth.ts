import type { FetchLike } from '../fetch.js';
import { canReplaceClient, clientFor, issuerOf } from './clientSelection.js';
import type { OAuthClientInformationMixed } from './schemas.js';
import { hasCode, OAuthErrorCode, type OAuthError } from './errors.js';
import { InvalidScopeError } from './flowErrors.js';
import { saveDiscovery, type AuthResult, type CommonAuthOptions, type Flow, type FlowOptions } from './flowContext.js';
import { exchangeCode, readCode, redirect, refresh, requestWithoutUser } from './flowSteps.js';
import { assertBounded, ledgerFor, seedLedger } from './ledger.js';
import type { OAuthClientProvider } from './provider.js';
import { resolveClientMetadata } from './registration.js';
import { selectScope } from './scope.js';
import { resolveResource, resolveServer } from './serverLookup.js';

/** What {@link auth} accepts. */
export interface AuthOptions extends CommonAuthOptions {
  /** The code of an authorization response, to exchange for tokens. */
  authorizationCode?: string;
  /** The `iss` of that response (RFC 9207). */
  iss?: string;
  /** The scope to ask for; when omitted, everything asked for before, else what the selection strategy gives. */
  scope?: string;
}

/**
 * Obtains tokens for an MCP server: discovers its authorization server, registers the client if need be, and exchanges
 * the code, refreshes, or sends the user to authorize, whichever applies. With `forceReauthorization` what was refused
 * before is asked for again.
 *
 * @throws {OAuthError} when the authorization server refuses; {@link InvalidScopeError} when it refuses the scope
 * @throws {OAuthClientFlowError} when going on would be unsafe or pointless
 * @throws whatever the provider's own methods throw
 * @see MCP 2026-07-28, Authorization
 */
export async function auth(provider: OAuthClientProvider, options: AuthOptions): Promise<AuthResult> {
  const { scope, authorizationCode, iss, ...common } = options;
  const ledger = ledgerFor(provider, options.serverUrl);
  if (options.forceReauthorization === true) ledger.pardon();
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
  const startedAt = Date.now();
  const stoppable = { ...options, fetchFn: stoppableFetch(options.fetchFn, options.signal) };
  const { requestedScope, requestedIssuer, ...server } = await resolveServer(provider, stoppable, ledger);
  const flow: Flow = {
    provider,
    options,
    ledger,
    server,
    isRemembered: server.resourceMetadataUrl !== undefined && (server.discoveredAt ?? 0) < startedAt,
    issuer: issuerOf(server),
    resource: await resolveResource(provider, options.serverUrl, server),
    requestedScope: requestedScope ?? ledger.discovery?.requestedScope,
    requestedIssuer: requestedIssuer ?? ledger.discovery?.requestedIssuer,
    scope: () => {
      const scope = selectScope({
        wanted: options.scope(server),
        resourceMetadata: server.resourceMetadata,
        serverMetadata: server.authorizationServerMetadata,
        clientMetadata: resolveClientMetadata(provider)
      });
      assertBounded(scope);
      return scope;
    }
  };
  try {
    const code = options.response === undefined ? undefined : await readCode(flow, options.response);
    const result = await withClient(flow, stoppable.fetchFn, (client, isNew) =>
      code === undefined ? acquire(flow, client, isNew) : exchangeCode(flow, client, code)
    );
    ledger.ask(result.resolvedScope);
    return result;
  } catch (error) {
    throw hasCode(error, OAuthErrorCode.InvalidScope) ? await afterInvalidScope(flow, error as OAuthError) : error;
  }
}

/** Tokens without a code: from the token endpoint, by refresh, or, after the user agreed, through the callback. */
async function acquire(flow: Flow, client: OAuthClientInformationMixed, isNewClient: boolean): Promise<AuthResult> {
  if (flow.provider.redirectUrl === undefined) return requestWithoutUser(flow, client);
  const refreshable = flow.options.forceReauthorization !== true && !isNewClient;
  const refreshed = refreshable ? await refresh(flow, client) : undefined;
  if (refreshed !== undefined) return refreshed;
  // A token may be rejected because another authorization server is now in charge (MCP 2026-07-28, Authorization Server Binding).
  if (flow.options.revalidate === 'before redirect' && flow.isRemembered) {
    return authorizeResource(flow.provider, { ...flow.options, revalidate: 'now', forceReauthorization: true });
  }
  return redirect(flow, client);
}

/** Runs a step with the client; when the server no longer knows that client, once more with a newly registered one. */
async function withClient(
  flow: Flow,
  fetchFn: FetchLike | undefined,
  step: (client: OAuthClientInformationMixed, isNew: boolean) => Promise<AuthResult>
): Promise<AuthResult> {
  const { provider, options, server } = flow;
  const request = { fetchFn, scope: flow.scope(), mustExist: options.response !== undefined };
  const client = await clientFor(provider, server, request);
  try {
    return await step(client, false);
  } catch (error) {
    const isUnknown = hasCode(error, OAuthErrorCode.InvalidClient, OAuthErrorCode.UnauthorizedClient);
    if (!isUnknown || !canReplaceClient(provider, server, client.client_id)) throw error;
    await provider.invalidateCredentials?.('client');
    // A code can be redeemed only by the client it was issued to.
    if (request.mustExist) throw error;
    return step(await clientFor(provider, server, { ...request, rejectedClientId: client.client_id }), true);
  }
}

/** Keeps a scope that the server called invalid from spoiling the next authorization, of another process, too. */
async function afterInvalidScope(flow: Flow, error: OAuthError): Promise<InvalidScopeError> {
  const { provider, options, ledger, server } = flow;
  const asked = options.response === undefined ? flow.scope() : flow.requestedScope;
  ledger.dropInvalid();
  await saveDiscovery(provider, ledger, {
    ...server,
    requestedScope: ledger.durable,
    requestedIssuer: flow.issuer
  });
  return new InvalidScopeError(error, asked);
}

/** Lets an abort end what may be ended at any time. */
function stoppableFetch(fetchFn: FetchLike | undefined, signal: AbortSignal | undefined): FetchLike | undefined {
  if (signal === undefined) return fetchFn;
  const send = fetchFn ?? ((url, init) => fetch(url, init));
  return (url, init) =>
    send(url, { ...init, signal: init?.signal == null ? signal : AbortSignal.any([signal, init.signal]) });
}

import { untilAborted } from '../abort.js';
import { eitherSignal } from '../signals.js';
import type { FetchLike } from '../fetch.js';
import type { AuthResult } from './authResult.js';
import { finish } from './callback.js';
import { canReplaceClient, clientFor } from './clientSelection.js';
import { hasCode, OAuthErrorCode } from './errors.js';
import type { CommonAuthOptions, Flow, FlowOptions, FlowOutcome, WithClient } from './flowContext.js';
import { laneOf, type Turn } from './flowLane.js';
import { isAnswered, isMisplaced, neededNow, report, requestWithoutUser } from './flowSteps.js';
import { isGuess, issuerOf, sameIssuer } from './issuer.js';
import { ledgerFor, seedLedger } from './ledger.js';
import { pendingOf } from './pendingAuthorizations.js';
import type { OAuthClientProvider } from './provider.js';
import { refresh } from './refresh.js';
import { resolveClientMetadata } from './registration.js';
import { isScopeToken, missingScope, scopeTokens } from './scope.js';
import { doubtDiscovery, resolveResource, resolveServer } from './serverLookup.js';
import { tolerantProvider } from './tolerantProvider.js';
import { currentTokens } from './tokenStorage.js';
import { approvedScope, askUser } from './userPrompt.js';

/** The options of {@link auth}. */
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
 * the
 * code, refreshes, or sends the user to authorize, whichever applies. It takes part in the flows of transports on the
 * same
 * provider and server: while one is at work it waits, and what that one brings is its result, too. With
 * `forceReauthorization` what was refused before is asked for again.
 * @param provider who the client is, and where its credentials are kept
 * @param options the MCP server, what its challenge said, and what to ask for
 * @returns whether tokens are stored or the user was sent away, and the scope that was asked for
 * @throws {OAuthError} when the authorization server refuses; {@link InvalidScopeError} when it refuses the scope
 * @throws {OAuthClientFlowError} when going on would be unsafe or pointless
 * @throws whatever the provider's own methods throw
 * @see MCP 2026-07-28, Authorization; RFC 6749 §4.1, §6; RFC 7636; RFC 8707
 */
export async function auth(provider: OAuthClientProvider, options: AuthOptions): Promise<AuthResult> {
  const { authorizationCode, iss, ...common } = options;
  const ledger = ledgerFor(provider, options.serverUrl);
  if (options.forceReauthorization === true) ledger.apply({ type: 'pardoned' });
  const lane = laneOf(ledger);
  const before = lane.results;
  const flow = lane.run(async turn => {
    const isFree = authorizationCode === undefined && options.forceReauthorization !== true;
    const meanwhile = isFree && lane.results !== before ? lane.lastResult : undefined;
    if (meanwhile !== undefined && missingScope(options.scope, meanwhile.resolvedScope) === undefined) return meanwhile;
    const response = new URLSearchParams({ code: authorizationCode ?? '', ...(iss !== undefined && { iss }) });
    const outcome = await runFlow(provider, { ...common, ...(authorizationCode !== undefined && { response }) }, turn);
    return outcome as AuthResult;
  }, options.signal);
  // Whatever a provider's method waits for, the host does not when it has given up.
  return untilAborted(flow, options.signal);
}

/** Runs one flow, from what is known to tokens or a redirect. Its caller has a place in the lane. */
export async function runFlow(host: OAuthClientProvider, options: FlowOptions, turn: Turn): Promise<FlowOutcome> {
  const provider = tolerantProvider(host);
  // A callback belongs to the endpoint that asked, whichever is handed it.
  const serverUrl = askedFor(host, options) ?? options.serverUrl;
  if (serverUrl !== options.serverUrl) return runFlow(host, { ...options, serverUrl }, turn);
  const ledger = ledgerFor(host, options.serverUrl);
  await seedLedger(ledger, provider);
  await currentTokens(provider, ledger, host);
  const startedAt = Date.now();
  const issuerBefore = ledger.state.issuer;
  const stoppable = { ...options, fetchFn: stoppableFetch(options.fetchFn, options.signal) };
  const revalidate = options.only === 'if moved' ? 'now' : options.revalidate;
  const found = await resolveServer(provider, { ...stoppable, revalidate }, ledger);
  const { requestedScope, requestedIssuer, ...server } = found;
  const issuer = issuerOf(server);
  if (options.only === 'if moved' && (issuerBefore === undefined || sameIssuer(issuerBefore, issuer))) return undefined;
  const clientMetadata = resolveClientMetadata(provider);
  const flow: Flow = {
    provider,
    identity: host,
    options,
    ledger,
    lane: laneOf(ledger),
    pending: pendingOf(host),
    turn,
    id: options.flow ?? crypto.randomUUID(),
    server,
    isRemembered:
      (server.resourceMetadataUrl !== undefined || server.discoveredAt === undefined) &&
      (server.discoveredAt ?? 0) < startedAt,
    issuer,
    resource: await resolveResource(provider, options, server),
    sources: {
      advertised: (server.resourceMetadata?.scopes_supported ?? []).flatMap(scopes =>
        scopeTokens(scopes).filter(isScopeToken)
      ),
      clientScope: clientMetadata.scope,
      hasOfflineAccess:
        server.authorizationServerMetadata?.scopes_supported?.includes('offline_access') === true &&
        clientMetadata.grant_types?.includes('refresh_token') === true
    },
    authorizations: ledger.state.authorizations,
    stored: {
      scope: requestedScope ?? ledger.discovery?.requestedScope,
      issuer: requestedIssuer ?? ledger.discovery?.requestedIssuer
    }
  };
  if ((server.discoveredAt ?? 0) >= startedAt) report(flow, { type: 'discovered', issuer });
  const withClient = withClientOf(flow, stoppable.fetchFn);
  const { openings } = flow.lane;
  try {
    return await (options.response === undefined
      ? acquire(flow, withClient)
      : finish(flow, options.response, withClient));
  } catch (error) {
    const isStale = isMisplaced(error) && (server.discoveredAt ?? startedAt) < startedAt;
    if (isStale) await doubtDiscovery(provider, ledger);
    // Whoever was asked already is not asked again for this, and one more look is enough.
    if (!isStale || revalidate === 'now' || flow.lane.openings !== openings) throw error;
    return runFlow(host, { ...options, flow: flow.id, revalidate: 'now' }, turn);
  }
}

/** Returns the MCP server that the authorization request of a response was for, when this process made it. */
function askedFor(host: object, { response }: FlowOptions): string | undefined {
  const state = response?.get('state') ?? undefined;
  return state === undefined ? undefined : pendingOf(host).withState(state)?.resource;
}

/** Tokens without a code: from the token endpoint, by refresh, or, after the user agreed, through the callback. */
async function acquire(flow: Flow, withClient: WithClient): Promise<FlowOutcome> {
  const { options, provider, ledger, identity } = flow;
  const tokens = await currentTokens(provider, ledger, identity);
  if (isAnswered(flow, tokens)) return { status: 'AUTHORIZED', resolvedScope: tokens?.scope };
  const mayRefresh = options.forceReauthorization !== true && options.only !== 'if moved';
  const hasUser = provider.redirectUrl !== undefined;
  if (hasUser && mayRefresh && tokens?.refresh_token !== undefined) {
    const refreshed = await withClient(async (client, isNew) => (isNew ? undefined : refresh(flow, client, tokens)));
    if (refreshed !== undefined) return refreshed;
  }
  if (options.only === 'refresh') return undefined;
  // A token may be rejected because another authorization server is now in charge (MCP 2026-07-28, Authorization Server Binding).
  // A prompt that is open already was preceded by that look.
  if (options.revalidate === 'before redirect' && flow.isRemembered && flow.lane.prompt === undefined) {
    return runFlow(
      flow.identity as OAuthClientProvider,
      { ...options, flow: flow.id, revalidate: 'now', forceReauthorization: true },
      flow.turn
    );
  }
  const agreed = await approvedScope(flow);
  if (agreed !== undefined && isAnswered(flow, await currentTokens(provider, ledger, identity)))
    return { status: 'AUTHORIZED', resolvedScope: ledger.state.token?.granted };
  if (hasUser) return askUser(flow, withClient, agreed);
  return withClient(client => requestWithoutUser(flow, client, agreed ?? neededNow(flow)));
}

/** Runs steps with the client; when the server no longer knows that client, once more with a newly registered one. */
function withClientOf(flow: Flow, fetchFn: FetchLike | undefined): WithClient {
  return async step => {
    const { provider, options, server, issuer, ledger } = flow;
    const onRegistered = (): void => {
      ledger.credentialsIssuer = issuer;
      report(flow, { type: 'registered', issuer });
    };
    const mustExist = options.response !== undefined;
    const { credentialsIssuer } = ledger;
    const isGuessed = isGuess(server);
    const request = { fetchFn, scope: neededNow(flow), mustExist, credentialsIssuer, isGuessed, onRegistered };
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
  };
}

/** Lets an abort end what may be ended at any time. */
function stoppableFetch(fetchFn: FetchLike | undefined, signal: AbortSignal | undefined): FetchLike | undefined {
  if (signal === undefined) return fetchFn;
  const send = fetchFn ?? ((url, init) => fetch(url, init));
  return (url, init) => send(url, { ...init, signal: eitherSignal(signal, init?.signal) });
}

import { untilAborted } from '../abort.js';
import { sleep } from '../signals.js';
import type { AuthResult } from './authResult.js';
import { hasCode, OAuthError, OAuthErrorCode } from './errors.js';
import type { Flow, FlowOutcome } from './flowContext.js';
import { isTransient, report, storeTokens } from './flowSteps.js';
import type { OAuthClientInformationMixed, OAuthTokens, StoredOAuthTokens } from './schemas.js';
import { refreshAuthorization } from './token.js';
import { currentTokens, deleteTokens, drawTicket } from './tokenStorage.js';

/** One refresh token of a provider, from its first use on. */
interface Use {
  /** The refresh under way. */
  result: Promise<FlowOutcome> | undefined;
  /** The tokens that took its place, though storage may not know them yet. */
  successor: OAuthTokens | undefined;
  /** When the server first refused it, in milliseconds since the epoch, and how. */
  refusal: { readonly at: number; readonly error: unknown } | undefined;
}

/** The most refresh tokens that are remembered for a provider: one is in use at a time. */
const MAX_USES = 16;

const uses = new WeakMap<object, Map<string, Use>>();

function useOf(identity: object, refreshToken: string): Use {
  let known = uses.get(identity);
  if (known === undefined) uses.set(identity, (known = new Map<string, Use>()));
  const use = known.get(refreshToken) ?? { result: undefined, successor: undefined, refusal: undefined };
  known.set(refreshToken, use);
  const [oldest] = known.keys();
  if (known.size > MAX_USES && oldest !== undefined) known.delete(oldest);
  return use;
}

/**
 * Refreshes, whoever asks, once for a refresh token: a second use looks like theft to servers that rotate (RFC 9700
 * §4.14.2). Resolves to undefined when the server will not have the refresh token any more.
 */
export async function refresh(
  flow: Flow,
  client: OAuthClientInformationMixed,
  previous: StoredOAuthTokens
): Promise<FlowOutcome> {
  const { options, identity, provider, ledger } = flow;
  const use = useOf(identity, previous.refresh_token as string);
  const joined = use.result;
  const result = joined ?? refreshOnce(flow, client, previous, use);
  const forget = (): void => {
    if (use.result === result) use.result = undefined;
  };
  if (joined === undefined) {
    use.result = result;
    result.then(forget, forget);
  } else {
    report(flow, { type: 'join' });
  }
  try {
    const outcome = await untilAborted(result, options.signal);
    if (joined !== undefined) await currentTokens(provider, ledger, identity);
    return outcome;
  } finally {
    // What takes too long is waited for no more, by those neither who come later.
    if ((options.signal?.reason as { code?: unknown } | undefined)?.code === 'FLOW_TIMEOUT') forget();
  }
}

async function refreshOnce(
  flow: Flow,
  client: OAuthClientInformationMixed,
  previous: StoredOAuthTokens,
  use: Use
): Promise<FlowOutcome> {
  const { options, identity, ledger } = flow;
  options.signal?.throwIfAborted();
  // Whoever read storage before somebody else replaced the tokens there comes with one that is used up.
  const stored = await newerTokens(flow, previous);
  if (stored !== undefined) return { status: 'AUTHORIZED', resolvedScope: stored.scope };
  const ticket = drawTicket(identity, ledger);
  if (use.successor === undefined) {
    if (use.refusal !== undefined) return afterRefusal(flow, previous, use.refusal.at);
    try {
      const tokens = await request(flow, client, previous);
      if (tokens.refresh_token !== previous.refresh_token) use.successor = tokens;
      const newer = await newerTokens(flow, previous);
      if (newer !== undefined) return { status: 'AUTHORIZED', resolvedScope: newer.scope };
      return await store(flow, ticket, tokens, previous);
    } catch (error) {
      if (use.successor !== undefined || !(error instanceof RefreshFailure)) throw error;
      report(flow, { type: 'refresh-failed', reason: error.reason });
      return afterFailure(flow, previous, use, error.error);
    }
  }
  // Storage failed when they came: they are not lost.
  return store(flow, ticket, use.successor, previous);
}

/** Tells what a token request failed with from what storing its tokens did. */
class RefreshFailure extends Error {
  constructor(readonly error: unknown) {
    super('The refresh failed');
  }

  get reason(): string {
    return this.error instanceof OAuthError ? this.error.code : 'unreachable';
  }
}

async function request(
  flow: Flow,
  client: OAuthClientInformationMixed,
  previous: StoredOAuthTokens
): Promise<OAuthTokens> {
  const { provider, options, server } = flow;
  report(flow, { type: 'refresh', scope: previous.scope });
  const [scope, dpop] = [await provider.scopeForRefresh?.(previous), await provider.dpop?.()];
  try {
    return await refreshAuthorization(server.authorizationServerUrl, {
      metadata: server.authorizationServerMetadata,
      clientInformation: client,
      refreshToken: previous.refresh_token as string,
      scope,
      resource: flow.resource,
      addClientAuthentication: provider.addClientAuthentication?.bind(provider),
      dpop,
      fetchFn: options.fetchFn
    });
  } catch (error) {
    throw new RefreshFailure(error);
  }
}

async function store(
  flow: Flow,
  ticket: number,
  tokens: OAuthTokens,
  previous: StoredOAuthTokens
): Promise<AuthResult> {
  const implied = previous.scope ?? flow.ledger.state.token?.granted;
  const scope = await storeTokens(flow, ticket, tokens, { by: 'refresh', implied, sent: undefined });
  return { status: 'AUTHORIZED', resolvedScope: scope };
}

/** Returns the tokens that somebody else stored in place of those with this refresh token. */
async function newerTokens(
  { provider, ledger, identity }: Flow,
  { refresh_token: refreshToken }: StoredOAuthTokens
): Promise<StoredOAuthTokens | undefined> {
  const tokens = await currentTokens(provider, ledger, identity);
  return tokens?.refresh_token === refreshToken ? undefined : tokens;
}

/** Decides what a failed refresh means: somebody else's newer tokens, a new authorization, or the error itself. */
async function afterFailure(flow: Flow, previous: StoredOAuthTokens, use: Use, error: unknown): Promise<FlowOutcome> {
  const { provider } = flow;
  if (isTransient(error) || hasCode(error, OAuthErrorCode.InvalidClient)) throw error;
  if (hasCode(error, OAuthErrorCode.UnauthorizedClient) && provider.saveClientInformation !== undefined) throw error;
  if (!hasCode(error, OAuthErrorCode.InvalidGrant)) return undefined;
  use.refusal ??= { at: Date.now(), error };
  return afterRefusal(flow, previous, use.refusal.at);
}

/** How long after a refusal storage is read again, and how often, in milliseconds (R21). */
const READ_AGAIN_FOR = 2_000;
const READ_AGAIN_EVERY = 200;

/** Waits for the tokens of whoever used the refresh token up; gives it up when they do not come. */
async function afterRefusal(flow: Flow, refused: StoredOAuthTokens, at: number): Promise<FlowOutcome> {
  const { provider, options, identity, ledger } = flow;
  const end = provider.sharesStorage === false ? at : at + READ_AGAIN_FOR;
  for (;;) {
    const newer = await newerTokens(flow, refused);
    if (newer !== undefined) return { status: 'AUTHORIZED', resolvedScope: newer.scope };
    if (Date.now() >= end) break;
    await sleep(READ_AGAIN_EVERY, options.signal);
    options.signal?.throwIfAborted();
  }
  await deleteTokens(provider, identity, ledger, refused);
  return undefined;
}

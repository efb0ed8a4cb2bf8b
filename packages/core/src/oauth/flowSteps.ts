import type { AuthResult } from './authResult.js';
import { hasCode, OAuthError, OAuthErrorCode } from './errors.js';
import type { FlowEvent } from './events.js';
import type { Flow } from './flowContext.js';
import { InvalidScopeError } from './flowErrors.js';
import { insufficientScope } from './insufficientScope.js';
import { assertBounded } from './ledger.js';
import type { OAuthClientInformationMixed, OAuthTokens, StoredOAuthTokens } from './schemas.js';
import { mergeScopes, missingScope } from './scope.js';
import { saveDiscovery } from './serverLookup.js';
import { addsNothing, durableScope, neededScope, withOfflineAccess } from './neededScope.js';
import { requestProviderToken } from './token.js';
import { drawTicket, expiryOf, noteOwner, saveLatest } from './tokenStorage.js';

/** Reports what a flow does. */
export function report(flow: Flow, event: FlowEvent): void {
  flow.options.onEvent?.({ flow: flow.id, operation: flow.options.operation, ...event });
}

/** Returns the scope that the flow would ask for, as of now. */
export function neededNow({ ledger, options, sources }: Flow): string | undefined {
  const named = mergeScopes(options.scope);
  if (named === undefined) return neededScope(ledger.state, options.demand, sources);
  return withOfflineAccess(ledger.state, named, sources);
}

/**
 * Makes sure that asking can help (R14, R15).
 * @throws {InsufficientScopeError} when all that is needed was asked for before
 */
export function assertHelpful({ ledger, options, sources }: Flow): void {
  const { demand, operation } = options;
  if (demand?.kind !== 'insufficient_scope' || mergeScopes(options.scope) !== undefined) return;
  if (addsNothing(ledger.state, demand, sources)) throw insufficientScope(ledger, demand, operation);
}

/** Tells whether the tokens that are stored by now do what the rejected one did not. */
export function isAnswered({ ledger, options }: Flow, tokens: StoredOAuthTokens | undefined): boolean {
  const { rejected, demand } = options;
  if (rejected === undefined || tokens === undefined || tokens.access_token === rejected.token) return false;
  if (demand?.kind !== 'insufficient_scope') return true;
  return missingScope(demand.scope, ledger.state.token?.granted) === undefined;
}

/** How a grant is recorded. */
interface Grant {
  readonly by: 'authorization' | 'refresh';
  /** What was granted when the response does not say (RFC 6749 §5.1, §6). */
  readonly implied: string | undefined;
  /** The scope of the authorization request. */
  readonly sent: string | undefined;
}

/**
 * Stores new tokens, `scope` filled in, unless those of a later request have come.
 * @returns the scope of the tokens that are stored then
 */
export async function storeTokens(
  flow: Flow,
  ticket: number,
  tokens: OAuthTokens,
  { by, implied, sent }: Grant
): Promise<string | undefined> {
  const { provider, identity, issuer, ledger } = flow;
  const { resource } = ledger;
  const scope = tokens.scope ?? implied;
  const complete = { ...tokens, issuer, resource, ...(scope !== undefined && { scope }) };
  noteOwner(identity, ledger, tokens.access_token);
  const stored = await saveLatest(provider, identity, ledger, { ticket, tokens: complete });
  if (stored !== complete) return stored.scope;
  const at = Date.now();
  ledger.apply({ type: 'granted', by, token: tokens.access_token, scope, sent, at, expiresAt: expiryOf(tokens) });
  report(flow, { type: 'granted', requested: sent, granted: scope });
  if (ledger.credentialsIssuer === undefined) await bindCredentials(flow);
  return scope;
}

/** Notes that credentials belong to an issuer that was only a guess before it issued tokens (R27). */
async function bindCredentials({ provider, ledger, issuer, server, stored }: Flow): Promise<void> {
  ledger.credentialsIssuer = issuer;
  const { scope: requestedScope, issuer: requestedIssuer } = stored;
  await saveDiscovery(provider, ledger, {
    ...server,
    requestedScope,
    requestedIssuer,
    invalidScope: ledger.state.invalid
  });
}

/** Asks for tokens with a grant that needs no user: `client_credentials`, `jwt-bearer`. */
export async function requestWithoutUser(
  flow: Flow,
  client: OAuthClientInformationMixed,
  scope: string | undefined
): Promise<AuthResult> {
  const { provider, identity, options, server, ledger } = flow;
  options.signal?.throwIfAborted();
  assertBounded(mergeScopes(ledger.state.wanted, scope));
  reportRequest(flow, scope);
  const ticket = drawTicket(identity, ledger);
  const { tokens, sentScope } = await withScope(flow, scope, () =>
    requestProviderToken(provider, server.authorizationServerUrl, client, {
      metadata: server.authorizationServerMetadata,
      resource: flow.resource,
      scope,
      fetchFn: options.fetchFn
    })
  );
  await storeTokens(flow, ticket, tokens, { by: 'authorization', implied: sentScope, sent: sentScope });
  return { status: 'AUTHORIZED', resolvedScope: sentScope };
}

/** Reports an authorization request that is about to be made. */
export function reportRequest(flow: Flow, requested: string | undefined): void {
  const { sent } = flow.ledger.state;
  report(flow, { type: 'authorize', previous: sent, added: missingScope(requested, sent), requested });
}

/** Keeps a scope that the server calls invalid from spoiling the next authorization, of another process, too (R16). */
export async function withScope<T>(flow: Flow, sent: string | undefined, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!hasCode(error, OAuthErrorCode.InvalidScope)) throw error;
    const { provider, ledger, server, issuer } = flow;
    ledger.apply({ type: 'invalidScope', sent });
    const { invalid: invalidScope } = ledger.state;
    const requestedScope = durableScope(ledger.state);
    await saveDiscovery(provider, ledger, { ...server, requestedScope, requestedIssuer: issuer, invalidScope });
    throw new InvalidScopeError(error as OAuthError, sent);
  }
}

/**
 * Tells whether there is no token endpoint where the request was sent: the server may have moved it (RFC 8414 §2). An answer
 * that is an OAuth error comes from one, whatever its status.
 */
export function isMisplaced(error: unknown): boolean {
  if (!(error instanceof OAuthError) || !hasCode(error, OAuthErrorCode.ServerError)) return false;
  return [404, 405, 410].includes(error.status ?? 0);
}

/** Tells whether a failed token request may succeed later: then the refresh token is worth more than a new prompt. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof OAuthError)) return true;
  const passing = [OAuthErrorCode.TemporarilyUnavailable, OAuthErrorCode.TooManyRequests, OAuthErrorCode.UseDpopNonce];
  if (hasCode(error, ...passing)) return true;
  const { status = 0 } = error;
  if (status >= 400) return status >= 500 || status === 429 || isMisplaced(error);
  return hasCode(error, OAuthErrorCode.ServerError);
}

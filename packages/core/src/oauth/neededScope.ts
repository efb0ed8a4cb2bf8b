import { mergeScopes, missingScope, scopeTokens } from './scope.js';
import { isBounded, type ScopeState } from './scopeState.js';

/** What a request was turned away for, as far as scopes go. */
export interface ScopeDemand {
  readonly kind: 'unauthorized' | 'insufficient_scope';
  readonly scope?: string | undefined;
}

/** What the metadata and the host offer to choose from. */
export interface ScopeSources {
  /** `scopes_supported` of the protected resource metadata. */
  readonly advertised: readonly string[];
  /** `scope` of the client metadata. */
  readonly clientScope: string | undefined;
  /** Whether the authorization server lists `offline_access` and the client registers for refresh tokens. */
  readonly hasOfflineAccess: boolean;
}

/**
 * Returns the scope to ask for: everything asked for or challenged for before, and what the demand names. A first
 * selection, and a 403 that names no scope, turn to what the resource advertises; a first selection then to the
 * client's own scope.
 * @returns undefined when the parameter is to be omitted
 * @see MCP 2026-07-28, Authorization, Scope Selection Strategy; R2, R6, R12, R15
 */
export function neededScope(
  state: ScopeState,
  demand: ScopeDemand | undefined,
  sources: ScopeSources
): string | undefined {
  const choice = missingScope(mergeScopes(...sources.advertised), state.invalid);
  // A list beyond all bounds is no selection; whoever is not kept from signing in can step up (R25).
  const first = isBounded(choice) ? choice : undefined;
  const scope = known(state, demand, sources) ?? first ?? missingScope(sources.clientScope, state.invalid);
  return withOfflineAccess(state, scope, sources);
}

/** Adds `offline_access` where it is offered (MCP 2026-07-28, Authorization, Refresh Tokens), unless it was called invalid. */
export function withOfflineAccess(
  state: ScopeState,
  scope: string | undefined,
  { hasOfflineAccess }: ScopeSources
): string | undefined {
  const adds = scope !== undefined && hasOfflineAccess && !scopeTokens(state.invalid).includes('offline_access');
  return adds ? mergeScopes(scope, 'offline_access') : scope;
}

function known(state: ScopeState, demand: ScopeDemand | undefined, sources: ScopeSources): string | undefined {
  if (demand?.kind !== 'insufficient_scope') return mergeScopes(state.wanted, demand?.scope);
  const named = demand.scope ?? missingScope(mergeScopes(...sources.advertised), state.invalid);
  return mergeScopes(state.wanted, state.token?.granted, named);
}

/**
 * Tells whether an authorization for what a 403 demands could bring nothing: the authorization behind this token asked
 * for all of it, or the token carries it (R14, R15). Requests are compared with requests: a server may grant less for
 * ever.
 */
export function addsNothing(state: ScopeState, demand: ScopeDemand, sources: ScopeSources): boolean {
  return missingScope(known(state, demand, sources), askedForToken(state)) === undefined;
}

/** Tells whether asking for the scope of a demand is known to be of no use, before any metadata is looked at (R14). */
export function isPointless(state: ScopeState, demand: ScopeDemand, operation: string): boolean {
  const { refusals, token } = state;
  const wasRefused =
    refusals.has(operation) &&
    missingScope(demand.scope, mergeScopes(refusals.get(operation), token?.granted)) === undefined;
  if (wasRefused) return true;
  return demand.scope !== undefined && missingScope(demand.scope, askedForToken(state)) === undefined;
}

/** Returns what the authorization behind the token asked for; where nobody knows any more, what it brought. */
function askedForToken({ token }: ScopeState): string | undefined {
  return mergeScopes(token?.sent) ?? token?.granted;
}

/** Tells what the next process should take up: all that is wanted, but for what the server called invalid. */
export function durableScope(state: ScopeState): string | undefined {
  return missingScope(state.wanted, state.suspect);
}

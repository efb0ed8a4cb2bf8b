import type { AuthorizationServerMetadata, OAuthClientMetadata, OAuthProtectedResourceMetadata } from './schemas.js';

/** The scope tokens of a scope string (RFC 6749 §3.3): separated by white space, case-sensitive. */
export function scopeTokens(scope: string | undefined): string[] {
  return scope?.match(/\S+/g) ?? [];
}

/**
 * The union of scope strings: each token once, in the order first seen; `undefined` when there is none.
 *
 * Nothing is inferred from one token about another: authorization servers know their hierarchies, clients do not.
 * This is what a client asks for when it already asked for some scopes and is challenged for others.
 *
 * @see SEP-2350, https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2350
 */
export function mergeScopes(...scopes: (string | undefined)[]): string | undefined {
  const union = new Set(scopes.flatMap(scopeTokens));
  return union.size === 0 ? undefined : [...union].join(' ');
}

/** Upstream's name for {@link mergeScopes}. */
export function computeScopeUnion(...scopes: readonly (string | undefined)[]): string | undefined {
  return mergeScopes(...scopes);
}

/** The tokens of `wanted` that `held` lacks, or `undefined` when it has them all. */
export function missingScope(wanted: string | undefined, held: string | undefined): string | undefined {
  const has = new Set(scopeTokens(held));
  return mergeScopes(...scopeTokens(wanted).filter(token => !has.has(token)));
}

/** Whether `union` has a token that `current` lacks. An absent `current` is the empty set. */
export function isStrictScopeSuperset(union: string | undefined, current: string | undefined): boolean {
  return missingScope(union, current) !== undefined;
}

/** What {@link selectScope} chooses from. */
export interface ScopeSources {
  /** What the challenge, or the caller, asks for. */
  wanted: string | undefined;
  resourceMetadata: OAuthProtectedResourceMetadata | undefined;
  serverMetadata: AuthorizationServerMetadata | undefined;
  clientMetadata: OAuthClientMetadata;
}

/**
 * The scope of an authorization request: what is wanted, else everything the protected resource metadata lists, else
 * the client's own default, else none. `offline_access` joins it when the authorization server lists that scope and
 * the client registers for refresh tokens.
 *
 * @see MCP 2026-07-28, Authorization, Scope Selection Strategy and Refresh Tokens
 */
export function selectScope({
  wanted,
  resourceMetadata,
  serverMetadata,
  clientMetadata
}: ScopeSources): string | undefined {
  const scope =
    mergeScopes(wanted) ??
    mergeScopes(...(resourceMetadata?.scopes_supported ?? [])) ??
    mergeScopes(clientMetadata.scope);
  const offline =
    scope !== undefined &&
    serverMetadata?.scopes_supported?.includes('offline_access') === true &&
    clientMetadata.grant_types?.includes('refresh_token') === true;
  return offline ? mergeScopes(scope, 'offline_access') : scope;
}

/** Returns the scope tokens of a scope string (RFC 6749 §3.3): separated by white space, case-sensitive. */
export function scopeTokens(scope: string | undefined): string[] {
  return scope?.match(/\S+/g) ?? [];
}

/** Tells whether text is a scope token, as RFC 6749 §3.3 has it: text of a peer may be anything (R25). */
export function isScopeToken(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);
}

/**
 * Unites scope strings: each token once, in the order first seen.
 *
 * Nothing is inferred from one token about another: authorization servers know their hierarchies, clients do not. This
 * is
 * what a client asks for when it already asked for some scopes and is challenged for others.
 * @param scopes white-space separated, case-sensitive tokens (RFC 6749 §3.3); undefined and empty ones add nothing
 * @returns the union, its tokens separated by single spaces; undefined when there is none
 * @see SEP-2350, https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2350
 */
export function mergeScopes(...scopes: (string | undefined)[]): string | undefined {
  const union = new Set(scopes.flatMap(scopeTokens));
  return union.size === 0 ? undefined : [...union].join(' ');
}

/**
 * Unites scope strings, under upstream's name for {@link mergeScopes}.
 * @param scopes as there
 * @returns as there
 */
export function computeScopeUnion(...scopes: readonly (string | undefined)[]): string | undefined {
  return mergeScopes(...scopes);
}

/** Returns the tokens of `wanted` that `held` lacks, or `undefined` when it has them all. */
export function missingScope(wanted: string | undefined, held: string | undefined): string | undefined {
  const has = new Set(scopeTokens(held));
  return mergeScopes(...scopeTokens(wanted).filter(token => !has.has(token)));
}

/**
 * Tells whether `union` has a token that `current` lacks.
 * @param union white-space separated tokens
 * @param current likewise; the empty set when undefined
 * @returns false when both have the same
 */
export function isStrictScopeSuperset(union: string | undefined, current: string | undefined): boolean {
  return missingScope(union, current) !== undefined;
}

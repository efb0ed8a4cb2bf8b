/** A scope as the set it is (RFC 6749 §3.3: the order does not matter), written so that sets can be compared. */
export function sorted(scope: string | null | undefined): string | undefined {
  const tokens = new Set(scope?.match(/\S+/g));
  return tokens.size === 0 ? undefined : [...tokens].sort().join(' ');
}

/** Some scopes, each different: `prefix0 prefix1 …`. */
export function manyScopes(count: number, prefix: string): string {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`).join(' ');
}

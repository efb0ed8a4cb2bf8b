import type { OAuthDiscoveryState, OAuthServerInfo } from './provider.js';

/** Returns the issuer of an authorization server; without metadata its URL stands in. */
export function issuerOf(server: OAuthServerInfo): string {
  return server.authorizationServerMetadata?.issuer ?? server.authorizationServerUrl;
}

/** Tells whether two issuers are one: a trailing slash that a URL gained on the way makes no other server of it. */
export function sameIssuer(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}

/**
 * Tells whether nothing but the lack of all metadata speaks for an authorization server: the MCP server's origin, then
 * (MCP 2025-03-26, §2.3). That may be a failure that passes, so credentials are bound to it only when it has issued tokens.
 */
export function isGuess({ resourceMetadata, authorizationServerMetadata, discoveredAt }: OAuthDiscoveryState): boolean {
  const isFound = discoveredAt !== undefined && discoveredAt > 0;
  return isFound && resourceMetadata === undefined && authorizationServerMetadata === undefined;
}

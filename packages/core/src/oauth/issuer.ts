import type { OAuthServerInfo } from './provider.js';

/** Returns the issuer of an authorization server; without metadata its URL stands in. */
export function issuerOf(server: OAuthServerInfo): string {
  return server.authorizationServerMetadata?.issuer ?? server.authorizationServerUrl;
}

/** Tells whether two issuers are one: a trailing slash that a URL gained on the way makes no other server of it. */
export function sameIssuer(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}

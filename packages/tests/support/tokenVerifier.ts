import { webcrypto } from 'node:crypto';
import type { AuthorizationServer, VerifiedToken } from './authorizationServer.js';

export type TokenVerifier = (token: string) => Promise<VerifiedToken | undefined>;

/** What a resource server does with an access token: answers who it is for and what it allows, or `undefined`. */
export function createTokenVerifier(authorizationServer: AuthorizationServer, audience: string): TokenVerifier {
  if (authorizationServer.accessTokenFormat === 'opaque') {
    return token => authorizationServer.findToken(token, audience);
  }
  let key: Promise<webcrypto.CryptoKey> | undefined;
  return async token => {
    key ??= fetchSigningKey(authorizationServer.issuer);
    return verifyJwt(token, await key, authorizationServer.issuer, audience);
  };
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function fetchSigningKey(issuer: string): Promise<webcrypto.CryptoKey> {
  const metadata = (await fetchJson(`${issuer}/.well-known/oauth-authorization-server`)) as { jwks_uri: string };
  const { keys } = (await fetchJson(metadata.jwks_uri)) as { keys: webcrypto.JsonWebKey[] };
  const [jwk] = keys;
  if (jwk === undefined) throw new Error(`${metadata.jwks_uri} lists no key`);
  return webcrypto.subtle.importKey('jwk', jwk, ALGORITHM, false, ['verify']);
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered HTTP ${response.status}`);
  return response.json();
}

interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string | string[];
  readonly exp: number;
  readonly client_id: string;
  readonly scope?: string;
}

/** RFC 9068 §4. */
async function verifyJwt(
  token: string,
  key: webcrypto.CryptoKey,
  issuer: string,
  audience: string
): Promise<VerifiedToken | undefined> {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  if (!(await webcrypto.subtle.verify(ALGORITHM, key, Buffer.from(signature, 'base64url'), signed))) return undefined;
  const { typ } = decode(header) as { typ?: string };
  const claims = decode(payload) as AccessTokenClaims;
  if (typ !== 'at+jwt' || claims.iss !== issuer || ![claims.aud].flat().includes(audience)) return undefined;
  if (claims.exp * 1000 <= Date.now()) return undefined;
  return { clientId: claims.client_id, scopes: claims.scope?.split(' ') ?? [] };
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

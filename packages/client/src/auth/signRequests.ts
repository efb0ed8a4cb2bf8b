import type { AuthProvider, FetchLike, OAuthClientProvider } from '@scopeful/core';
import { isOAuthClientProvider } from '@scopeful/core/engine';

const SCHEME = /^DPoP +(.+)$/i;

/** Tells whether tokens are bound to a key (RFC 9449 §5). Types of tokens are case-insensitive (RFC 6749 §5.1). */
export function isDpopBound(tokenType: string | undefined): boolean {
  return tokenType?.toLowerCase() === 'dpop';
}

/**
 * Returns the fetch of a transport: what carries `Authorization: DPoP` is signed. Below everything that repeats or
 * redirects a request, so that each proof is for the request that is sent.
 */
export function signRequests(send: FetchLike, provider: AuthProvider | OAuthClientProvider | undefined): FetchLike {
  if (!isOAuthClientProvider(provider) || provider.dpop === undefined) return send;
  return async (url, init) => {
    const token = SCHEME.exec(new Headers(init?.headers).get('Authorization') ?? '')?.[1];
    const session = token === undefined ? undefined : await provider.dpop?.();
    if (token === undefined || session == null) return send(url, init);
    const { sendSigned } = await import('./sendSigned.js');
    return sendSigned(send, url, init, session, token);
  };
}

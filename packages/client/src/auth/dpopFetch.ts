import type { AuthProvider, DpopSession, FetchLike, OAuthClientProvider } from '@scopeful/core';
import { isDpopNonceChallenge, isOAuthClientProvider } from '@scopeful/core/engine';

type MaybePromise<T> = T | Promise<T>;

/** Where a DPoP request's access token comes from; `undefined` leaves the request as it is. */
export type DpopTokenSource = () => MaybePromise<string | undefined>;

/** A session, or where it comes from; `undefined` leaves the request as it is. */
export type DpopSessionSource = DpopSession | (() => MaybePromise<DpopSession | undefined>);

const SCHEME = /^DPoP +(.+)$/i;

/** Whether tokens are bound to a key (RFC 9449 §5). Types of tokens are case-insensitive (RFC 6749 §5.1). */
export function isDpopBound(tokenType: string | undefined): boolean {
  return tokenType?.toLowerCase() === 'dpop';
}

/**
 * Sends a request with a proof, and again, should the server want a nonce in it (RFC 9449 §9). A body that can be read
 * only once is sent once; the next request has the nonce.
 */
async function sendSigned(
  send: FetchLike,
  url: string | URL,
  init: RequestInit | undefined,
  session: DpopSession,
  token: string
): Promise<Response> {
  const attempt = async (): Promise<Response> => {
    const headers = new Headers(init?.headers);
    headers.set('Authorization', `DPoP ${token}`);
    headers.set('DPoP', await session.buildProof({ htm: init?.method ?? 'GET', htu: url, accessToken: token }));
    const response = await send(url, { ...init, headers });
    session.observeNonce(response, url);
    return response;
  };
  const used = session.nonceFor(url);
  const response = await attempt();
  const canRepeat = !(init?.body instanceof ReadableStream) && session.nonceFor(url) !== used;
  if (!canRepeat || !isDpopNonceChallenge(response)) return response;
  await response.body?.cancel();
  return attempt();
}

/**
 * The fetch of a transport: what carries `Authorization: DPoP` is signed. Below everything that repeats or redirects a
 * request, so that each proof is for the request that is sent.
 */
export function signRequests(send: FetchLike, provider: AuthProvider | OAuthClientProvider | undefined): FetchLike {
  if (!isOAuthClientProvider(provider) || provider.dpop === undefined) return send;
  return async (url, init) => {
    const token = SCHEME.exec(new Headers(init?.headers).get('Authorization') ?? '')?.[1];
    const session = token === undefined ? undefined : await provider.dpop?.();
    if (token === undefined || session === undefined) return send(url, init);
    return sendSigned(send, url, init, session, token);
  };
}

/**
 * Sends each request with an access token bound to a key, and a proof for that very request (RFC 9449). For tokens that
 * are not an {@link OAuthClientProvider}'s: the transports and {@link withOAuth} do this by themselves.
 * @param session the same one for as long as the tokens are used
 */
export function withDpop(session: DpopSessionSource, getToken: DpopTokenSource): (next: FetchLike) => FetchLike {
  return next => async (url, init) => {
    const token = await getToken();
    const current = typeof session === 'function' ? await session() : session;
    if (token === undefined || current === undefined) return next(url, init);
    return sendSigned(next, url, init, current, token);
  };
}

/**
 * {@link withDpop} with the session and the tokens of a provider; tokens that are not bound to a key are left alone. It
 * belongs below whatever adds a bearer token.
 */
export function withDpopFromProvider(provider: OAuthClientProvider): (next: FetchLike) => FetchLike {
  return withDpop(
    () => provider.dpop?.(),
    async () => {
      const tokens = await provider.tokens();
      return isDpopBound(tokens?.token_type) ? tokens?.access_token : undefined;
    }
  );
}

import type { DpopSession, FetchLike, MaybePromise, OAuthClientProvider } from '@scopeful/core';
import { isDpopBound } from './signRequests.js';

/** Where a DPoP request's access token comes from; `undefined` leaves the request as it is. */
export type DpopTokenSource = () => MaybePromise<string | undefined>;

/** A session, or where it comes from; `undefined` leaves the request as it is. */
export type DpopSessionSource = DpopSession | (() => MaybePromise<DpopSession | undefined>);

/**
 * Sends each request with an access token bound to a key, and a proof for that very request. For tokens that are not an
 * {@link OAuthClientProvider}'s: the transports and {@link withOAuth} do this by themselves.
 * @param session the same one for as long as the tokens are used
 * @param getToken where the access token comes from, asked for each request
 * @returns a middleware
 * @see RFC 9449 §7
 */
export function withDpop(session: DpopSessionSource, getToken: DpopTokenSource): (next: FetchLike) => FetchLike {
  return next => async (url, init) => {
    const token = await getToken();
    const current = typeof session === 'function' ? await session() : session;
    if (token === undefined || current === undefined) return next(url, init);
    const { sendSigned } = await import('./sendSigned.js');
    return sendSigned(next, url, init, current, token);
  };
}

/**
 * Does as {@link withDpop} with the session and the tokens of a provider; tokens that are not bound to a key are left
 * alone. It
 * belongs below whatever adds a bearer token.
 * @param provider whose `dpop()` and `tokens()` are asked for each request
 * @returns a middleware
 * @see RFC 9449 §7
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

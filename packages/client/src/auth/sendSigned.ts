import type { DpopSession, FetchLike } from '@scopeful/core';
import { isDpopNonceChallenge } from '@scopeful/core/challenges';
import { assertSendable } from '@scopeful/core/engine';

/**
 * Sends a request with a proof, and again, should the server want a nonce in it (RFC 9449 §9). A body that can be read
 * only once is sent once; the next request has the nonce.
 */
export async function sendSigned(
  send: FetchLike,
  url: string | URL,
  init: RequestInit | undefined,
  session: DpopSession,
  token: string
): Promise<Response> {
  assertSendable(token);
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

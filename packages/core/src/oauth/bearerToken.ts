import { OAuthClientFlowError } from './errors.js';

/** RFC 6750 §2.1, `b64token`. */
const B64_TOKEN = /^[-A-Za-z0-9._~+/]+=*$/;

/** Tells whether a token can stand in an `Authorization` field. */
export function isBearerToken(token: string): boolean {
  return B64_TOKEN.test(token);
}

/**
 * Makes sure that a token can be sent. What `fetch` itself throws would quote it.
 * @throws {OAuthClientFlowError} that does not show the token
 */
export function assertSendable(token: string): void {
  if (isBearerToken(token)) return;
  throw new OAuthClientFlowError(
    'The stored access token has characters that RFC 6750 §2.1 does not allow. It was not sent.',
    'INVALID_TOKEN'
  );
}

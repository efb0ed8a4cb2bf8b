import type { FetchLike } from '../fetch.js';
import { OAuthErrorResponseSchema } from './schemas.js';
import type { DpopSession } from './dpop.js';
import { OAuthError, OAuthErrorCode } from './errors.js';
import { type Answer, parseJson, send, withoutNulls } from './http.js';
import { cleanText, secretsOf } from './redaction.js';

/** Leniency: some servers send `expires_in` as a string of digits. */
function withNumericLifetime(body: unknown): unknown {
  const expiresIn = (body as { expires_in?: unknown } | null)?.expires_in;
  if (typeof expiresIn !== 'string' || !/^\d+$/.test(expiresIn)) return body;
  return { ...(body as object), expires_in: Number(expiresIn) };
}

/** Parameters and fields that anybody may know. A provider can add others, of which nobody here knows what they are. */
const PUBLIC_PARAMETERS = new Set([
  'grant_type',
  'client_id',
  'scope',
  'resource',
  'audience',
  'redirect_uri',
  'client_assertion_type',
  'subject_token_type',
  'actor_token_type',
  'requested_token_type'
]);
const PUBLIC_FIELDS = new Set(['accept', 'content-type', 'authorization']);

/** Collects everything in a token request that nobody else should know. */
function secretsIn(params: URLSearchParams, headers: Headers): string[] {
  const hidden = [...params].filter(([name]) => !PUBLIC_PARAMETERS.has(name));
  const added = [...headers].filter(([name]) => !PUBLIC_FIELDS.has(name));
  return [...[...hidden, ...added].map(([, value]) => value), ...secretsOf(headers.get('Authorization'))];
}

/**
 * Reads what a token endpoint answers. An error body counts whatever the HTTP status: some servers send it with 200. Any
 * other body is not quoted: it may hold tokens, or repeat the request.
 */
function readAnswer({ response, text }: Answer, url: URL, secrets: readonly string[]): unknown {
  const body = withoutNulls(parseJson(text));
  const error = OAuthErrorResponseSchema.safeParse(body);
  if (error.success) {
    const { error: code, error_description: description, error_uri: uri } = error.data;
    throw errorOf(code, description, uri, response.status, secrets);
  }
  if (!response.ok || body === undefined) {
    const type = cleanText(response.headers.get('content-type') ?? 'an unnamed type', secrets);
    const what = `The token endpoint ${url.href} answered HTTP ${response.status} with ${type}, and no OAuth response in it`;
    throw new OAuthError(OAuthErrorCode.ServerError, what, undefined, response.status);
  }
  return withNumericLifetime(body);
}

const KNOWN_CODES = new Set<string>(Object.values(OAuthErrorCode));

/**
 * Makes the error that a server answered with, its words cleaned. Callers act on the code, so it stays as it is, unless
 * it is none of OAuth's and the server put a secret there.
 */
export function errorOf(
  code: string,
  description: string | undefined,
  uri: string | undefined,
  status: number | undefined,
  secrets: readonly string[]
): OAuthError {
  const safe = KNOWN_CODES.has(code) || cleanText(code, secrets) === code ? code : OAuthErrorCode.ServerError;
  const message = cleanText(description ?? safe, secrets);
  return new OAuthError(safe, message, uri === undefined ? undefined : cleanText(uri, secrets), status);
}

/** A token request in the making. */
export interface TokenForm {
  params: URLSearchParams;
  headers: Headers;
}

export function createTokenForm(params: URLSearchParams): TokenForm {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
  return { params, headers: new Headers(headers) };
}

/** Sends a token request. The answer is none of the errors, and still to be checked. */
export async function postTokenForm(
  url: URL,
  { params, headers }: TokenForm,
  fetchFn: FetchLike | undefined,
  dpop?: DpopSession
): Promise<unknown> {
  if (dpop !== undefined) headers.set('DPoP', await dpop.buildProof({ htm: 'POST', htu: url }));
  const secrets = secretsIn(params, headers);
  const answer = await send(fetchFn, url, { method: 'POST', headers, body: params.toString() });
  dpop?.observeNonce(answer.response, url);
  return readAnswer(answer, url, secrets);
}

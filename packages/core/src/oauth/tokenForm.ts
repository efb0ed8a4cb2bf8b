import type { FetchLike } from '../fetch.js';
import { OAuthErrorResponseSchema } from './schemas.js';
import type { DpopSession } from './dpop.js';
import { OAuthError, OAuthErrorCode } from './errors.js';
import { oauthFetch, parseJson, readBody, withoutNulls } from './http.js';

/** Leniency: some servers send `expires_in` as a string of digits. */
function withNumericLifetime(body: unknown): unknown {
  const expiresIn = (body as { expires_in?: unknown } | null)?.expires_in;
  if (typeof expiresIn !== 'string' || !/^\d+$/.test(expiresIn)) return body;
  return { ...(body as object), expires_in: Number(expiresIn) };
}

const SECRET_PARAMETERS = [
  'code',
  'code_verifier',
  'refresh_token',
  'client_secret',
  'client_assertion',
  'assertion',
  'subject_token',
  'actor_token',
  'password'
];

/** Blanks out what a server repeats of a request that nobody else should know. */
function withoutSecrets(text: string, params: URLSearchParams, headers: Headers): string {
  const secrets = SECRET_PARAMETERS.flatMap(name => params.getAll(name));
  secrets.push(...(headers.get('Authorization')?.split(' ').slice(1) ?? []), headers.get('DPoP') ?? '');
  return secrets
    .flatMap(secret => [secret, encodeURIComponent(secret)])
    .filter(secret => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
}

/**
 * Reads what a token endpoint answers. An error body counts whatever the HTTP status: some servers send it with 200. Any
 * other body is not quoted: it may hold tokens, or repeat the request.
 */
async function readAnswer(response: Response, url: URL, params: URLSearchParams, headers: Headers): Promise<unknown> {
  const text = await readBody(response);
  const body = withoutNulls(parseJson(text));
  const error = OAuthErrorResponseSchema.safeParse(body);
  if (error.success) {
    const { error: code, error_description: description, error_uri: uri } = error.data;
    const clean = (value: string): string => withoutSecrets(value, params, headers);
    // Callers act on the code, so it stays as it is: a secret may be a word of it.
    const message = description === undefined ? code : clean(description);
    throw new OAuthError(code, message, uri === undefined ? undefined : clean(uri), response.status);
  }
  if (!response.ok || body === undefined) {
    const type = response.headers.get('content-type') ?? 'an unnamed type';
    const what = `The token endpoint ${url.href} answered HTTP ${response.status} with ${type}, and no OAuth response in it`;
    throw new OAuthError(OAuthErrorCode.ServerError, what, undefined, response.status);
  }
  return withNumericLifetime(body);
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
  const response = await oauthFetch(fetchFn)(url, { method: 'POST', headers, body: params.toString() });
  dpop?.observeNonce(response, url);
  return readAnswer(response, url, params, headers);
}

import { received } from '../schemaCheck.js';
import { readText, sameOriginRedirects, type FetchLike } from '../fetch.js';
import type { StandardSchemaV1 } from '../standardSchema.js';
import { OAuthClientFlowError } from './errors.js';
import { InvalidDocumentError } from './flowErrors.js';
import { quoted } from './redaction.js';

/** Longest wait for one OAuth request, body included, in milliseconds. */
const REQUEST_TIMEOUT = 30_000;

/** Largest OAuth document read, in bytes. */
const MAX_DOCUMENT_SIZE = 1024 * 1024;

/** A response whose body has been read. */
export interface Answer {
  readonly response: Response;
  readonly text: string;
}

/**
 * Sends one OAuth request and reads the answer, redirected only within an origin.
 * @param fetchFn the host's own fetch, if any
 * @param limit for both together, in milliseconds, whatever `fetchFn` makes of its signal
 * @throws {OAuthClientFlowError} with `REQUEST_TIMEOUT` when that is over
 */
export async function send(
  fetchFn: FetchLike | undefined,
  url: URL,
  init: RequestInit,
  limit = REQUEST_TIMEOUT
): Promise<Answer> {
  // The timer holds on to its controller: on Node 20 a signal of AbortSignal.timeout() that is only listened to can be lost.
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `${url.origin}${url.pathname} did not answer within ${limit} ms. Try again later.`;
      const error = new OAuthClientFlowError(message, 'REQUEST_TIMEOUT');
      controller.abort(error);
      reject(error);
    }, limit);
  });
  const exchange = async (): Promise<Answer> => {
    const request = sameOriginRedirects(fetchFn ?? ((input, own) => fetch(input, own)));
    const response = await request(url, { ...init, signal: controller.signal });
    // The signal ends the reading, too, whether or not `fetchFn` knows of it.
    const body = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), controller) ?? null;
    return { response, text: await readBody(new Response(body)) };
  };
  try {
    return await Promise.race([exchange(), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the body of an OAuth response. */
export function readBody(response: Response): Promise<string> {
  return readText(response, MAX_DOCUMENT_SIZE);
}

/** Parses JSON; `undefined` for text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Leniency: some servers send `null` for the members that they mean to leave out. */
export function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/**
 * Checks a received document and returns it as it is.
 * @throws {InvalidDocumentError} naming the members that do not fit
 */
export function checkDocument<Schema extends StandardSchemaV1>(
  schema: Schema,
  document: unknown,
  url: string | URL
): StandardSchemaV1.InferOutput<Schema> {
  return received(schema, document, reason => new InvalidDocumentError(url, reason));
}

/** Tells whether a host is this machine, so that no TLS is needed (RFC 8252 §7.3, RFC 6761 §6.3). */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Tells whether an authorization server endpoint is protected by TLS, or on this machine (OAuth 2.1 §1.5). */
export function isSecureEndpoint(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/**
 * Makes sure that an authorization server is protected by TLS, or on this machine, before anything is asked of it.
 * @throws {OAuthClientFlowError} with `INSECURE_ISSUER`
 */
export function assertSecureIssuer(authorizationServerUrl: string | URL): void {
  if (URL.canParse(authorizationServerUrl) && isSecureEndpoint(new URL(authorizationServerUrl))) return;
  throw new OAuthClientFlowError(
    `The authorization server ${quoted(String(authorizationServerUrl))} is neither https: nor on this machine, and ` +
      'was not contacted. Correct the metadata of the resource.',
    'INSECURE_ISSUER'
  );
}

import { received } from '../schemaCheck.js';
import { readText, sameOriginRedirects, type FetchLike } from '../fetch.js';
import type { StandardSchemaV1 } from '../standardSchema.js';
import { InvalidDocumentError } from './flowErrors.js';

/** Longest wait for one OAuth request, body included, in milliseconds. */
const REQUEST_TIMEOUT = 30_000;

/** Largest OAuth document read, in bytes. */
const MAX_DOCUMENT_SIZE = 1024 * 1024;

/** The fetch of OAuth requests: bounded in time, and redirected only within an origin. */
export function oauthFetch(fetchFn: FetchLike | undefined): FetchLike {
  const send = sameOriginRedirects(fetchFn ?? ((url, init) => fetch(url, init)));
  return (url, init) => send(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT) });
}

/** The body of an OAuth response. */
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

/** Whether a host is this machine, so that no TLS is needed (RFC 8252 §7.3, RFC 6761 §6.3). */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether an authorization server endpoint is protected by TLS, or on this machine (OAuth 2.1 §1.5). */
export function isSecureEndpoint(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

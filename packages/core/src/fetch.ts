import { SdkErrorCode, SdkHttpError } from './errors.js';

/** What the SDK needs of `fetch`. */
export type FetchLike = (url: string | URL, init?: RequestInit) => Promise<Response>;

function mergeHeaders(base: HeadersInit | undefined, own: HeadersInit | undefined): Headers {
  const headers = new Headers(base);
  new Headers(own).forEach((value, name) => headers.set(name, value));
  return headers;
}

/**
 * Makes a fetch that adds `baseInit` to every request. What a call passes itself wins, header by header.
 * @param baseFetch what sends; the global `fetch`, looked up at each call, when omitted
 * @param baseInit what is added; nothing when omitted
 * @returns the fetch
 */
export function createFetchWithInit(baseFetch?: FetchLike, baseInit?: RequestInit): FetchLike {
  const send: FetchLike = baseFetch ?? ((url, init) => fetch(url, init));
  if (baseInit === undefined) return send;
  return (url, init) => send(url, { ...baseInit, ...init, headers: mergeHeaders(baseInit.headers, init?.headers) });
}

const MAX_REDIRECTS = 5;
const REDIRECT_STATUS = new Set([301, 302, 303, 307, 308]);

/**
 * Makes the error for a redirect that was not followed, because it leaves the origin, changes the method, or never
 * ends.
 */
function redirectRefused(url: URL, method: string, response: Response, target: URL | undefined): SdkHttpError {
  const where = target?.origin ?? 'elsewhere';
  return new SdkHttpError(
    SdkErrorCode.ClientHttpUnexpectedContent,
    `${method} ${url.origin}${url.pathname} was redirected (HTTP ${response.status}) to ${where}. Only redirects ` +
      `within the origin that keep the method are followed: use the final URL, or set redirectPolicy: 'follow'.`,
    { status: response.status, statusText: response.statusText }
  );
}

/**
 * Returns a fetch that follows a redirect only within the origin of the request and only with the same method, so that
 * a token, code or client secret never reaches another host. A call that sets `redirect` itself is left alone.
 */
export function sameOriginRedirects(send: FetchLike): FetchLike {
  return async (input, init) => {
    if (init?.redirect === 'error' || init?.redirect === 'manual') return send(input, init);
    const method = init?.method ?? 'GET';
    let url = new URL(input);
    for (let hops = 0; ; hops++) {
      const response = await send(hops === 0 ? input : url, { ...init, redirect: 'manual' });
      // Browsers hide the status and target of a manual redirect.
      if (response.type === 'opaqueredirect') throw redirectRefused(url, method, response, undefined);
      const location = REDIRECT_STATUS.has(response.status) ? response.headers.get('location') : null;
      if (location === null) return response;
      await response.body?.cancel();
      const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
      // 307 and 308 keep any method (RFC 9110 §15.4).
      const keepsMethod = method === 'GET' || method === 'HEAD' || response.status >= 307;
      if (target?.origin !== url.origin || !keepsMethod || hops === MAX_REDIRECTS) {
        throw redirectRefused(url, method, response, target);
      }
      url = target;
    }
  };
}

/**
 * Reads a body as text, and stops at `limit` bytes, so that a hostile peer cannot fill the memory with an error page.
 * @param patience milliseconds after which what has come has to do
 */
export async function readText(response: Response, limit: number, patience?: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const giveUp = (): void => void reader.cancel().catch(() => undefined);
  const timer = patience === undefined ? undefined : setTimeout(giveUp, patience);
  try {
    return await readUpTo(reader, limit);
  } finally {
    clearTimeout(timer);
  }
}

async function readUpTo(reader: ReadableStreamDefaultReader<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (let size = 0; size < limit;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value.subarray(0, limit - size), { stream: true });
    size += value.byteLength;
  }
  await reader.cancel();
  return text;
}

import type { FetchLike, OAuthClientProvider } from '@scopeful/core';
import { UnauthorizedError } from '@scopeful/core/engine';
import { Authorizer } from '../auth/authorizer.js';
import type { HttpTransportOptions } from './httpTransport.js';
import { signRequests } from '../auth/signRequests.js';

/** Wraps a fetch into one that does more. */
export type Middleware = (next: FetchLike) => FetchLike;

/**
 * Makes a middleware of one function.
 * @param handler gets the next fetch together with the request
 * @returns the middleware
 */
export function createMiddleware(
  handler: (next: FetchLike, input: string | URL, init?: RequestInit) => Promise<Response>
): Middleware {
  return next => (input, init) => handler(next, input, init);
}

/**
 * Makes one middleware out of several.
 * @param middleware the last is the outermost
 * @returns the middleware; of none, one that changes nothing
 */
export function applyMiddlewares(...middleware: Middleware[]): Middleware {
  return next => middleware.reduce((inner, wrap) => wrap(inner), next);
}

/** Configures {@link withOAuth}; each as in {@link HttpTransportOptions}. */
export interface WithOAuthOptions extends Pick<
  HttpTransportOptions,
  'onInsufficientScope' | 'maxStepUpRetries' | 'flowTimeout' | 'onauth'
> {
  /** Told what `onauth` throws, which fails nothing. */
  onerror?: (error: Error) => void;
}

/**
 * Authorizes any request as the transports do: adds the token, renews it on a 401, steps up on a scope challenge, and
 * shares
 * what was asked for with every transport on the same provider and resource. Its fetch rejects with an
 * {@link UnauthorizedError} when the user was sent to sign in or new tokens are rejected as well, and with an
 * {@link InsufficientScopeError} when the token's scope is too narrow and asking cannot help.
 * @param provider who the client is, and where its credentials are kept
 * @param baseUrl the protected resource; by default the origin of each request. A request to another origin is passed
 *   on as it
 * is: it gets no token.
 * @param options what the transports can be told about scope challenges, too
 * @returns a middleware
 * @see MCP 2026-07-28, Authorization; RFC 6750 §2.1, §3
 */
export function withOAuth(
  provider: OAuthClientProvider,
  baseUrl?: string | URL,
  options: WithOAuthOptions = {}
): Middleware {
  return next => {
    const authorizers = new Map<string, Authorizer>();
    const authorizerOf = (resource: URL): Authorizer => {
      let authorizer = authorizers.get(resource.href);
      if (authorizer === undefined) {
        authorizer = new Authorizer({
          serverUrl: resource,
          provider,
          fetch: signRequests(next, provider),
          authFetch: next,
          onInsufficientScope: options.onInsufficientScope,
          maxStepUpRetries: options.maxStepUpRetries,
          flowTimeout: options.flowTimeout,
          report: options.onauth,
          onerror: options.onerror
        });
        authorizers.set(resource.href, authorizer);
      }
      return authorizer;
    };
    return async (input, init) => {
      const url = new URL(input);
      const resource = new URL(baseUrl ?? url.origin);
      if (url.origin !== resource.origin) return next(input, init);
      const operation = { resource: resource.href, method: init?.method ?? 'GET', name: url.pathname };
      const headers = Object.fromEntries(new Headers(init?.headers));
      try {
        return await authorizerOf(resource).fetch(url, { ...init, headers }, operation);
      } catch (error) {
        // Upstream's contract: whatever the reason, a request that stays unauthorized is an UnauthorizedError.
        if ((error as { code?: unknown }).code !== 'CLIENT_HTTP_AUTHENTICATION') throw error;
        throw new UnauthorizedError((error as Error).message, { cause: error });
      }
    };
  };
}

/** Told about every request. Credentials in headers are blanked out. */
export type RequestLogger = (input: {
  method: string;
  url: string | URL;
  /** 0 when there was no response. */
  status: number;
  statusText: string;
  /** Milliseconds until the response began. */
  duration: number;
  requestHeaders?: Headers;
  responseHeaders?: Headers;
  error?: Error;
}) => void;

/** Configures {@link withLogging}. */
export interface LoggingOptions {
  /** Where to log; the console by default. */
  logger?: RequestLogger;
  includeRequestHeaders?: boolean;
  includeResponseHeaders?: boolean;
  /** Log only responses of this status or above; 0, the default, logs all. Failures are always logged. */
  statusLevel?: number;
}

const SECRET_HEADERS = ['authorization', 'cookie', 'set-cookie', 'dpop', 'proxy-authorization', 'x-api-key'];

function withoutSecrets(headers: HeadersInit | undefined): Headers {
  const copy = new Headers(headers);
  for (const name of SECRET_HEADERS) if (copy.has(name)) copy.set(name, '[secret]');
  return copy;
}

/** A query may carry a code or a token, so it is left out. */
const logToConsole: RequestLogger = ({
  method,
  url,
  status,
  statusText,
  duration,
  requestHeaders,
  responseHeaders,
  error
}) => {
  const { origin, pathname } = new URL(url);
  const outcome = error === undefined ? `${status} ${statusText}`.trim() : `failed: ${error.message}`;
  const headers = [requestHeaders, responseHeaders]
    .filter(list => list !== undefined)
    .map(list => JSON.stringify([...list]));
  const line = [`${method} ${origin}${pathname} ${outcome} (${duration.toFixed(0)} ms)`, ...headers].join(' ');
  if (error !== undefined || status >= 400) console.error(line);
  else console.log(line);
};

/**
 * Logs every request, credentials in headers blanked out. The default logger writes to the console: not for programs
 * that
 * speak MCP on standard output.
 * @param options what is logged, and where
 * @returns a middleware
 */
export function withLogging(options: LoggingOptions = {}): Middleware {
  const { logger = logToConsole, includeRequestHeaders, includeResponseHeaders, statusLevel = 0 } = options;
  return createMiddleware(async (next, url, init) => {
    const began = performance.now();
    const request = {
      method: init?.method ?? 'GET',
      url,
      requestHeaders: includeRequestHeaders === true ? withoutSecrets(init?.headers) : undefined
    };
    try {
      const response = await next(url, init);
      const { status, statusText } = response;
      const responseHeaders = includeResponseHeaders === true ? withoutSecrets(response.headers) : undefined;
      if (status >= statusLevel)
        logger({ ...request, status, statusText, duration: performance.now() - began, responseHeaders });
      return response;
    } catch (error) {
      logger({ ...request, status: 0, statusText: '', duration: performance.now() - began, error: error as Error });
      throw error;
    }
  });
}

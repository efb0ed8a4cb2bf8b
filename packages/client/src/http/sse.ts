import type { FetchLike, JSONRPCMessage, Transport, TransportSendOptions } from '@scopeful/core';
import {
  branded,
  BrandedError,
  callerHeaders,
  parseJSONRPCMessage,
  SdkError,
  SdkErrorCode
} from '@scopeful/core/engine';
import type { EventSourceMessage } from 'eventsource-parser';
import { httpError } from '../auth/lateErrors.js';
import { HttpTransport, type HttpTransportOptions } from './httpTransport.js';
import { operationOf } from './operation.js';
import { readEvents } from './sseReader.js';

/** The stream of an {@link SSEClientTransport} failed. `code` is the HTTP status, when there was one. */
export class SseError extends BrandedError {
  readonly code: number | undefined;
  readonly event: unknown;

  constructor(code: number | undefined, message: string | undefined, event: unknown, options?: ErrorOptions) {
    super(`The event stream failed: ${message ?? 'no reason given'}`, options);
    this.code = code;
    this.event = event;
  }
}
branded(SseError, 'SseError');

/** Configures an {@link SSEClientTransport}. */
export interface SSEClientTransportOptions extends HttpTransportOptions {
  /** Settings of the request that opens the stream. */
  eventSourceInit?: { fetch?: FetchLike; withCredentials?: boolean };
}

/** Where the server wants messages posted, once it said so. */
interface Endpoint {
  announced: Promise<URL>;
  resolve: (url: URL) => void;
  reject: (error: unknown) => void;
}

function createEndpoint(): Endpoint {
  let settle!: Pick<Endpoint, 'resolve' | 'reject'>;
  const announced = new Promise<URL>((resolve, reject) => (settle = { resolve, reject }));
  announced.catch(() => undefined);
  return { announced, ...settle };
}

/**
 * The HTTP+SSE transport of 2024-11-05: one stream of events from the server, a POST for every message to it.
 * @deprecated Servers have moved to {@link StreamableHTTPClientTransport}; this one is for those that have not.
 * @see MCP 2024-11-05, Transports, HTTP with SSE
 */
export class SSEClientTransport extends HttpTransport implements Transport {
  private readonly _streamFetch: FetchLike | undefined;
  private readonly _streamInit: RequestInit;
  private _endpoint: URL | undefined;

  constructor(url: URL, options: SSEClientTransportOptions = {}) {
    super(url, options);
    const { fetch: streamFetch, withCredentials } = options.eventSourceInit ?? {};
    this._streamFetch = streamFetch === undefined ? undefined : this.decorate(streamFetch);
    this._streamInit = withCredentials === true ? { credentials: 'include' } : {};
  }

  /** Opens the stream; resolves when the server has named its endpoint. */
  async start(): Promise<void> {
    this.markStarted();
    const request = this.openRequest();
    try {
      const body = await this._openStream(request.signal);
      const endpoint = createEndpoint();
      void this._read(body, endpoint, request);
      this._endpoint = await endpoint.announced;
    } catch (error) {
      request.release();
      this.isStarted = false;
      throw error;
    }
  }

  override close(): Promise<void> {
    this._endpoint = undefined;
    return super.close();
  }

  /**
   * Posts a message. Responses come on the stream.
   * @param message one message, or several
   * @param options the request's signal and headers
   * @throws {SdkHttpError} when the server answers with an error status
   * @throws {UnauthorizedError} when the user has to authorize first
   * @throws {InsufficientScopeError} when the token's scope is too narrow and asking cannot help
   * @see MCP 2024-11-05, Transports, HTTP with SSE
   */
  async send(message: JSONRPCMessage | JSONRPCMessage[], options: TransportSendOptions = {}): Promise<void> {
    this.assertStarted();
    const url = this._endpoint;
    if (url === undefined)
      throw new SdkError(SdkErrorCode.NotConnected, `${this.url.href} has not named its endpoint yet.`);
    const request = this.openRequest(options.requestSignal);
    try {
      const given = callerHeaders(options.headers);
      const headers = { ...this.protocolHeaders(), ...given, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(message), signal: request.signal };
      const operation = operationOf(this.url.href, message);
      const response = await this.authorizer.fetch(url, init, operation, undefined, options.holdTimeout);
      if (!response.ok) throw await httpError(SdkErrorCode.ClientHttpNotImplemented, response, `POST ${url.href}`);
      await response.body?.cancel();
    } finally {
      request.release();
    }
  }

  private async _openStream(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const headers = { accept: 'text/event-stream', ...this.protocolHeaders() };
    const operation = { resource: this.url.href, method: 'GET' };
    const init = { ...this._streamInit, method: 'GET', headers, signal };
    const response = await this.authorizer.fetch(this.url, init, operation, this._streamFetch);
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (response.ok && isStream && response.body !== null) return response.body;
    const cause = await httpError(SdkErrorCode.ClientHttpFailedToOpenStream, response, `GET ${this.url.href}`);
    throw new SseError(response.status, cause.message, undefined, { cause });
  }

  /** Reads the stream to its end, which is the connection's: the server keeps no session that could be taken up again. */
  private async _read(
    body: ReadableStream<Uint8Array>,
    endpoint: Endpoint,
    request: { signal: AbortSignal; release: () => void }
  ): Promise<void> {
    let cause: unknown;
    try {
      await readEvents(body, { onEvent: event => this._accept(event, endpoint) });
    } catch (error) {
      cause = error;
    }
    request.release();
    const ended = new SseError(undefined, 'it ended', undefined, { cause });
    endpoint.reject(request.signal.aborted ? request.signal.reason : ended);
    if (request.signal.aborted || this._endpoint === undefined) return;
    this.report(ended);
    await this.close();
  }

  private _accept({ event, data }: EventSourceMessage, endpoint: Endpoint): void {
    try {
      if (event === 'endpoint') {
        endpoint.resolve(this._checkEndpoint(data));
      } else if (event === undefined || event === 'message') {
        this.onmessage?.(parseJSONRPCMessage(JSON.parse(data)));
      }
    } catch (error) {
      if (event === 'endpoint') endpoint.reject(error);
      this.report(error);
    }
  }

  /** Messages, and the token with them, go nowhere but to the origin that the user named. */
  private _checkEndpoint(data: string): URL {
    const url = URL.canParse(data, this.url) ? new URL(data, this.url) : undefined;
    if (url?.origin === this.url.origin) return url;
    throw new SseError(undefined, `its endpoint ${JSON.stringify(data)} is not on ${this.url.origin}`, undefined);
  }
}

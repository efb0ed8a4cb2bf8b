import type { JSONRPCMessage, RequestId, Transport, TransportSendOptions } from '@scopeful/core';
import {
  callerHeaders,
  isJsonContentType,
  parseJSONRPCMessage,
  SdkErrorCode,
  SdkHttpError
} from '@scopeful/core/engine';
import { httpError } from '../auth/lateErrors.js';
import { HttpSession, type ReconnectionScheduler, type StreamableHTTPReconnectionOptions } from './httpSession.js';
import { HttpTransport, type HttpTransportOptions } from './httpTransport.js';
import { operationOf } from './operation.js';
import { ResponseStream, type OpenStream } from './responseStream.js';

/** How to resume a stream. */
export interface StartSSEOptions {
  /** The last event received. */
  resumptionToken?: string;
  /** Told each event id, so that the stream can be resumed again. */
  onresumptiontoken?: (token: string) => void;
  /** The id that the resumed response is given. */
  replayMessageId?: RequestId;
  requestSignal?: AbortSignal;
  onRequestStreamEnd?: () => void;
}

/** Configures a {@link StreamableHTTPClientTransport}. */
export interface StreamableHTTPClientTransportOptions extends HttpTransportOptions {
  reconnectionOptions?: StreamableHTTPReconnectionOptions;
  /** Schedules reconnections in place of `setTimeout`. */
  reconnectionScheduler?: ReconnectionScheduler;
  /** Continue this session; the server assigns one otherwise. */
  sessionId?: string;
  /** The revision of the session that is continued. */
  protocolVersion?: string;
}

/** What a POST may be answered with. */
const ACCEPTED = 'application/json, text/event-stream';

function requestIds(messages: JSONRPCMessage[]): RequestId[] {
  return messages.flatMap(message => ('method' in message && 'id' in message ? [message.id] : []));
}

function hasMethod(messages: JSONRPCMessage[], method: string): boolean {
  return messages.some(message => 'method' in message && message.method === method);
}

/**
 * The Streamable HTTP transport: a POST for every message, answered with JSON or a stream of events; and, on a legacy
 * connection, a session with a stream of the server's own.
 * @see MCP 2025-11-25, Transports, Streamable HTTP
 */
export class StreamableHTTPClientTransport extends HttpTransport implements Transport {
  readonly hasPerRequestStream = true;
  private readonly _options: StreamableHTTPClientTransportOptions;
  private _session: HttpSession | undefined;
  private _isInitialized: boolean;

  constructor(url: URL, options: StreamableHTTPClientTransportOptions = {}) {
    super(url, options);
    this._options = options;
    this._isInitialized = options.sessionId !== undefined;
    if (options.sessionId !== undefined) this._session = this._createSession(options.sessionId);
    if (options.protocolVersion !== undefined) this.setProtocolVersion(options.protocolVersion);
  }

  get sessionId(): string | undefined {
    return this._session?.id;
  }

  // Programs reach into this: see packages/tests/test/dropIn/reachedInto.test.ts.
  protected get _sessionId(): string | undefined {
    return this._session?.id;
  }

  protected set _sessionId(id: string | undefined) {
    if (this._session !== undefined) this._session.id = id;
  }

  start(): Promise<void> {
    return new Promise(resolve => {
      this.markStarted();
      resolve();
    });
  }

  override close(): Promise<void> {
    // A session whose handshake was not completed cannot be taken up again.
    if (this._session !== undefined) this._restartSession(this._isInitialized ? this._session.id : undefined);
    return super.close();
  }

  /**
   * Sends a message, or a batch where the revision allows one. Resolves when the server has taken it; a response that
   * comes as a
   * stream is read in the background.
   * @param message one message, or several
   * @param options the request's signal, headers, and the event to resume after
   * @throws {SdkHttpError} when the server answers with an error status or a body of another type
   * @throws {UnauthorizedError} when the user has to authorize first
   * @throws {InsufficientScopeError} when the token's scope is too narrow and asking cannot help
   * @see MCP 2026-07-28, Transports, Streamable HTTP, Sending Messages
   */
  async send(message: JSONRPCMessage | JSONRPCMessage[], options: TransportSendOptions = {}): Promise<void> {
    this.assertStarted();
    const messages = Array.isArray(message) ? message : [message];
    const requests = requestIds(messages);
    if (options.resumptionToken !== undefined) return this._resume(options.resumptionToken, requests, options);
    if (hasMethod(messages, 'initialize')) this._beginSession();
    const request = this.openRequest(options.requestSignal);
    let isStreaming = false;
    try {
      const response = await this._post(message, options, request.signal);
      const stream = requests.length === 0 ? undefined : await this._receive(response, requests, options);
      if (stream === undefined) {
        await response.body?.cancel();
        if (hasMethod(messages, 'notifications/initialized')) this._enterSession();
        return;
      }
      isStreaming = stream.body !== undefined;
      if (stream.body !== undefined)
        void this._follow(stream.stream, { body: stream.body, ...request }, options.requestSignal);
    } finally {
      if (!isStreaming) request.release();
    }
  }

  /**
   * Ends the session on the server. Without a session, or where the server does not let clients end one (HTTP 405),
   * there is nothing to do.
   * @throws {SdkHttpError} when the server fails otherwise
   */
  async terminateSession(): Promise<void> {
    if (this._session?.id === undefined) return;
    const request = this.openRequest();
    try {
      const operation = { resource: this.url.href, method: 'DELETE' };
      const init = { method: 'DELETE', headers: this._headers(), signal: request.signal };
      const response = await this.authorizer.fetch(this.url, init, operation);
      if (!response.ok && response.status !== 405) {
        throw await httpError(SdkErrorCode.ClientHttpFailedToTerminateSession, response, `DELETE ${this.url.href}`);
      }
      await response.body?.cancel();
      this._session.id = undefined;
    } finally {
      request.release();
    }
  }

  /**
   * Resumes a stream after an event. Resolves when it is open.
   * @param lastEventId the last event that came
   * @param options `onresumptiontoken` is told the id of each event from then on
   * @throws {SdkHttpError} when the server does not open it
   * @throws as {@link send} where authorization is concerned
   * @see MCP 2025-11-25, Transports, Resumability and Redelivery
   */
  async resumeStream(
    lastEventId: string,
    options: { onresumptiontoken?: (token: string) => void } = {}
  ): Promise<void> {
    this.assertStarted();
    await this._resume(lastEventId, [], options);
  }

  private _sessionHeaders(): Record<string, string> {
    const id = this._session?.id;
    return id === undefined ? {} : { 'mcp-session-id': id };
  }

  private _headers(): Record<string, string> {
    return { ...this.protocolHeaders(), ...this._sessionHeaders() };
  }

  private _beginSession(): void {
    this._isInitialized = false;
    this._restartSession(undefined);
  }

  private _restartSession(id: string | undefined): void {
    this._session?.close();
    this._session = this._createSession(id);
  }

  private _createSession(id: string | undefined): HttpSession {
    return new HttpSession(
      {
        open: (lastEventId, signal) => this._get(lastEventId, signal),
        report: error => this.report(error),
        reconnection: this._options.reconnectionOptions,
        scheduler: this._options.reconnectionScheduler
      },
      id
    );
  }

  private _createStream(requests: RequestId[], options: StartSSEOptions): ResponseStream {
    const { onresumptiontoken, onRequestStreamEnd, replayMessageId } = options;
    return new ResponseStream({
      requests,
      onMessage: message => this.onmessage?.(message),
      onError: error => this.report(error),
      onresumptiontoken,
      onRequestStreamEnd,
      replayMessageId
    });
  }

  private async _post(
    message: JSONRPCMessage | JSONRPCMessage[],
    options: TransportSendOptions,
    signal: AbortSignal
  ): Promise<Response> {
    const { accept, ...given } = callerHeaders(options.headers);
    const headers = {
      ...this.protocolHeaders(),
      ...given,
      accept: accept === undefined ? ACCEPTED : `${ACCEPTED}, ${accept}`,
      'content-type': 'application/json',
      ...this._sessionHeaders()
    };
    const init = { method: 'POST', headers, body: JSON.stringify(message), signal };
    const operation = operationOf(this.url.href, message);
    const response = await this.authorizer.fetch(this.url, init, operation, undefined, options.holdTimeout);
    if (!response.ok) throw await httpError(SdkErrorCode.ClientHttpNotImplemented, response, `POST ${this.url.href}`);
    const sessionId = response.headers.get('mcp-session-id');
    if (sessionId !== null && this._session !== undefined) this._session.id = sessionId;
    return response;
  }

  /** Delivers a JSON body, or hands back the stream that has to be read. */
  private async _receive(
    response: Response,
    requests: RequestId[],
    options: TransportSendOptions
  ): Promise<{ stream: ResponseStream; body?: ReadableStream<Uint8Array> }> {
    const stream = this._createStream(requests, options);
    const contentType = response.headers.get('content-type');
    if (response.body !== null && contentType?.startsWith('text/event-stream') === true)
      return { stream, body: response.body };
    if (!isJsonContentType(contentType)) {
      throw await httpError(
        SdkErrorCode.ClientHttpUnexpectedContent,
        response,
        `POST ${this.url.href}`,
        `Its content type is ${JSON.stringify(contentType)}, neither JSON nor an event stream`
      );
    }
    const body: unknown = await response.json().catch((error: unknown): never => {
      if (!(error instanceof SyntaxError)) throw error;
      // Its message would quote the body.
      const { status, statusText } = response;
      const message = `POST ${this.url.href} was answered with damaged JSON`;
      throw new SdkHttpError(SdkErrorCode.ClientHttpUnexpectedContent, message, { status, statusText });
    });
    for (const message of Array.isArray(body) ? (body as unknown[]) : [body])
      stream.accept(parseJSONRPCMessage(message));
    stream.end();
    return { stream };
  }

  /** Reads a response stream in the background; only a session can resume it. */
  private async _follow(stream: ResponseStream, open: OpenStream, signal: AbortSignal | undefined): Promise<void> {
    if (this._session !== undefined) return this._session.follow(stream, open, signal);
    await stream.read(open);
    if (!open.signal.aborted) stream.end();
  }

  private async _get(lastEventId: string | undefined, signal: AbortSignal | undefined): Promise<OpenStream> {
    const request = this.openRequest(signal);
    try {
      const headers = {
        accept: 'text/event-stream',
        ...this._headers(),
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId })
      };
      const init = { method: 'GET', headers, signal: request.signal };
      const response = await this.authorizer.fetch(this.url, init, { resource: this.url.href, method: 'GET' });
      if (!response.ok || response.body === null) {
        throw await httpError(SdkErrorCode.ClientHttpFailedToOpenStream, response, `GET ${this.url.href}`);
      }
      return { body: response.body, ...request };
    } catch (error) {
      request.release();
      throw error;
    }
  }

  private async _resume(lastEventId: string, requests: RequestId[], options: StartSSEOptions): Promise<void> {
    this._session ??= this._createSession(undefined);
    const stream = this._createStream(requests, { ...options, replayMessageId: requests[0] });
    stream.lastEventId = lastEventId;
    await this._session.open(stream, options.requestSignal);
  }

  private _enterSession(): void {
    this._isInitialized = true;
    this._listen();
  }

  /** Opens the server's own stream; that it offers none (HTTP 405) is no failure. */
  private _listen(): void {
    this._session?.open(this._createStream([], {})).catch((error: unknown) => {
      const isUnsupported = (error as { status?: unknown }).status === 405;
      if (this.isStarted && !isUnsupported) this.report(error);
    });
  }
}

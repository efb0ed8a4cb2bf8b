import { asError } from '../asError.js';
import { ProtocolError, ProtocolErrorCode, SdkError, SdkErrorCode } from '../errors.js';
import { abortReason } from '../abort.js';
import { attach } from './callbacks.js';
import { connectionClosed, notConnected } from './connectionErrors.js';
import { type BaseContext, type OutgoingRequest, requestContext, type SendRequest } from './context.js';
import type { Handlers } from './handlers.js';
import { IncomingRequests } from './incoming.js';
import { isJSONRPCErrorResponse, isJSONRPCNotification, isJSONRPCRequest, isJSONRPCResultResponse } from './message.js';
import {
  JSONRPC_VERSION,
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type RequestId
} from './types.js';
import type { PendingRequest } from './pendingRequest.js';
import { PendingRequests } from './pendingTable.js';
import { isProgressParams } from './progress.js';
import type { NotificationOptions, RequestOptions } from './requestOptions.js';
import type { ResultCheck } from './resultCheck.js';
import { type ConnectionRules, DEFAULT_RULES } from './connectionRules.js';
import { sendRequest } from './sendRequest.js';
import type { MessageExtraInfo, Transport, TransportSendOptions } from './transport.js';

/** A notification to send. `params` may be any object type, an interface too. */
export type OutgoingNotification = { method: string; params?: object };

export interface ConnectionOptions {
  handlers: Handlers;
  /** The check of a known method's result; `undefined` for a method that needs a schema from its caller. */
  resultCheck: (method: string) => ResultCheck | undefined;
  /** The id of the first request, 0 by default. A session that is resumed must not see an id twice. */
  firstId?: number;
  /** Notifications of which one is sent when several without params are asked for in one tick. */
  debouncedNotificationMethods?: readonly string[];
  onclose?: () => void;
  /** Hears each notification before whoever handles it. */
  onnotification?: (notification: JSONRPCNotification) => void;
  /** What goes wrong outside any request; the connection lives on. */
  onerror?: (error: Error) => void;
}

/**
 * JSON-RPC over one transport, from `start` until either side closes. Then every pending request rejects, every running
 * handler's signal aborts, and nothing is sent any more.
 */
export class Connection {
  readonly transport: Transport;
  readonly #options: ConnectionOptions;
  readonly #pending: PendingRequests;
  readonly #incoming = new IncomingRequests();
  readonly #debounced = new Set<string>();
  #open = true;
  #lost = false;
  #finished = false;
  #closing: Promise<void> | undefined;
  #detach: (() => void) | undefined;
  #rules: ConnectionRules = DEFAULT_RULES;
  /** `request` as users know it: a known method alone, or any method with the schema of its result. */
  readonly send: SendRequest;

  constructor(transport: Transport, options: ConnectionOptions) {
    this.transport = transport;
    this.#options = options;
    this.#pending = new PendingRequests(options.firstId ?? 0, (requestId, reason) => {
      if (this.#rules.tellsCancellation) {
        this.#post(this.#notificationOf('notifications/cancelled', { requestId, reason }));
      }
    });
    this.send = sendRequest(
      (request, check, sendOptions) => this.request(request, check, sendOptions),
      options.resultCheck
    );
  }

  /** From now on these rules hold. */
  adopt(rules: ConnectionRules): void {
    this.#rules = rules;
  }

  /** False from the moment that either side closes. */
  get open(): boolean {
    return this.#open;
  }

  /** Whether it was the other side that closed. */
  get lost(): boolean {
    return this.#lost;
  }

  /** The id that the next request gets. */
  get nextId(): number {
    return this.#pending.nextId;
  }

  /** The requests that wait for a response, by id. */
  get waiting(): ReadonlyMap<unknown, PendingRequest> {
    return this.#pending.waiting;
  }

  async start(): Promise<void> {
    this.#detach = attach(this.transport, {
      onclose: () => {
        if (this.#open) this.#lost = true;
        this.#stop();
        this.#finish();
      },
      onerror: error => this.#options.onerror?.(error),
      onmessage: (message, extra) => this.#dispatch(message, extra)
    });
    await this.transport.start();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  /** Sends a request and resolves to what `check` makes of its result. */
  request<T>(request: OutgoingRequest, check: ResultCheck<T>, options?: RequestOptions): Promise<T> {
    const { method, params } = request;
    if (!this.#open) return Promise.reject(notConnected(method));
    if (options?.signal?.aborted === true) return Promise.reject(abortReason(options.signal));
    const pending = this.#pending.add(method, check, options);
    const { id } = pending;
    const message: JSONRPCRequest = { jsonrpc: JSONRPC_VERSION, id, method };
    if (options?.onprogress !== undefined) message.params = withProgressToken(params, id);
    else if (params !== undefined) message.params = params as JSONRPCRequest['params'];
    this.#deliver(message, pending.sendOptions(message, this.#rules.headers)).catch((error: unknown) => {
      const { failure } = this.#rules;
      this.#pending.take(id)?.fail((failure === undefined ? error : failure(error)) as Error);
    });
    return pending.promise as Promise<T>;
  }

  /** Sends a notification. Resolves when the transport has taken it. */
  notification(notification: OutgoingNotification, options?: NotificationOptions): Promise<void> {
    const { method, params } = notification;
    if (!this.#open) return Promise.reject(notConnected(method));
    const message = this.#notificationOf(method, params);
    const single = params === undefined && options?.relatedRequestId === undefined;
    if (single && this.#options.debouncedNotificationMethods?.includes(method) === true) {
      this.#debounce(message);
      return Promise.resolve();
    }
    return this.#deliver(message, options);
  }

  // Receiving

  #dispatch(message: JSONRPCMessage, extra: MessageExtraInfo | undefined): void {
    if (!this.#open) return;
    if (isJSONRPCResultResponse(message)) this.#take(message.id)?.answer(message.result);
    else if (isJSONRPCNotification(message)) this.#onnotification(message);
    else if (isJSONRPCErrorResponse(message)) this.#onerrorResponse(message);
    else if (isJSONRPCRequest(message)) this.#onrequest(message, extra);
    else this.#onmalformed(message);
  }

  /** Takes the request that a response answers. One that was given up is answered in vain, which is no error. */
  #take(id: RequestId): PendingRequest | undefined {
    const pending = this.#pending.take(id);
    if (pending === undefined && !this.#pending.issued(id)) {
      const message = `A response arrived with the id ${JSON.stringify(id)}, which no request has`;
      this.#report(new SdkError(SdkErrorCode.InvalidResult, message));
    }
    return pending;
  }

  #onerrorResponse({ id, error }: JSONRPCErrorResponse): void {
    const received = ProtocolError.fromError(error.code, error.message, error.data);
    if (id === undefined || (id as unknown) === null) this.#report(received);
    else this.#take(id)?.fail(received);
  }

  #onrequest(request: JSONRPCRequest, extra: MessageExtraInfo | undefined): void {
    if (this.#rules.answersRequests) {
      void this.#answer(request, extra);
      return;
    }
    const method = JSON.stringify(request.method);
    const message = `The server sent the request ${method}, which this revision does not let it: it is not answered`;
    this.#report(new ProtocolError(ProtocolErrorCode.InvalidRequest, message));
  }

  async #answer(request: JSONRPCRequest, extra: MessageExtraInfo | undefined): Promise<void> {
    const { handlers } = this.#options;
    const handler = handlers.requests.get(request.method) ?? handlers.fallbackRequest;
    const response = await this.#incoming.handle(request, handler, signal => this.#context(request, signal, extra));
    if (response !== undefined) this.#post(response);
  }

  #context(request: JSONRPCRequest, signal: AbortSignal, extra: MessageExtraInfo | undefined): BaseContext {
    const related = { relatedRequestId: request.id };
    const context = requestContext(request, signal, {
      sessionId: this.transport.sessionId,
      send: sendRequest(
        (outgoing, check, options) => this.request(outgoing, check, { ...options, ...related }),
        this.#options.resultCheck
      ),
      notify: notification => this.notification(notification, related)
    });
    if (extra?.authInfo !== undefined) context.http = { authInfo: extra.authInfo };
    return context;
  }

  #onnotification(notification: JSONRPCNotification): void {
    if (this.#rules.onnotification?.(notification) === true) return;
    this.#options.onnotification?.(notification);
    const { handlers } = this.#options;
    const handler = handlers.notifications.get(notification.method);
    if (notification.method === 'notifications/progress') this.#onprogress(notification, handler !== undefined);
    else if (notification.method === 'notifications/cancelled') this.#oncancelled(notification);
    else if (handler === undefined) this.#guard(() => handlers.fallbackNotification?.(notification));
    if (handler !== undefined) this.#guard(() => handler(notification));
  }

  #onprogress({ params }: JSONRPCNotification, alsoHandled: boolean): void {
    if (!isProgressParams(params)) {
      this.#report(new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid params of notifications/progress'));
      return;
    }
    const { progressToken, ...progress } = params;
    const pending = this.#pending.get(progressToken);
    if (pending !== undefined) this.#guard(() => pending.progress(progress));
    else if (!alsoHandled && !this.#pending.issued(progressToken)) {
      const message = `Progress arrived for the token ${JSON.stringify(progressToken)}, which no request has`;
      this.#report(new ProtocolError(ProtocolErrorCode.InvalidParams, message));
    }
  }

  #oncancelled({ params }: JSONRPCNotification): void {
    // A malformed one is ignored (2025-11-25, Cancellation, Error Handling).
    const { requestId, reason } = params ?? {};
    this.#incoming.cancel(requestId as RequestId, typeof reason === 'string' ? reason : undefined);
  }

  #onmalformed(message: unknown): void {
    const { id, method } = (message ?? {}) as Partial<JSONRPCRequest>;
    const pending = method === undefined ? this.#pending.take(id) : undefined;
    if (pending === undefined) {
      this.#report(new ProtocolError(ProtocolErrorCode.InvalidRequest, 'Received something that is not JSON-RPC 2.0'));
    } else {
      const detail = `Invalid response to ${pending.method}: neither a result object nor an error`;
      pending.fail(new SdkError(SdkErrorCode.InvalidResult, detail, { method: pending.method }));
    }
  }

  /** Runs code of the user: what it throws is reported and stops nothing else. */
  #guard(run: () => void | Promise<void>): void {
    try {
      const done = run();
      if (done instanceof Promise) done.catch((error: unknown) => this.#report(error));
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#options.onerror?.(asError(error));
  }

  // Sending

  #notificationOf(method: string, params: object | undefined): JSONRPCNotification {
    const meta = this.#rules.notificationMeta;
    const message: JSONRPCNotification = { jsonrpc: JSONRPC_VERSION, method };
    if (params !== undefined) message.params = params as JSONRPCNotification['params'];
    if (meta !== undefined) message.params = { ...message.params, _meta: { ...meta, ...message.params?._meta } };
    return message;
  }

  #deliver(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    try {
      return this.transport.send(message, options);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the caller gets what was thrown
      return Promise.reject(error);
    }
  }

  /** Sends what nobody waits for. */
  #post(message: JSONRPCMessage): void {
    if (!this.#open) return;
    this.#deliver(message).catch((error: unknown) => {
      if (this.#open) this.#report(error);
    });
  }

  #debounce(message: JSONRPCNotification): void {
    if (this.#debounced.has(message.method)) return;
    this.#debounced.add(message.method);
    queueMicrotask(() => {
      this.#debounced.delete(message.method);
      this.#post(message);
    });
  }

  // Closing

  async #close(): Promise<void> {
    this.#stop();
    try {
      await this.transport.close();
    } finally {
      this.#finish();
    }
  }

  #stop(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#pending.stop(this.transport);
    const reason = connectionClosed('The connection closed', this.transport);
    this.#incoming.stop(reason);
    this.#rules.onclose?.(reason);
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#detach?.();
    this.#options.onclose?.();
  }
}

function withProgressToken(params: object | undefined, progressToken: number): JSONRPCRequest['params'] {
  const given = params as JSONRPCRequest['params'];
  return { ...given, _meta: { ...given?._meta, progressToken } };
}

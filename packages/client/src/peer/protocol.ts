import type {
  BaseContext,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResultResponse,
  MessageExtraInfo,
  Notification,
  NotificationMethod,
  NotificationOptions,
  OutgoingRequest,
  Progress,
  RequestMethod,
  RequestOptions,
  Result,
  ResultTypeMap,
  SendRequest,
  StandardSchemaV1,
  Transport
} from '@scopeful/core';
import {
  Connection,
  Handlers,
  type NotificationHandler,
  type OutgoingNotification,
  type RequestHandler,
  resultCheck,
  SdkError,
  SdkErrorCode,
  notConnected
} from '@scopeful/core/engine';
import {
  type AnyHandler,
  type InferHandlerResult,
  notificationHandler,
  requestHandler,
  type RequestHandlerSchemas,
  type SpecNotificationHandler,
  type SpecRequestHandler
} from './handlerAdapters.js';

/** Options of every peer. */
export type ProtocolOptions = {
  /** The revisions to speak, the preferred one first; `SUPPORTED_PROTOCOL_VERSIONS` by default. */
  supportedProtocolVersions?: string[];
  /** Refuses requests whose capability the peer does not declare, instead of sending them. False by default. */
  enforceStrictCapabilities?: boolean;
  /** Notifications of which one is sent when several without params are asked for in one tick. */
  debouncedNotificationMethods?: string[];
};

/** Who sends, while there is a connection. */
export interface Sender {
  readonly send: SendRequest;
  notification(notification: OutgoingNotification, options?: NotificationOptions): Promise<void>;
}

/**
 * A peer over one transport at a time: requests and notifications both ways, without a handshake. {@link Client} is one;
 * extend this class to speak another protocol on JSON-RPC with the same handlers, timeouts and progress.
 */
export abstract class Protocol<ContextT extends BaseContext> {
  /** Called when the connection closes, by either side. */
  onclose?: () => void;
  /** Called with what goes wrong outside any request. Not necessarily fatal. */
  onerror?: (error: Error) => void;
  private readonly _options: ProtocolOptions;
  private readonly _handlers = new Handlers();
  private _connection: Connection | undefined;
  private _nextId = 0;

  constructor(options: ProtocolOptions = {}) {
    this._options = options;
  }

  /** Makes what handlers get beside the request. */
  protected abstract buildContext(context: BaseContext, transportInfo?: MessageExtraInfo): ContextT;
  /** @throws when the peer does not declare what a request of ours needs; called when that is enforced. */
  protected abstract assertCapabilityForMethod(method: string): void;
  /** @throws when we do not declare what a notification of ours promises. */
  protected abstract assertNotificationCapability(method: string): void;
  /** @throws when we do not declare what handling a request takes. */
  protected abstract assertRequestHandlerCapability(method: string): void;

  // Connecting

  /**
   * Connects over a transport, which it starts.
   * @param transport not started yet
   * @throws {SdkError} with `AlreadyConnected`
   * @throws whatever the transport's `start()` throws
   */
  async connect(transport: Transport): Promise<void> {
    this.assertNotConnected();
    const connection = this.newConnection(transport);
    try {
      await connection.start();
    } catch (error) {
      await connection.close().catch((failure: unknown) => this.onerror?.(failure as Error));
      throw error;
    }
  }

  /** Closes the connection. Every pending request rejects with `ConnectionClosed`. */
  async close(): Promise<void> {
    await this._connection?.close();
  }

  /** The transport of the connection; undefined when there is none. */
  get transport(): Transport | undefined {
    return this._connection?.transport;
  }

  protected get connection(): Connection | undefined {
    return this._connection;
  }

  protected get handlers(): Handlers {
    return this._handlers;
  }

  protected assertNotConnected(): void {
    if (this._connection === undefined) return;
    const message = 'This client is connected already: close it first, or use a client for each connection';
    throw new SdkError(SdkErrorCode.AlreadyConnected, message);
  }

  /** Makes the connection that there is from now on. It is not started. */
  protected newConnection(
    transport: Transport,
    onnotification?: (notification: JSONRPCNotification) => void,
    onclose: () => void = () => this.onclose?.()
  ): Connection {
    const connection: Connection = new Connection(transport, {
      handlers: this._handlers,
      resultCheck,
      firstId: this._nextId,
      debouncedNotificationMethods: this._options.debouncedNotificationMethods,
      onnotification,
      onclose: () => {
        this._nextId = connection.nextId;
        this._connection = undefined;
        onclose();
      },
      onerror: error => this.onerror?.(error)
    });
    this._connection = connection;
    return connection;
  }

  // What programs reach into has upstream's names: packages/tests/test/dropIn/reachedInto.test.ts holds what it tells.

  protected get _requestHandlers(): Map<string, RequestHandler> {
    return this._handlers.requests;
  }

  protected get _notificationHandlers(): Map<string, NotificationHandler> {
    return this._handlers.notifications;
  }

  protected get _responseHandlers(): Map<number, (response: JSONRPCResultResponse | Error) => void> {
    const waiting = [...(this._connection?.waiting.values() ?? [])];
    return new Map(
      waiting.map(request => [
        request.id,
        response => (response instanceof Error ? request.fail(response) : request.answer(response.result))
      ])
    );
  }

  protected get _progressHandlers(): Map<number, (progress: Progress) => void> {
    const waiting = [...(this._connection?.waiting.values() ?? [])].filter(request => request.hearsProgress);
    return new Map(waiting.map(request => [request.id, progress => request.progress(progress)]));
  }

  // Sending

  /** Who sends. */
  protected get sender(): Sender | undefined {
    return this._connection;
  }

  /**
   * Sends a request. A method of MCP needs no schema, and the very object that was received is returned; of any other
   * method the
   * result is what the schema makes of it.
   * @param request method and params; the id is given by the client
   * @param options timeout in milliseconds, signal, and who is told of progress
   * @returns the result, checked
   * @throws {ProtocolError} what the peer answers
   * @throws {SdkError} what goes wrong here: `RequestTimeout`, `ConnectionClosed`, `NotConnected`, `InvalidResult`, ...
   * @see MCP 2026-07-28, Overview, Messages
   */
  request<Method extends RequestMethod>(
    request: OutgoingRequest<Method>,
    options?: RequestOptions
  ): Promise<ResultTypeMap[Method]>;
  request<Schema extends StandardSchemaV1>(
    request: OutgoingRequest,
    resultSchema: Schema,
    options?: RequestOptions
  ): Promise<StandardSchemaV1.InferOutput<Schema>>;
  request(
    request: OutgoingRequest,
    schema?: StandardSchemaV1 | RequestOptions,
    options?: RequestOptions
  ): Promise<unknown> {
    // Not async: a promise around the sender's would add a tenth to the cost of a call in memory.
    const { sender } = this;
    if (sender === undefined) return Promise.reject(notConnected(request.method));
    if (this._options.enforceStrictCapabilities === true) {
      try {
        this.assertCapabilityForMethod(request.method);
      } catch (error) {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the caller gets what was thrown
        return Promise.reject(error);
      }
    }
    return sender.send(request, schema as StandardSchemaV1, options);
  }

  /**
   * Sends a notification. Resolves when the transport has taken it.
   * @param notification method and params
   * @param options the request that it belongs to, if any
   * @throws {SdkError} with `NotConnected`, or with `CapabilityNotSupported` when the client does not declare what it
   *   promises
   */
  async notification(notification: OutgoingNotification, options?: NotificationOptions): Promise<void> {
    const { sender } = this;
    if (sender === undefined) throw notConnected(notification.method);
    this.assertNotificationCapability(notification.method);
    await sender.notification(notification, options);
  }

  // Receiving

  /** Answers requests that have no handler of their own. */
  get fallbackRequestHandler(): ((request: JSONRPCRequest, context: ContextT) => Promise<Result>) | undefined {
    return this._fallbackRequest;
  }

  set fallbackRequestHandler(handler: ((request: JSONRPCRequest, context: ContextT) => Promise<Result>) | undefined) {
    this._fallbackRequest = handler;
    this._handlers.fallbackRequest = handler && ((request, context) => handler(request, this.buildContext(context)));
  }

  private _fallbackRequest: ((request: JSONRPCRequest, context: ContextT) => Promise<Result>) | undefined;

  /** Receives notifications that have no handler of their own. */
  get fallbackNotificationHandler(): ((notification: Notification) => Promise<void>) | undefined {
    return this._handlers.fallbackNotification as ((notification: Notification) => Promise<void>) | undefined;
  }

  set fallbackNotificationHandler(handler: ((notification: Notification) => Promise<void>) | undefined) {
    this._handlers.fallbackNotification = handler;
  }

  /**
   * Answers a request of the peer: one of MCP with the request checked and typed, any other with the schema of its
   * params. A
   * {@link ProtocolError} that the handler throws is answered as it is, anything else as an internal error.
   * @param method whose handler, if any, is replaced
   * @param handler returns the result, or a promise of it
   * @throws {SdkError} with `CapabilityNotSupported` when the client does not declare what the method needs
   */
  setRequestHandler<Method extends RequestMethod>(method: Method, handler: SpecRequestHandler<Method, ContextT>): void;
  setRequestHandler<Params extends StandardSchemaV1, Returned extends StandardSchemaV1 | undefined = undefined>(
    method: string,
    schemas: { params: Params; result?: Returned },
    handler: (
      params: StandardSchemaV1.InferOutput<Params>,
      context: ContextT
    ) => InferHandlerResult<Returned> | Promise<InferHandlerResult<Returned>>
  ): void;
  setRequestHandler(method: string, ...given: [AnyHandler] | [RequestHandlerSchemas, AnyHandler]): void {
    this.assertRequestHandlerCapability(method);
    const [schemas, handler] = given.length === 1 ? [undefined, given[0]] : given;
    const built = (input: never, context: BaseContext): unknown => handler(input, this.buildContext(context) as never);
    this._handlers.requests.set(method, this.wrapHandler(method, requestHandler(method, schemas, built)));
  }

  /** Wraps every handler of a method; a subclass may check what passes. */
  protected wrapHandler(_method: string, handler: RequestHandler): RequestHandler {
    return handler;
  }

  /**
   * Removes the handler of a method: requests go to the fallback, or are answered with `MethodNotFound`.
   * @param method without a handler nothing happens
   */
  removeRequestHandler(method: string): void {
    this._handlers.requests.delete(method);
  }

  /**
   * Makes sure that setting a handler would replace none.
   * @param method of the peer's request
   * @throws {Error} when the method has a handler already
   */
  assertCanSetRequestHandler(method: string): void {
    if (this._handlers.requests.get(method) === undefined) return;
    throw new Error(`A handler for ${method} is set already and would be replaced`);
  }

  /**
   * Receives a notification of the peer: one of MCP checked and typed, any other with the schema of its params. What
   * the handler
   * throws goes to `onerror`.
   * @param method whose handler, if any, is replaced
   * @param handler is not waited for by those after it
   */
  setNotificationHandler<Method extends NotificationMethod>(
    method: Method,
    handler: SpecNotificationHandler<Method>
  ): void;
  setNotificationHandler<Params extends StandardSchemaV1>(
    method: string,
    schemas: { params: Params },
    handler: (params: StandardSchemaV1.InferOutput<Params>, notification: Notification) => void | Promise<void>
  ): void;
  setNotificationHandler(method: string, ...given: [AnyHandler] | [RequestHandlerSchemas, AnyHandler]): void {
    const [schemas, handler] = given.length === 1 ? [undefined, given[0]] : given;
    this._handlers.notifications.set(method, notificationHandler(method, schemas, handler));
  }

  /**
   * Removes the handler of a method: notifications go to the fallback, if there is one.
   * @param method without a handler nothing happens
   */
  removeNotificationHandler(method: string): void {
    this._handlers.notifications.delete(method);
  }
}

import {
  type CallToolRequest,
  type CallToolResult,
  type ClientCapabilities,
  type ClientContext,
  type EmptyResult,
  type Implementation,
  type JSONRPCRequest,
  type ListToolsRequest,
  type ListToolsResult,
  type Notification,
  type NotificationMethod,
  type NotificationOptions,
  type ProtocolEra,
  type RequestMethod,
  type RequestOptions,
  type Result,
  type ResultTypeMap,
  SdkError,
  SdkErrorCode,
  type ServerCapabilities,
  type StandardSchemaV1,
  SUPPORTED_PROTOCOL_VERSIONS,
  type Transport,
  type OutgoingRequest
} from '@scopeful/core';
import { Connection, Handlers, type OutgoingNotification, resultCheck, untilAborted } from '@scopeful/core/internal';
import {
  assertCanHandle,
  assertCanNotify,
  mergeCapabilities,
  serverCapabilityFor,
  serverLacks
} from './capabilities.js';
import {
  type AnyHandler,
  type InferHandlerResult,
  notificationHandler,
  requestHandler,
  type RequestHandlerSchemas,
  type SpecNotificationHandler,
  type SpecRequestHandler
} from './handlers.js';
import { inputHandler } from './inputHandlers.js';
import { allPages, DEFAULT_LIST_MAX_PAGES } from './pages.js';
import { type ClientFacts, LegacySession } from './session/legacy.js';
import type { Session } from './session/session.js';

/** Options of every peer. */
export type ProtocolOptions = {
  /** The revisions to speak, the preferred one first; {@link SUPPORTED_PROTOCOL_VERSIONS} by default. */
  supportedProtocolVersions?: string[];
  /** Refuses requests whose capability the peer does not declare, instead of sending them. False by default. */
  enforceStrictCapabilities?: boolean;
  /** Notifications of which one is sent when several without params are asked for in one tick. */
  debouncedNotificationMethods?: string[];
};

/** Options of a {@link Client}. */
export type ClientOptions = ProtocolOptions & {
  /** What the client offers to the server: sampling, elicitation, roots, … */
  capabilities?: ClientCapabilities;
  /** How many pages a list without a cursor may have, 64 by default; 0 is no limit. */
  listMaxPages?: number;
};

/** Options of {@link Client.connect}. Timeout and signal are those of the handshake. */
export type ConnectOptions = RequestOptions;

/**
 * A client of one MCP server at a time. Handlers and capabilities are given once and serve every connection; a client
 * whose connection failed or was closed can connect again.
 */
export class Client {
  /** Called when the connection closes, by either side. */
  onclose?: () => void;
  /** Called with what goes wrong outside any request. Not necessarily fatal. */
  onerror?: (error: Error) => void;
  readonly #clientInfo: Implementation;
  readonly #options: ClientOptions;
  readonly #handlers = new Handlers();
  #capabilities: ClientCapabilities;
  #connection: Connection | undefined;
  #session: Session | undefined;
  #nextId = 0;

  constructor(clientInfo: Implementation, options: ClientOptions = {}) {
    this.#clientInfo = clientInfo;
    this.#options = options;
    this.#capabilities = options.capabilities ?? {};
  }

  // Connecting

  /**
   * Connects over a transport, which it starts, and shakes hands with the server. A transport that already has a session
   * id goes on with that session instead. When anything fails, the transport is closed and the error thrown as it is.
   * @throws {SdkError} with `AlreadyConnected`, or with `EraNegotiationFailed` when no revision is common.
   */
  async connect(transport: Transport, options?: ConnectOptions): Promise<void> {
    if (this.#connection !== undefined) {
      const message = 'This client is connected already: close it first, or use a client for each connection';
      throw new SdkError(SdkErrorCode.AlreadyConnected, message);
    }
    const resumes = transport.sessionId !== undefined;
    const known = resumes ? this.#session?.server : undefined;
    this.#session = undefined;
    const connection = this.#newConnection(transport);
    this.#connection = connection;
    try {
      options?.signal?.throwIfAborted();
      transport.setSupportedProtocolVersions?.([...this.#supportedProtocolVersions]);
      await untilAborted(connection.start(), options?.signal);
      const session = resumes
        ? LegacySession.resume(connection, known)
        : await LegacySession.open(connection, this.#facts(), options);
      if (!connection.open) throw new SdkError(SdkErrorCode.ConnectionClosed, 'The connection closed during connect');
      this.#session = session;
    } catch (error) {
      await connection.close().catch((failure: unknown) => this.onerror?.(failure as Error));
      throw error;
    }
  }

  /** Closes the connection. Every pending request rejects with `ConnectionClosed`. */
  async close(): Promise<void> {
    await this.#connection?.close();
    // `onclose` may have connected again.
    if (this.#connection === undefined) this.#session = undefined;
  }

  get transport(): Transport | undefined {
    return this.#connection?.transport;
  }

  get #supportedProtocolVersions(): readonly string[] {
    return this.#options.supportedProtocolVersions ?? SUPPORTED_PROTOCOL_VERSIONS;
  }

  #newConnection(transport: Transport): Connection {
    const connection: Connection = new Connection(transport, {
      handlers: this.#handlers,
      resultCheck,
      firstId: this.#nextId,
      debouncedNotificationMethods: this.#options.debouncedNotificationMethods,
      onclose: () => {
        this.#nextId = connection.nextId;
        this.#connection = undefined;
        this.onclose?.();
      },
      onerror: error => this.onerror?.(error)
    });
    return connection;
  }

  #facts(): ClientFacts {
    return {
      clientInfo: this.#clientInfo,
      capabilities: this.#capabilities,
      supportedProtocolVersions: this.#supportedProtocolVersions
    };
  }

  /** The session, while its connection is there. */
  get #openSession(): Session | undefined {
    return this.#connection === undefined ? undefined : this.#session;
  }

  // What is known

  /** What the server offers. Undefined before connecting, and in a session that was begun elsewhere. */
  getServerCapabilities(): ServerCapabilities | undefined {
    return this.#session?.server.capabilities;
  }

  /** The server's name and version, as it gives them. */
  getServerVersion(): Implementation | undefined {
    return this.#session?.server.serverInfo;
  }

  /** The server's instructions for the model. */
  getInstructions(): string | undefined {
    return this.#session?.server.instructions;
  }

  getNegotiatedProtocolVersion(): string | undefined {
    return this.#session?.server.protocolVersion;
  }

  getProtocolEra(): ProtocolEra | undefined {
    return this.#session?.era;
  }

  /**
   * Adds to what the client offers.
   * @throws {SdkError} with `AlreadyConnected` once connected: the server has been told.
   */
  registerCapabilities(capabilities: ClientCapabilities): void {
    if (this.#connection !== undefined) {
      throw new SdkError(SdkErrorCode.AlreadyConnected, 'Capabilities can only be registered before connecting');
    }
    this.#capabilities = mergeCapabilities(this.#capabilities, capabilities);
  }

  // Sending

  /**
   * Sends a request. A method of MCP needs no schema, and the very object that was received is returned; of any other
   * method the result is what the schema makes of it.
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here.
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
    // Not async: a promise around the session's would add a tenth to the cost of a call in memory.
    const session = this.#openSession;
    if (session === undefined) return Promise.reject(notConnected(request.method));
    const lacking = this.#options.enforceStrictCapabilities === true ? this.#lacking(request.method) : undefined;
    if (lacking !== undefined) return Promise.reject(lacking);
    return session.send(request, schema as StandardSchemaV1, options);
  }

  /** Sends a notification. Resolves when the transport has taken it. */
  async notification(notification: OutgoingNotification, options?: NotificationOptions): Promise<void> {
    const session = this.#openSession;
    if (session === undefined) throw notConnected(notification.method);
    assertCanNotify(notification.method, this.#capabilities);
    await session.notification(notification, options);
  }

  ping(options?: RequestOptions): Promise<EmptyResult> {
    return this.request({ method: 'ping' }, options);
  }

  /** Calls a tool. A tool that fails says so in `isError`; what is thrown is a failure of the protocol. */
  callTool(params: CallToolRequest['params'], options?: RequestOptions): Promise<CallToolResult> {
    return this.request({ method: 'tools/call', params }, options);
  }

  /**
   * Lists the tools: all pages as one, or with a `cursor` that page alone. Empty when the server declares no tools.
   * @throws {SdkError} with `ListPaginationExceeded` past `listMaxPages` pages.
   */
  async listTools(params?: ListToolsRequest['params'], options?: RequestOptions): Promise<ListToolsResult> {
    const method = 'tools/list';
    if (this.#openSession === undefined) throw notConnected(method);
    if (this.#lacking(method) !== undefined && this.#options.enforceStrictCapabilities !== true) return { tools: [] };
    if (params?.cursor !== undefined) return this.request({ method, params }, options);
    const maxPages = this.#options.listMaxPages ?? DEFAULT_LIST_MAX_PAGES;
    const pages = await allPages(method, maxPages, cursor =>
      this.request({ method, params: cursor === undefined ? params : { ...params, cursor } }, options)
    );
    const [first] = pages;
    if (pages.length === 1 && first.nextCursor === undefined) return first;
    return { ...first, tools: pages.flatMap(page => page.tools), nextCursor: undefined };
  }

  /** Tells the server that the roots changed. Needs the capability `roots.listChanged`. */
  sendRootsListChanged(): Promise<void> {
    return this.notification({ method: 'notifications/roots/list_changed' });
  }

  /** The error for a method whose capability the server does not declare. What is unknown is no error. */
  #lacking(method: string): SdkError | undefined {
    const capabilities = this.getServerCapabilities();
    const capability = serverCapabilityFor(method);
    if (capabilities === undefined || capability === undefined || capabilities[capability] !== undefined)
      return undefined;
    return serverLacks(capability, method);
  }

  // Receiving

  /** Answers requests that have no handler of their own. */
  get fallbackRequestHandler(): ((request: JSONRPCRequest, context: ClientContext) => Promise<Result>) | undefined {
    return this.#handlers.fallbackRequest;
  }

  set fallbackRequestHandler(
    handler: ((request: JSONRPCRequest, context: ClientContext) => Promise<Result>) | undefined
  ) {
    this.#handlers.fallbackRequest = handler;
  }

  /** Receives notifications that have no handler of their own. */
  get fallbackNotificationHandler(): ((notification: Notification) => Promise<void>) | undefined {
    return this.#handlers.fallbackNotification as ((notification: Notification) => Promise<void>) | undefined;
  }

  set fallbackNotificationHandler(handler: ((notification: Notification) => Promise<void>) | undefined) {
    this.#handlers.fallbackNotification = handler;
  }

  /**
   * Answers a request of the server: one of MCP with the request checked and typed, any other with the schema of its
   * params. A {@link ProtocolError} that the handler throws is answered as it is, anything else as an internal error.
   * @throws {SdkError} with `CapabilityNotSupported` when the client does not declare what the method needs.
   */
  setRequestHandler<Method extends RequestMethod>(method: Method, handler: SpecRequestHandler<Method>): void;
  setRequestHandler<Params extends StandardSchemaV1, Returned extends StandardSchemaV1 | undefined = undefined>(
    method: string,
    schemas: { params: Params; result?: Returned },
    handler: (
      params: StandardSchemaV1.InferOutput<Params>,
      context: ClientContext
    ) => InferHandlerResult<Returned> | Promise<InferHandlerResult<Returned>>
  ): void;
  setRequestHandler(method: string, ...given: [AnyHandler] | [RequestHandlerSchemas, AnyHandler]): void {
    assertCanHandle(method, this.#capabilities);
    const [schemas, handler] = given.length === 1 ? [undefined, given[0]] : given;
    const checked = requestHandler(method, schemas, handler);
    this.#handlers.setRequest(
      method,
      inputHandler(method, checked, () => this.#capabilities)
    );
  }

  removeRequestHandler(method: string): void {
    this.#handlers.removeRequest(method);
  }

  /** @throws when the method has a handler already. */
  assertCanSetRequestHandler(method: string): void {
    if (this.#handlers.request(method) === undefined) return;
    throw new Error(`A handler for ${method} is set already and would be replaced`);
  }

  /** Receives a notification of the server: one of MCP checked and typed, any other with the schema of its params. */
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
    this.#handlers.setNotification(method, notificationHandler(method, schemas, handler));
  }

  removeNotificationHandler(method: string): void {
    this.#handlers.removeNotification(method);
  }
}

function notConnected(method: string): SdkError {
  return new SdkError(SdkErrorCode.NotConnected, `Not connected: ${method} was not sent`);
}

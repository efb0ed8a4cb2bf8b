import type {
  BaseContext,
  CallToolRequest,
  CallToolResult,
  ClientCapabilities,
  ClientContext,
  CompleteRequest,
  CompleteResult,
  DiscoverResult,
  EmptyResult,
  GetPromptRequest,
  GetPromptResult,
  Implementation,
  JSONRPCNotification,
  ListPromptsRequest,
  ListPromptsResult,
  ListResourcesRequest,
  ListResourcesResult,
  ListResourceTemplatesRequest,
  ListResourceTemplatesResult,
  ListToolsRequest,
  ListToolsResult,
  LoggingLevel,
  ProtocolEra,
  ReadResourceRequest,
  ReadResourceResult,
  RequestOptions,
  ResultTypeMap,
  ServerCapabilities,
  SubscribeRequest,
  SubscriptionFilter,
  Transport,
  UnsubscribeRequest
} from '@scopeful/core';
import {
  type Connection,
  connectionClosed,
  type RequestHandler,
  SdkError,
  SdkErrorCode,
  SUPPORTED_PROTOCOL_VERSIONS,
  untilAborted,
  notConnected
} from '@scopeful/core/engine';
import {
  assertCanHandle,
  assertCanNotify,
  mergeCapabilities,
  serverCapabilityFor,
  serverLacks
} from './peer/capabilities.js';
import { Catalog } from './offers/serverOffers.js';
import type { ClientOptions, ConnectOptions } from './clientOptions.js';
import { openSession } from './session/open.js';
import type { VersionNegotiationOptions } from './session/plan.js';
import { inputHandler } from './peer/inputGuards.js';
import { ListChanges } from './offers/listWatcher.js';
import { type CacheableRequestOptions, emptyList, type ListMethod } from './offers/cachedList.js';
import { Protocol } from './peer/protocol.js';
import { LegacySession } from './session/legacy.js';
import type { McpSubscription, Session } from './session/session.js';
import type { CallToolRequestOptions } from './offers/toolCalls.js';

/**
 * A client of one MCP server at a time. Handlers and capabilities are given once and serve every connection; a client
 * whose connection failed or was closed can connect again.
 */
export class Client extends Protocol<ClientContext> {
  private readonly _clientInfo: Implementation;
  private readonly _clientOptions: ClientOptions;
  private readonly _catalog: Catalog;
  private _capabilities: ClientCapabilities;
  private _negotiation: VersionNegotiationOptions | undefined;
  private _session: Session | undefined;
  private _changes: ListChanges | undefined;
  private _autoOpened: McpSubscription | undefined;

  constructor(clientInfo: Implementation, options: ClientOptions = {}) {
    super(options);
    this._clientInfo = clientInfo;
    this._clientOptions = options;
    this._capabilities = options.capabilities ?? {};
    this._negotiation = options.versionNegotiation;
    this._catalog = new Catalog(
      options,
      (request, requestOptions) => this.request(request, requestOptions),
      error => this.onerror?.(error)
    );
  }

  // Connecting

  /**
   * Connects over a transport, which it starts, and finds out what the server speaks. A transport that already has a
   * session id
   * goes on with that session instead. When anything fails, the transport is closed and the error thrown as it is.
   * @param transport not started yet
   * @param options timeout in milliseconds and signal of the first requests, and what is known of the server (`prior`)
   * @throws {SdkError} with `AlreadyConnected`, or with `EraNegotiationFailed` when no revision is common
   * @throws {UnauthorizedError} when the user has to authorize first: connect again, over a new transport, after
   *   `finishAuth()`
   * @throws whatever the transport's `start()` throws
   * @see MCP 2026-07-28, Versioning; MCP 2025-11-25, Lifecycle
   */
  override async connect(transport: Transport, options?: ConnectOptions): Promise<void> {
    this.assertNotConnected();
    const resumes = transport.sessionId !== undefined;
    const known = resumes ? this._session?.server : undefined;
    this._session = undefined;
    try {
      const open = (isTentative?: () => boolean): Promise<Connection> =>
        this._open(transport, options?.signal, isTentative);
      const session = resumes ? LegacySession.resume(await open(), known) : await this._negotiate(open, options);
      if (this.connection?.open !== true) {
        throw connectionClosed('The connection closed during connect', transport);
      }
      this._session = session;
      this._catalog.begin(session, transport.sessionId, resumes);
    } catch (error) {
      await this.connection?.close().catch((failure: unknown) => this.onerror?.(failure as Error));
      throw error;
    }
    await this._watchLists(options);
  }

  /** Closes the connection. Every pending request rejects with `ConnectionClosed`. */
  override async close(): Promise<void> {
    if (this.connection !== undefined) this._session?.end();
    await super.close();
    // `onclose` may have connected again.
    if (this.connection === undefined) this._session = undefined;
  }

  private async _open(
    transport: Transport,
    signal: AbortSignal | undefined,
    isTentative: () => boolean = () => false
  ): Promise<Connection> {
    const connection: Connection = this.newConnection(
      transport,
      notification => this._onnotification(notification),
      () => {
        // It will be opened again.
        if (!isTentative() || !connection.lost) this._onclose();
      }
    );
    signal?.throwIfAborted();
    transport.setSupportedProtocolVersions?.([
      ...(this._clientOptions.supportedProtocolVersions ?? SUPPORTED_PROTOCOL_VERSIONS)
    ]);
    await untilAborted(connection.start(), signal);
    return connection;
  }

  private _negotiate(
    open: (isTentative?: () => boolean) => Promise<Connection>,
    options: ConnectOptions | undefined
  ): Promise<Session> {
    const { supportedProtocolVersions, inputRequired = {} } = this._clientOptions;
    const { handlers } = this;
    const client = { clientInfo: this._clientInfo, capabilities: this._capabilities, handlers, inputRequired };
    const { prior, ...requestOptions } = options ?? {};
    const given = options === undefined ? undefined : requestOptions;
    return openSession({ client, supportedProtocolVersions, negotiation: this._negotiation, prior, open }, given);
  }

  private _onclose(): void {
    this._changes?.stop();
    this._changes = undefined;
    this._autoOpened = undefined;
    this.onclose?.();
  }

  private _onnotification(notification: JSONRPCNotification): void {
    this._catalog.onnotification(notification);
    this._changes?.onnotification(notification);
  }

  /** Begins to watch the lists that the options name. That the server will not tell of them is no failure to connect. */
  private async _watchLists(options: ConnectOptions | undefined): Promise<void> {
    const session = this._session;
    if (this._clientOptions.listChanged === undefined || session === undefined) return;
    const fresh = { cacheMode: 'refresh' } as const;
    const refresh = {
      tools: async () => (await this.listTools(undefined, fresh)).tools,
      prompts: async () => (await this.listPrompts(undefined, fresh)).prompts,
      resources: async () => (await this.listResources(undefined, fresh)).resources
    };
    const { capabilities } = session.server;
    const changes = new ListChanges(this._clientOptions.listChanged, capabilities, refresh, error =>
      this.onerror?.(error)
    );
    this._changes = changes;
    if (session.watch === undefined || changes.filter === undefined) return;
    try {
      this._autoOpened = await session.watch(changes.filter, { timeout: options?.timeout, signal: options?.signal });
    } catch (error) {
      this.onerror?.(error as Error);
    }
  }

  /** What every request of a modern connection says of the client; undefined on a legacy one. */
  protected _outboundMetaEnvelope(): Readonly<Record<string, unknown>> | undefined {
    return this._session?.meta;
  }

  /** The session, while its connection is there. */
  protected override get sender(): Session | undefined {
    return this.connection === undefined ? undefined : this._session;
  }

  /**
   * Chooses which revision to speak, before connecting.
   * @param options undefined goes back to the default
   * @throws {SdkError} with `AlreadyConnected`
   */
  setVersionNegotiation(options: VersionNegotiationOptions | undefined): void {
    this.assertNotConnected();
    this._negotiation = options;
  }

  // What is known

  /**
   * Tells what the server offers.
   * @returns undefined before connecting, and in a session that was begun elsewhere
   */
  getServerCapabilities(): ServerCapabilities | undefined {
    return this._session?.server.capabilities;
  }

  /**
   * Tells the server's name and version, as it gives them.
   * @returns undefined before connecting, and in a session that was begun elsewhere
   */
  getServerVersion(): Implementation | undefined {
    return this._session?.server.serverInfo;
  }

  /**
   * Tells the server's instructions for the model.
   * @returns untrusted text; undefined when there is none
   */
  getInstructions(): string | undefined {
    return this._session?.server.instructions;
  }

  /**
   * Tells the revision that is spoken.
   * @returns as `2026-07-28`; undefined before connecting
   */
  getNegotiatedProtocolVersion(): string | undefined {
    return this._session?.server.protocolVersion;
  }

  /**
   * Tells which kind of connection it is.
   * @returns `modern` from 2026-07-28 on, else `legacy`; undefined before connecting
   */
  getProtocolEra(): ProtocolEra | undefined {
    return this._session?.era;
  }

  /**
   * Tells what `server/discover` answered last. Keep it, and give it as `prior` to connect without asking again.
   * @returns undefined when the server was not asked
   * @see MCP 2026-07-28, Discovery
   */
  getDiscoverResult(): DiscoverResult | undefined {
    return this._session?.discovered;
  }

  /** The subscription that the option `listChanged` opened, from 2026-07-28 on. */
  get autoOpenedSubscription(): McpSubscription | undefined {
    return this._autoOpened;
  }

  /**
   * Adds to what the client offers.
   * @param capabilities whose members win over those of before
   * @throws {SdkError} with `AlreadyConnected` once connected: the server has been told
   */
  registerCapabilities(capabilities: ClientCapabilities): void {
    if (this.connection !== undefined) {
      throw new SdkError(SdkErrorCode.AlreadyConnected, 'Capabilities can only be registered before connecting');
    }
    this._capabilities = mergeCapabilities(this._capabilities, capabilities);
  }

  // Requests

  /**
   * Asks the server for a sign of life (up to 2025-11-25).
   * @param options timeout in milliseconds, signal, and who is told of progress
   * @returns an empty result
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2025-11-25, Ping
   */
  ping(options?: RequestOptions): Promise<EmptyResult> {
    return this.request({ method: 'ping' }, options);
  }

  /**
   * Asks the server what it speaks and offers (from 2026-07-28 on).
   * @param options timeout in milliseconds, signal, and who is told of progress
   * @returns its revisions, capabilities and instructions
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2026-07-28, Discovery
   */
  discover(options?: RequestOptions): Promise<DiscoverResult> {
    return this._through('server/discover', session => session.discover(options));
  }

  /**
   * Completes an argument of a prompt or of a resource template.
   * @param params what is completed, and what was typed so far
   * @param options timeout in milliseconds, signal, and who is told of progress
   * @returns at most a hundred values
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2026-07-28, Completion
   */
  complete(params: CompleteRequest['params'], options?: RequestOptions): Promise<CompleteResult> {
    return this.request({ method: 'completion/complete', params }, options);
  }

  /**
   * Asks for log messages of this severity and above. From 2026-07-28 on that is said with each request from now on,
   * and nothing
   * is sent.
   * @param level the least severity
   * @param options timeout in milliseconds, signal, and who is told of progress
   * @returns an empty result
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2025-11-25, Logging
   */
  setLoggingLevel(level: LoggingLevel, options?: RequestOptions): Promise<EmptyResult> {
    const method = 'logging/setLevel';
    const lacking = this._clientOptions.enforceStrictCapabilities === true ? this._lacking(method) : undefined;
    if (lacking !== undefined) return Promise.reject(lacking);
    return this._through(method, session => session.setLoggingLevel(level, options));
  }

  /**
   * Fetches a prompt, filled in.
   * @param params its name and its arguments
   * @param options timeout in milliseconds, signal, and who is told of progress
   * @returns its messages
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2026-07-28, Prompts
   */
  getPrompt(params: GetPromptRequest['params'], options?: RequestOptions): Promise<GetPromptResult> {
    return this.request({ method: 'prompts/get', params }, options);
  }

  /**
   * Lists the prompts. Empty when the server declares none.
   * @param params a `cursor` asks for that page alone
   * @param options timeout in milliseconds, signal, progress, and whether a kept result will do
   * @returns all pages as one, unless a page was asked for
   * @throws {SdkError} with `ListPaginationExceeded` past `listMaxPages` pages
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2026-07-28, Prompts; Pagination
   */
  listPrompts(params?: ListPromptsRequest['params'], options?: CacheableRequestOptions): Promise<ListPromptsResult> {
    return this._list('prompts/list', params, options);
  }

  /**
   * Lists the resources, like {@link listPrompts}.
   * @param params a `cursor` asks for that page alone
   * @param options timeout in milliseconds, signal, progress, and whether a kept result will do
   * @returns all pages as one, unless a page was asked for
   * @throws as {@link listPrompts}
   * @see MCP 2026-07-28, Resources
   */
  listResources(
    params?: ListResourcesRequest['params'],
    options?: CacheableRequestOptions
  ): Promise<ListResourcesResult> {
    return this._list('resources/list', params, options);
  }

  /**
   * Lists the resource templates, like {@link listPrompts}.
   * @param params a `cursor` asks for that page alone
   * @param options timeout in milliseconds, signal, progress, and whether a kept result will do
   * @returns all pages as one, unless a page was asked for
   * @throws as {@link listPrompts}
   * @see MCP 2026-07-28, Resources, Resource Templates
   */
  listResourceTemplates(
    params?: ListResourceTemplatesRequest['params'],
    options?: CacheableRequestOptions
  ): Promise<ListResourceTemplatesResult> {
    return this._list('resources/templates/list', params, options);
  }

  /**
   * Reads a resource, or serves it again while it is as fresh as the server said.
   * @param params its URI
   * @param options timeout in milliseconds, signal, progress, and whether a kept result will do
   * @returns its contents
   * @throws {ResourceNotFoundError} when there is none
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2026-07-28, Resources; Caching
   */
  readResource(params: ReadResourceRequest['params'], options?: CacheableRequestOptions): Promise<ReadResourceResult> {
    return this._through('resources/read', session => this._catalog.readResource(session, params, options));
  }

  /**
   * Asks to be told when a resource changes: by `notifications/resources/updated`. Up to 2025-11-25; see {@link
   * listen}.
   * @param params its URI
   * @param options timeout in milliseconds, signal, and who is told of progress
   * @returns an empty result
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2025-11-25, Resources, Subscriptions
   */
  subscribeResource(params: SubscribeRequest['params'], options?: RequestOptions): Promise<EmptyResult> {
    return this.request({ method: 'resources/subscribe', params }, options);
  }

  /**
   * Asks not to be told any more when a resource changes. Up to 2025-11-25.
   * @param params its URI
   * @param options timeout in milliseconds, signal, and who is told of progress
   * @returns an empty result
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2025-11-25, Resources, Subscriptions
   */
  unsubscribeResource(params: UnsubscribeRequest['params'], options?: RequestOptions): Promise<EmptyResult> {
    return this.request({ method: 'resources/unsubscribe', params }, options);
  }

  /**
   * Subscribes to changes (from 2026-07-28 on), and resolves when the server agreed. They come to the notification
   * handlers.
   * @param filter what to be told of
   * @param options `timeout`, in milliseconds, is for the agreement; aborting `signal` ends the subscription
   * @returns what was agreed to, and how to end it
   * @throws {ProtocolError} what the server answers; {@link SdkError} what goes wrong here
   * @see MCP 2026-07-28, Subscriptions
   */
  listen(filter: SubscriptionFilter, options?: RequestOptions): Promise<McpSubscription> {
    return this._through('subscriptions/listen', session => session.listen(filter, options));
  }

  /**
   * Calls a tool. A tool that fails says so in `isError`; what is thrown is a failure of the protocol, or an answer
   * that does not
   * fit the tool's output schema, as far as that is known from {@link listTools} or `toolDefinition`.
   * @param params its name and its arguments
   * @param options timeout in milliseconds, signal, progress, and the tool's definition where it was not listed
   * @returns the very object that was received
   * @throws {ProtocolError} what the server answers
   * @throws {SdkError} what goes wrong here; with `InvalidResult` when the answer does not fit
   * @throws {UnauthorizedError} and {@link InsufficientScopeError} where the user, or more scope, is needed
   * @see MCP 2026-07-28, Tools
   */
  callTool(params: CallToolRequest['params'], options?: CallToolRequestOptions): Promise<CallToolResult> {
    return this._through('tools/call', session => this._catalog.callTool(session, params, options));
  }

  /**
   * Lists the tools, like {@link listPrompts}. What tools say about HTTP headers is checked from 2026-07-28 on: a tool
   * that
   * cannot be called for that is left out, and reported to `onerror`.
   * @param params a `cursor` asks for that page alone
   * @param options timeout in milliseconds, signal, progress, and whether a kept result will do
   * @returns all pages as one, unless a page was asked for
   * @throws as {@link listPrompts}
   * @see MCP 2026-07-28, Tools; Transports, Streamable HTTP, Custom Headers from Tool Parameters
   */
  listTools(params?: ListToolsRequest['params'], options?: CacheableRequestOptions): Promise<ListToolsResult> {
    return this._list('tools/list', params, options);
  }

  /** Tells the server that the roots changed. Needs the capability `roots.listChanged`. */
  sendRootsListChanged(): Promise<void> {
    return this.notification({ method: 'notifications/roots/list_changed' });
  }

  private async _list<Method extends ListMethod>(
    method: Method,
    params: { cursor?: string } | undefined,
    options: CacheableRequestOptions | undefined
  ): Promise<ResultTypeMap[Method]> {
    const session = this.sender;
    if (session === undefined) throw notConnected(method);
    const lacking = this._lacking(method);
    if (lacking === undefined) return this._catalog.list(session, method, params, options);
    if (this._clientOptions.enforceStrictCapabilities === true) throw lacking;
    return emptyList(method);
  }

  private _through<T>(method: string, run: (session: Session) => Promise<T>): Promise<T> {
    const session = this.sender;
    return session === undefined ? Promise.reject(notConnected(method)) : run(session);
  }

  // Capabilities

  /** Makes the error for a method whose capability the server does not declare. What is unknown is no error. */
  private _lacking(method: string): SdkError | undefined {
    const capabilities = this.getServerCapabilities();
    const capability = serverCapabilityFor(method);
    if (capabilities === undefined || capability === undefined || capabilities[capability] !== undefined)
      return undefined;
    return serverLacks(capability, method);
  }

  protected override buildContext(context: BaseContext): ClientContext {
    return context;
  }

  protected override assertCapabilityForMethod(method: string): void {
    const lacking = this._lacking(method);
    if (lacking !== undefined) throw lacking;
  }

  protected override assertNotificationCapability(method: string): void {
    assertCanNotify(method, this._capabilities);
  }

  protected override assertRequestHandlerCapability(method: string): void {
    assertCanHandle(method, this._capabilities);
  }

  protected override wrapHandler(method: string, handler: RequestHandler): RequestHandler {
    return inputHandler(method, handler, () => this._capabilities);
  }
}

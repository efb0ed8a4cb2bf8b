import type {
  DiscoverResult,
  EmptyResult,
  LoggingLevel,
  NotificationOptions,
  OutgoingRequest,
  RequestOptions,
  Result,
  SendRequest,
  SubscriptionFilter,
  Tool
} from '@scopeful/core';
import {
  type Connection,
  DEFAULT_RULES,
  type Handlers,
  isJSONRPCErrorResponse,
  notInThisRevision,
  type OutgoingNotification,
  ProtocolError,
  resultCheck,
  type ResultCheck,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  sendRequest,
  SERVER_INFO_META_KEY,
  UnsupportedProtocolVersionError,
  notConnected
} from '@scopeful/core/engine';
import { isLegacyOnly, isRefusal, metaOf, outcomeOf } from './modernWire.js';
import { type HeaderParameter, headerParameters, parameterHeaders, standardHeaders } from './modernHeaders.js';
import { assertInputRequired, type InputRequiredOptions, InputRounds } from './inputRounds.js';
import type { ClientFacts, McpSubscription, ServerFacts, Session } from './session.js';
import { Subscription, Subscriptions } from './subscription.js';

/** What a modern session needs of its client. */
export interface ModernClient extends ClientFacts {
  /** The revisions to speak, the preferred one first. */
  readonly versions: readonly string[];
  readonly handlers: Handlers;
  readonly inputRequired: InputRequiredOptions;
}

/** A session of 2026-07-28 or later. There is no handshake: every request says all there is to say. */
export class ModernSession implements Session {
  readonly era = 'modern';
  readonly send: SendRequest;
  readonly #connection: Connection;
  readonly #client: ModernClient;
  readonly #subscriptions = new Subscriptions();
  readonly #rounds = new Set<InputRounds>();
  /** Results that answer a request with input. */
  readonly #answered = new WeakSet<object>();
  readonly #headerParameters = new WeakMap<Tool, readonly HeaderParameter[] | string>();
  #version: string;
  #logLevel: LoggingLevel | undefined;
  meta!: Readonly<Record<string, unknown>>;
  #discovered: DiscoverResult | undefined;

  constructor(connection: Connection, client: ModernClient, version: string) {
    this.#connection = connection;
    this.#client = client;
    this.#version = version;
    this.send = sendRequest((request, check, options) => this.#request(request, check, options), resultCheck);
    this.#adopt();
  }

  get server(): ServerFacts {
    const { capabilities, instructions, _meta } = this.#discovered ?? {};
    const serverInfo = _meta?.[SERVER_INFO_META_KEY];
    return { protocolVersion: this.#version, capabilities, instructions, serverInfo };
  }

  get discovered(): DiscoverResult | undefined {
    return this.#discovered;
  }

  /** Takes over what the server said, now or in an earlier session, and speaks this revision from now on. */
  begin(discovered: DiscoverResult, version: string): void {
    this.#discovered = discovered;
    this.speak(version);
  }

  /** Speaks this revision from now on. */
  speak(version: string): void {
    this.#version = version;
    this.#adopt();
  }

  async notification(notification: OutgoingNotification, options?: NotificationOptions): Promise<void> {
    if (isLegacyOnly(notification.method)) throw notInThisRevision(notification.method, this.#version);
    await this.#connection.notification(notification, options);
  }

  async discover(options?: RequestOptions): Promise<DiscoverResult> {
    this.#discovered = await this.send({ method: 'server/discover' }, options);
    return this.#discovered;
  }

  /** From now on every request asks for log messages of this level (2026-07-28, Per-request log level). */
  setLoggingLevel(level: LoggingLevel): Promise<EmptyResult> {
    this.#logLevel = level;
    this.#adopt();
    return Promise.resolve({});
  }

  readonly watch = (filter: SubscriptionFilter, options?: RequestOptions): Promise<McpSubscription> =>
    this.listen(filter, options);

  listen(filter: SubscriptionFilter, options?: RequestOptions): Promise<McpSubscription> {
    if (!this.#connection.open) {
      return Promise.reject(notConnected('subscriptions/listen'));
    }
    options?.signal?.throwIfAborted();
    const subscription = new Subscription(this.#connection.nextId, options);
    this.#subscriptions.add(subscription);
    const request = { method: 'subscriptions/listen', params: { notifications: filter } };
    const { signal } = subscription;
    const holdTimeout = (): (() => void) => subscription.holdTimeout();
    const lasting = { timeout: Infinity, maxTotalTimeout: undefined, signal, holdTimeout };
    this.#request(request, () => undefined, { ...options, ...lasting }).then(
      () => subscription.answered(),
      (error: unknown) => subscription.lost(error as Error)
    );
    return subscription.acknowledged;
  }

  end(): void {
    this.#subscriptions.close();
  }

  /** Leaves the connection as it was, for a session of another era. */
  release(): void {
    this.#connection.adopt(DEFAULT_RULES);
  }

  // Tools

  /** Transports without headers may ignore what tools say about them (2026-07-28, Schema Extension). */
  get hasToolHeaders(): boolean {
    return this.#connection.transport.hasPerRequestStream === true;
  }

  toolProblem(tool: Tool): string | undefined {
    if (!this.hasToolHeaders) return undefined;
    const parameters = this.#parametersOf(tool);
    return typeof parameters === 'string' ? parameters : undefined;
  }

  toolHeaders(tool: Tool, args: Record<string, unknown> | undefined): Record<string, string> | undefined {
    const parameters = this.#parametersOf(tool);
    return typeof parameters === 'string' || parameters.length === 0 ? undefined : parameterHeaders(parameters, args);
  }

  #parametersOf(tool: Tool): readonly HeaderParameter[] | string {
    let parameters = this.#headerParameters.get(tool);
    if (parameters === undefined) {
      try {
        parameters = headerParameters(tool.inputSchema);
      } catch (error) {
        parameters = (error as Error).message;
      }
      this.#headerParameters.set(tool, parameters);
    }
    return parameters;
  }

  isCacheable(result: object): boolean {
    return !this.#answered.has(result) && outcomeOf(result) === 'complete';
  }

  // Requests

  #adopt(): void {
    const { clientInfo, capabilities } = this.#client;
    const sender = { protocolVersion: this.#version, clientInfo, clientCapabilities: capabilities };
    this.meta = metaOf({ ...sender, logLevel: this.#logLevel });
    this.#connection.adopt({
      // Where each request has a stream of its own, closing that cancels it (2026-07-28, Cancellation).
      tellsCancellation: this.#connection.transport.hasPerRequestStream !== true,
      answersRequests: false,
      notificationMeta: metaOf(sender),
      headers: (method, params) => standardHeaders(sender.protocolVersion, method, params),
      onnotification: notification => this.#subscriptions.onnotification(notification),
      failure: protocolErrorOf,
      onclose: reason => {
        for (const rounds of this.#rounds) rounds.abort(reason);
      }
    });
  }

  #request<T>(request: OutgoingRequest, check: ResultCheck<T>, options: RequestOptions | undefined): Promise<T> {
    if (isLegacyOnly(request.method)) return Promise.reject(notInThisRevision(request.method, this.#version));
    const began = options?.maxTotalTimeout === undefined ? 0 : performance.now();
    const whole: ResultCheck<T> = result => {
      switch (outcomeOf(result)) {
        case 'complete':
          return check(result, request.method);
        case 'input_required':
          return this.#fulfil(request, check, options, result, began === 0 ? 0 : performance.now() - began);
        default:
          throw unknownResultType(request.method, result);
      }
    };
    const sent = this.#sendAs(request, whole, options);
    // With one revision there is nothing to choose from.
    return this.#client.versions.length < 2
      ? sent
      : sent.catch((error: unknown) => this.#correct(error, request, whole, options));
  }

  #sendAs<T>(request: OutgoingRequest, check: ResultCheck<T>, options: RequestOptions | undefined): Promise<T> {
    const { method } = request;
    const given = request.params as { _meta?: Record<string, unknown> } | undefined;
    const _meta = given?._meta === undefined ? this.meta : { ...this.meta, ...given._meta };
    const params = { ...given, _meta };
    return this.#connection.request({ method, params }, check, options);
  }

  /** The server does not speak this revision any more: it says which it does (2026-07-28, Protocol Version Negotiation). */
  #correct<T>(
    error: unknown,
    request: OutgoingRequest,
    check: ResultCheck<T>,
    options: RequestOptions | undefined
  ): Promise<T> {
    const version =
      error instanceof UnsupportedProtocolVersionError ? mutual(this.#client.versions, error.supported) : undefined;
    if (version === undefined || version === this.#version) throw error;
    this.speak(version);
    return this.#sendAs(request, check, options);
  }

  async #fulfil<T>(
    { method, params }: OutgoingRequest,
    check: ResultCheck<T>,
    options: RequestOptions | undefined,
    first: Result,
    spent: number
  ): Promise<T> {
    assertInputRequired(first, method);
    if (options?.allowInputRequired === true) return first as T;
    const { handlers, inputRequired } = this.#client;
    if (inputRequired.autoFulfill === false) throw manual(method, first);
    const source = { connection: this.#connection, handlers, send: this.send, options: inputRequired };
    const rounds = new InputRounds(method, source, options, spent);
    this.#rounds.add(rounds);
    try {
      for (let result: Result = first; ;) {
        assertInputRequired(result, method);
        const next = await rounds.nextParams(params, result);
        const answer = await this.#sendAs({ method, params: next }, received => received, rounds.options);
        const outcome = outcomeOf(answer);
        if (outcome === 'unknown') throw unknownResultType(method, answer);
        if (outcome === 'complete') return await this.#final(answer, method, check);
        result = answer;
      }
    } finally {
      rounds.end();
      this.#rounds.delete(rounds);
    }
  }

  async #final<T>(answer: Result, method: string, check: ResultCheck<T>): Promise<T> {
    const result = await check(answer, method);
    if (typeof result === 'object' && result !== null) this.#answered.add(result);
    return result;
  }
}

/** Returns the revision that both sides speak and we like best. */
export function mutual(ours: readonly string[], theirs: readonly string[]): string | undefined {
  return ours.find(version => theirs.includes(version));
}

/** Returns the JSON-RPC error in the body of an HTTP error, else the error as it is. */
function protocolErrorOf(error: unknown): unknown {
  if (!(error instanceof SdkHttpError) || typeof error.data['text'] !== 'string' || isRefusal(error)) return error;
  const body = parsedOf(error.data['text']);
  if (!isJSONRPCErrorResponse(body)) return error;
  const received = ProtocolError.fromError(body.error.code, body.error.message, body.error.data);
  received.cause = error;
  return received;
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unknownResultType(method: string, { resultType }: Result): SdkError {
  const message = `The result of ${method} has the type ${JSON.stringify(resultType)}, which is not known here`;
  return new SdkError(SdkErrorCode.UnsupportedResultType, message, { method, resultType });
}

function manual(method: string, result: Result): SdkError {
  const message =
    `${method} asks for input, and inputRequired.autoFulfill is false: pass allowInputRequired: true, and send the ` +
    'request again with inputResponses and requestState';
  return new SdkError(SdkErrorCode.UnsupportedResultType, message, {
    method,
    resultType: result['resultType'],
    result
  });
}

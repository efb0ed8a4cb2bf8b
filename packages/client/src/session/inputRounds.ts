import type { InputRequiredResult, JSONRPCRequest, RequestOptions, Result, SendRequest } from '@scopeful/core';
import {
  abortReason,
  type Connection,
  type Handlers,
  isInputRequiredResult,
  JSONRPC_VERSION,
  PausableTimer,
  requestContext,
  SdkError,
  SdkErrorCode,
  untilAborted
} from '@scopeful/core/engine';

/** How a client deals with results that ask for input (2026-07-28, Multi Round-Trip Requests). */
export interface InputRequiredOptions {
  /** Answers them with the handlers of the client and sends the request again. True by default. */
  autoFulfill?: boolean;
  /** How often one call may ask, 10 by default. */
  maxRounds?: number;
}

const DEFAULT_MAX_ROUNDS = 10;

/** Who answers. */
export interface InputSource {
  readonly connection: Connection;
  readonly handlers: Handlers;
  readonly send: SendRequest;
  readonly options: InputRequiredOptions;
}

/** The methods a result may ask for (2026-07-28, InputRequest). */
const INPUT_METHODS = new Set(['elicitation/create', 'sampling/createMessage', 'roots/list']);

/**
 * The rounds of one call: what it still may take, and whether anybody waits for it. Owns its timer and its place on the
 * caller's signal until `end`.
 */
export class InputRounds {
  readonly #method: string;
  readonly #source: InputSource;
  readonly #options: RequestOptions | undefined;
  readonly #began = performance.now();
  readonly #controller = new AbortController();
  readonly #onAbort = (): void => this.abort(abortReason(this.#options?.signal as AbortSignal));
  readonly #timer: PausableTimer | undefined;
  #rounds = 0;

  /** `spent` are the milliseconds that the first request took. */
  constructor(method: string, source: InputSource, options: RequestOptions | undefined, spent: number) {
    this.#method = method;
    this.#source = source;
    this.#options = options;
    this.#began -= spent;
    options?.signal?.addEventListener('abort', this.#onAbort);
    if (options?.signal?.aborted === true) this.#onAbort();
    const total = options?.maxTotalTimeout;
    if (total === undefined) return;
    this.#timer = new PausableTimer(this.#remaining(total), () => {
      const message = `${method} timed out: it asked for input, and took longer than its maxTotalTimeout of ${total} ms`;
      this.abort(new SdkError(SdkErrorCode.RequestTimeout, message, { maxTotalTimeout: total }));
    });
  }

  /** Ends what runs with this error. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  end(): void {
    this.#timer?.clear();
    this.#options?.signal?.removeEventListener('abort', this.#onAbort);
  }

  /** The options of the next request: with the time that is left. */
  get options(): RequestOptions | undefined {
    const total = this.#options?.maxTotalTimeout;
    return total === undefined ? this.#options : { ...this.#options, maxTotalTimeout: this.#remaining(total) };
  }

  /**
   * Makes the params of the next request: those of the first one with the answers, and with the server's state as it
   * is.
   * @throws {SdkError} with `InputRequiredRoundsExceeded`; what a handler throws.
   */
  async nextParams(params: object | undefined, result: InputRequiredResult): Promise<object> {
    const maxRounds = this.#source.options.maxRounds ?? DEFAULT_MAX_ROUNDS;
    if (this.#rounds++ >= maxRounds) throw this.#exceeded(maxRounds, result);
    const { inputRequests, requestState } = result;
    const next: Record<string, unknown> = { ...params };
    delete next['inputResponses'];
    delete next['requestState'];
    if (inputRequests !== undefined) next['inputResponses'] = await this.#answers(inputRequests);
    this.#controller.signal.throwIfAborted();
    if (requestState !== undefined) next['requestState'] = requestState;
    return next;
  }

  async #answers(requests: object): Promise<Record<string, Result>> {
    const { signal } = this.#controller;
    const answering = Object.entries(requests).map(async ([key, request]) => [key, await this.#answer(key, request)]);
    try {
      return Object.fromEntries((await untilAborted(Promise.all(answering), signal)) as [string, Result][]);
    } catch (error) {
      // The others need not be answered any more.
      this.#controller.abort(error);
      throw error;
    }
  }

  async #answer(key: string, input: unknown): Promise<Result> {
    const { method, params } = (input ?? {}) as { method?: unknown; params?: JSONRPCRequest['params'] };
    if (typeof method !== 'string' || !INPUT_METHODS.has(method)) {
      const message = `The server asks for ${JSON.stringify(method)} in a result of ${this.#method}: that is no input request`;
      throw new SdkError(SdkErrorCode.InvalidResult, message, { method: this.#method });
    }
    const { handlers, connection, send } = this.#source;
    const handler = handlers.requests.get(method) ?? handlers.fallbackRequest;
    if (handler === undefined) {
      const message = `${this.#method} needs ${method} answered, and there is no handler for it: call setRequestHandler`;
      throw new SdkError(SdkErrorCode.CapabilityNotSupported, message, { method });
    }
    const request: JSONRPCRequest = { jsonrpc: JSONRPC_VERSION, id: key, method };
    if (params !== undefined) request.params = params;
    const context = requestContext(request, this.#controller.signal, {
      sessionId: connection.transport.sessionId,
      send,
      notify: notification => connection.notification(notification)
    });
    return handler(request, context);
  }

  #remaining(total: number): number {
    return Math.max(total - (performance.now() - this.#began), 0);
  }

  #exceeded(maxRounds: number, result: InputRequiredResult): SdkError {
    const message = `${this.#method} asked for input more than ${maxRounds} times: raise inputRequired.maxRounds`;
    return new SdkError(SdkErrorCode.InputRequiredRoundsExceeded, message, { maxRounds, lastResult: result });
  }
}

/** Tells which requests a server may answer by asking for input (2026-07-28, Supported Requests). */
function mayRequireInput(method: string): boolean {
  return method === 'tools/call' || method === 'prompts/get' || method === 'resources/read';
}

/** @throws {SdkError} with `InvalidResult` when a result asks for input in a way that cannot be answered. */
export function assertInputRequired(result: Result, method: string): asserts result is InputRequiredResult {
  const { inputRequests, requestState } = result;
  const says = inputRequests !== undefined || requestState !== undefined;
  if (mayRequireInput(method) && says && isInputRequiredResult(result)) return;
  const message = `Invalid result for ${method}: it asks for input, but not as the specification has it`;
  throw new SdkError(SdkErrorCode.InvalidResult, message, { method });
}

import { SdkError, SdkErrorCode } from '../errors.js';
import type { Progress } from '../model/common.js';
import { abortReason } from '../abort.js';
import { callerHeaders, isProtocolHeader } from './callerHeaders.js';
import type { Aborted, CallerSignals } from './abortFanout.js';
import { LONGEST_DELAY } from '../pausableTimer.js';
import { Deadline } from './deadline.js';
import type { JSONRPCRequest, Result } from './types.js';
import type { ConnectionRules } from './connectionRules.js';
import { DEFAULT_REQUEST_TIMEOUT_MSEC, type RequestOptions } from './requestOptions.js';
import type { ResultCheck } from './resultCheck.js';
import type { TransportSendOptions } from './transport.js';

type HeadersOf = ConnectionRules['headers'];

/** What a pending request needs of the connection that made it. */
export interface PendingOwner {
  readonly callerSignals: CallerSignals;
  /** Gives the request up with this error, and tells the peer to stop, or not. */
  abandon(pending: PendingRequest, error: Error, tellPeer: boolean): void;
}

/** A request that waits for its response. Owns its timer, its place on the caller's signals and the transport's signal. */
export class PendingRequest implements Aborted {
  readonly id: number;
  readonly method: string;
  readonly promise: Promise<unknown>;
  readonly #owner: PendingOwner;
  readonly #check: ResultCheck;
  readonly #options: RequestOptions | undefined;
  #resolve!: (value: unknown) => void;
  #reject!: (reason: Error) => void;
  #settled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #deadline: Deadline | undefined;
  #sending: AbortController | undefined;
  /** When the transport began to send it; only one that can hold the timeout asks for a signal. */
  #sentAt = 0;
  #holds = 0;

  constructor(
    owner: PendingOwner,
    id: number,
    method: string,
    check: ResultCheck,
    options: RequestOptions | undefined
  ) {
    this.id = id;
    this.method = method;
    this.#owner = owner;
    this.#check = check;
    this.#options = options;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (options?.signal !== undefined) owner.callerSignals.add(options.signal, this);
    if (options?.requestSignal !== undefined) owner.callerSignals.add(options.requestSignal, this);
    this.#startTimer(options);
  }

  /** Tells the transport that nobody waits any more. Made on demand: a single channel never asks for it. */
  get sendSignal(): AbortSignal {
    if (this.#sending === undefined) {
      this.#sending = new AbortController();
      this.#sentAt = performance.now();
    }
    return this.#sending.signal;
  }

  /** Lets the timeout stand still, until every function that this returned has been called. */
  hold(): () => void {
    if (this.#settled || this.#timer === undefined) return () => undefined;
    if (this.#holds++ === 0) {
      const { timeout = DEFAULT_REQUEST_TIMEOUT_MSEC } = this.#options ?? {};
      this.#deadline ??= new Deadline(timeout, undefined, performance.now() - this.#sentAt);
      this.#deadline.hold();
      this.#rearm();
    }
    let isHeld = true;
    return () => {
      if (isHeld && --this.#holds === 0 && !this.#settled) {
        this.#deadline?.resume();
        this.#rearm();
      }
      isHeld = false;
    };
  }

  sendOptions(message: JSONRPCRequest, headersOf: HeadersOf): TransportSendOptions {
    return new RequestSendOptions(this, this.#options, message, headersOf);
  }

  /** The response arrived. */
  answer(result: Result): void {
    this.#settle();
    try {
      this.#resolve(this.#check(result, this.method));
    } catch (error) {
      this.#reject(error as Error);
    }
  }

  /** There will be no response. */
  fail(error: Error): void {
    this.#settle();
    this.#reject(error);
  }

  /** Ends what the transport still does for this request. */
  stopSending(reason: Error): void {
    this.#sending?.abort(reason);
  }

  get hearsProgress(): boolean {
    return this.#options?.onprogress !== undefined;
  }

  progress(progress: Progress): void {
    if (this.#options?.resetTimeoutOnProgress === true) this.#deadline?.postpone();
    this.#options?.onprogress?.(progress);
  }

  aborted(signal: AbortSignal): void {
    // Disconnecting is not cancelling (2025-11-25, Transports): only `signal` cancels, not `requestSignal`.
    this.#owner.abandon(this, abortReason(signal), signal === this.#options?.signal);
  }

  streamEnded(): void {
    if (this.#settled) return;
    const message = `The response stream of ${this.method} ended without a response`;
    this.#owner.abandon(this, new SdkError(SdkErrorCode.ConnectionClosed, message), false);
  }

  timerFired(): void {
    // Progress moves the deadline and leaves the timer alone.
    const remaining = this.#deadline?.remaining() ?? 0;
    if (remaining > 0) this.#wait(remaining);
    else this.#owner.abandon(this, this.#timeoutError(), true);
  }

  #startTimer(options: RequestOptions | undefined): void {
    const timeout = options?.timeout ?? DEFAULT_REQUEST_TIMEOUT_MSEC;
    const total = options?.maxTotalTimeout;
    if (timeout === Infinity && total === undefined) return;
    if (options?.resetTimeoutOnProgress === true || total !== undefined || timeout > LONGEST_DELAY) {
      this.#deadline = new Deadline(timeout, total);
    }
    this.#wait(this.#deadline?.remaining() ?? timeout);
  }

  #rearm(): void {
    clearTimeout(this.#timer);
    this.#wait(this.#deadline?.remaining() ?? 0);
  }

  #wait(delay: number): void {
    this.#timer = setTimeout(onTimer, Math.min(delay, LONGEST_DELAY), this);
  }

  #timeoutError(): SdkError {
    const { timeout = DEFAULT_REQUEST_TIMEOUT_MSEC, maxTotalTimeout } = this.#options ?? {};
    const total = maxTotalTimeout !== undefined && this.#deadline?.totalElapsed() === true;
    const limit = total ? `its maxTotalTimeout of ${maxTotalTimeout} ms` : `${timeout} ms`;
    const data = total ? { timeout, maxTotalTimeout } : { timeout };
    const message = `Request ${this.method} timed out: no response within ${limit}`;
    return new SdkError(SdkErrorCode.RequestTimeout, message, data);
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    if (this.#options === undefined) return;
    const { signal, requestSignal } = this.#options;
    if (signal !== undefined) this.#owner.callerSignals.delete(signal, this);
    if (requestSignal !== undefined) this.#owner.callerSignals.delete(requestSignal, this);
  }
}

function onTimer(pending: PendingRequest): void {
  pending.timerFired();
}

/**
 * What the transport is told about a request: the caller's options, with our signal and our ear at the stream's end.
 * `requestSignal`, `headers` and `holdTimeout` are getters, so that only a transport that reads them pays for them; a copy by spread
 * would not have them.
 */
class RequestSendOptions implements TransportSendOptions {
  readonly relatedRequestId: TransportSendOptions['relatedRequestId'];
  readonly resumptionToken: TransportSendOptions['resumptionToken'];
  readonly onresumptiontoken: TransportSendOptions['onresumptiontoken'];
  readonly onRequestStreamEnd: () => void;
  readonly #pending: PendingRequest;
  readonly #options: RequestOptions | undefined;
  readonly #message: JSONRPCRequest;
  readonly #headersOf: HeadersOf;

  constructor(
    pending: PendingRequest,
    options: RequestOptions | undefined,
    message: JSONRPCRequest,
    headersOf: HeadersOf
  ) {
    this.#pending = pending;
    this.#message = message;
    this.#headersOf = headersOf;
    this.relatedRequestId = options?.relatedRequestId;
    this.resumptionToken = options?.resumptionToken;
    this.onresumptiontoken = options?.onresumptiontoken;
    this.#options = options;
    this.onRequestStreamEnd = () => {
      options?.onRequestStreamEnd?.();
      pending.streamEnded();
    };
  }

  get headers(): TransportSendOptions['headers'] {
    const given = this.#options?.headers;
    const made = this.#headersOf?.(this.#message.method, this.#message.params);
    return given === undefined ? made : { ...callerHeaders(given, isProtocolHeader), ...made };
  }

  get requestSignal(): AbortSignal {
    return this.#pending.sendSignal;
  }

  get holdTimeout(): NonNullable<TransportSendOptions['holdTimeout']> {
    return () => {
      const [resume, also] = [this.#pending.hold(), this.#options?.holdTimeout?.()];
      return () => {
        resume();
        also?.();
      };
    };
  }
}

import { PausableTimer, SdkError, SdkErrorCode, SdkHttpError } from '@scopeful/core/engine';
import type { OpenStream, ResponseStream } from './responseStream.js';

/** When, and how often, a broken stream is opened again. Delays are in milliseconds. */
export interface StreamableHTTPReconnectionOptions {
  /** Longest delay; default 30,000. */
  maxReconnectionDelay: number;
  /** First delay; default 1,000. */
  initialReconnectionDelay: number;
  /** What each attempt multiplies the delay by; default 1.5. */
  reconnectionDelayGrowFactor: number;
  /** Attempts in a row before giving up; default 2. */
  maxRetries: number;
}

/**
 * Runs `reconnect` after `delay` milliseconds, in place of `setTimeout`.
 * @param attemptCount attempts before this one
 * @returns how to call it off, if it can be
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- upstream's declaration: a scheduler may return nothing
export type ReconnectionScheduler = (reconnect: () => void, delay: number, attemptCount: number) => (() => void) | void;

const DEFAULT_RECONNECTION: StreamableHTTPReconnectionOptions = {
  maxReconnectionDelay: 30_000,
  initialReconnectionDelay: 1_000,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: 2
};

/** Whatever the server says, it is not asked more often than this, in milliseconds. */
const MIN_RECONNECTION_DELAY = 100;

/** A stream that lasted this long, in milliseconds, worked, though nothing was sent on it. */
const LASTING_STREAM = 5_000;

const defaultScheduler: ReconnectionScheduler = (reconnect, delay) => {
  const timer = new PausableTimer(delay, reconnect);
  return () => timer.clear();
};

/** What a session needs of its transport. */
export interface HttpSessionOptions {
  /** Opens the server's stream, from after an event when one is named. Aborted by `signal`. */
  open: (lastEventId: string | undefined, signal: AbortSignal | undefined) => Promise<OpenStream>;
  report: (error: unknown) => void;
  reconnection?: StreamableHTTPReconnectionOptions;
  scheduler?: ReconnectionScheduler;
}

function mayPass(error: unknown): boolean {
  if (error instanceof SdkHttpError) return error.status >= 500 || error.status === 429;
  return error instanceof TypeError;
}

/**
 * The session of a legacy connection (MCP 2025-11-25, Transports): its id, the server's own stream, and the streams
 * that are resumed when their connection is lost.
 */
export class HttpSession {
  id: string | undefined;
  readonly #options: HttpSessionOptions;
  readonly #reconnection: StreamableHTTPReconnectionOptions;
  #serverDelay: number | undefined;
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(options: HttpSessionOptions, id?: string) {
    this.#options = options;
    this.#reconnection = options.reconnection ?? DEFAULT_RECONNECTION;
    this.id = id;
  }

  /** Calls off every reconnection. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#waiting) cancel();
  }

  /** Opens a stream and reads it to its end, over as many connections as that takes. Rejects when it cannot be opened. */
  async open(stream: ResponseStream, signal?: AbortSignal): Promise<void> {
    const first = await this.#options.open(stream.lastEventId, signal);
    void this.follow(stream, first, signal);
  }

  /** Reads a stream that is open to its end, over as many connections as that takes. Never rejects. */
  async follow(stream: ResponseStream, first: OpenStream, signal?: AbortSignal): Promise<void> {
    let attempt = 0;
    for (let current: OpenStream | undefined = first; current !== undefined;) {
      const began = Date.now();
      const hasEvents = await stream.read(current, delay => (this.#serverDelay = delay));
      if (this.#isOver(signal) || stream.isAnswered) return;
      if (hasEvents || Date.now() - began >= LASTING_STREAM) attempt = 0;
      const canResume = stream.isStandalone || stream.lastEventId !== undefined;
      current = canResume ? await this.#reconnect(stream, attempt++, signal) : undefined;
      if (this.#isOver(signal)) {
        current?.release();
        return;
      }
    }
    stream.end();
  }

  #isOver(signal: AbortSignal | undefined): boolean {
    return this.#isClosed || signal?.aborted === true;
  }

  async #reconnect(
    stream: ResponseStream,
    made: number,
    signal: AbortSignal | undefined
  ): Promise<OpenStream | undefined> {
    let cause: unknown;
    for (let attempt = made; attempt < this.#reconnection.maxRetries; attempt++) {
      if (!(await this.#wait(this.#delay(attempt), attempt, signal))) return undefined;
      try {
        return await this.#options.open(stream.lastEventId, signal);
      } catch (error) {
        if (this.#isOver(signal)) return undefined;
        cause = error;
        if (!mayPass(error)) break;
      }
    }
    const message = 'The event stream was lost and could not be opened again';
    this.#options.report(new SdkError(SdkErrorCode.ClientHttpFailedToOpenStream, message, undefined, { cause }));
    return undefined;
  }

  #delay(attempt: number): number {
    const { initialReconnectionDelay, reconnectionDelayGrowFactor, maxReconnectionDelay } = this.#reconnection;
    const backoff = Math.min(initialReconnectionDelay * reconnectionDelayGrowFactor ** attempt, maxReconnectionDelay);
    // The server's word is a MUST (MCP 2025-11-25, Sending Messages, 6).
    return this.#serverDelay === undefined ? backoff : Math.max(this.#serverDelay, MIN_RECONNECTION_DELAY);
  }

  /** Waits; answers false when the wait was called off. */
  #wait(delay: number, attempt: number, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise(resolve => {
      const settle = (elapsed: boolean): void => {
        this.#waiting.delete(callOff);
        signal?.removeEventListener('abort', callOff);
        if (!elapsed) cancel?.();
        resolve(elapsed);
      };
      const callOff = (): void => settle(false);
      const cancel = (this.#options.scheduler ?? defaultScheduler)(() => settle(true), delay, attempt);
      this.#waiting.add(callOff);
      signal?.addEventListener('abort', callOff);
    });
  }
}

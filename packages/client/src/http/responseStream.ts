import type { JSONRPCMessage, RequestId } from '@scopeful/core';
import { isJSONRPCErrorResponse, isJSONRPCResultResponse, parseJSONRPCMessage } from '@scopeful/core/engine';
import type { EventSourceMessage } from 'eventsource-parser';
import { readEvents } from './sseReader.js';

/** Who is told what a {@link ResponseStream} brings. */
export interface ResponseStreamOptions {
  /** The requests it is to answer; none for the server's own stream. */
  requests: RequestId[];
  onMessage: (message: JSONRPCMessage) => void;
  onError: (error: unknown) => void;
  /** Told each event id, so that the caller can resume. */
  onresumptiontoken?: (token: string) => void;
  /** Told when the stream is over and a request is still unanswered. */
  onRequestStreamEnd?: () => void;
  /** The id that a resumed response is given, in place of the one of the interrupted request. */
  replayMessageId?: RequestId;
}

/** One connection that is open: its body, what ends it, and how to let go of it. */
export interface OpenStream {
  body: ReadableStream<Uint8Array>;
  signal: AbortSignal;
  release: () => void;
}

/** A stream of messages, over as many connections as it takes. */
export class ResponseStream {
  lastEventId: string | undefined;
  readonly #unanswered: Set<RequestId>;
  readonly #options: ResponseStreamOptions;
  readonly isStandalone: boolean;

  constructor(options: ResponseStreamOptions) {
    this.#options = options;
    this.#unanswered = new Set(options.requests);
    this.isStandalone = options.requests.length === 0;
  }

  /** Whether every request has its response, so that the end of the stream means nothing. */
  get isAnswered(): boolean {
    return !this.isStandalone && this.#unanswered.size === 0;
  }

  /**
   * Reads one connection of the stream to its end. Never rejects: a connection that broke is reported.
   * @returns whether any event came
   */
  async read({ body, signal, release }: OpenStream, onRetry?: (milliseconds: number) => void): Promise<boolean> {
    let hasEvents = false;
    const onEvent = (event: EventSourceMessage): void => {
      hasEvents = true;
      this.#acceptEvent(event);
    };
    try {
      await readEvents(body, { onRetry, onEvent });
    } catch (error) {
      if (!signal.aborted) this.#options.onError(error);
    } finally {
      release();
    }
    return hasEvents;
  }

  /** Delivers one message. */
  accept(message: JSONRPCMessage): void {
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) {
      const { replayMessageId } = this.#options;
      const answer = replayMessageId === undefined ? message : { ...message, id: replayMessageId };
      if (answer.id !== undefined) this.#unanswered.delete(answer.id);
      this.#options.onMessage(answer);
      return;
    }
    this.#options.onMessage(message);
  }

  /** Says that nothing more will come. */
  end(): void {
    if (!this.isAnswered) this.#options.onRequestStreamEnd?.();
  }

  #acceptEvent({ id, event, data }: EventSourceMessage): void {
    if (id !== undefined) {
      this.lastEventId = id;
      this.#options.onresumptiontoken?.(id);
    }
    // An event without data only moves the id (MCP 2025-11-25, Sending Messages, 6).
    if (data === '' || (event !== undefined && event !== 'message')) return;
    try {
      this.accept(parseJSONRPCMessage(JSON.parse(data)));
    } catch (error) {
      // One event that is no message does not make the others unreadable.
      this.#options.onError(error);
    }
  }
}

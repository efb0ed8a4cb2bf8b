import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Longest event accepted, in UTF-16 code units: beyond it the stream fails instead of filling the memory. */
const MAX_EVENT_SIZE = 128 * 1024 * 1024;

/** What a stream of events is read with. */
export interface EventHandlers {
  onEvent: (event: EventSourceMessage) => void;
  /** The server's reconnection time, in milliseconds. */
  onRetry?: (milliseconds: number) => void;
}

/** Reads events until the stream ends. Rejects when it breaks, or when a handler throws. */
export async function readEvents(body: ReadableStream<Uint8Array>, { onEvent, onRetry }: EventHandlers): Promise<void> {
  let failure: Error | undefined;
  const parser = createParser({
    onEvent,
    onRetry,
    onError: error => {
      if (error.type === 'max-buffer-size-exceeded') failure = error;
    },
    maxBufferSize: MAX_EVENT_SIZE
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      if (failure !== undefined) throw failure;
    }
  } finally {
    // A no-op after the end; otherwise it tells the server that nobody listens any more.
    reader.cancel().catch(() => undefined);
  }
}

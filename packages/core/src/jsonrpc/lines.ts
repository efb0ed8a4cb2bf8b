import { SdkError, SdkErrorCode } from '../errors.js';
import { parseJSONRPCMessage } from './message.js';
import type { JSONRPCMessage } from './types.js';

/** How many bytes a line may have unless told otherwise: 10 MiB. */
export const STDIO_DEFAULT_MAX_BUFFER_SIZE = 10 * 1024 * 1024;

const NEWLINE = 0x0a;

/** Cuts bytes into JSON-RPC messages, one a line (2025-11-25, Transports, stdio). */
export class ReadBuffer {
  readonly #maxBufferSize: number;
  readonly #decoder = new TextDecoder();
  /** Complete lines, and where in them the next one begins. */
  #lines: Uint8Array[] = [];
  #next = 0;
  /** What came after the last newline. */
  #rest: Uint8Array[] = [];
  #restSize = 0;

  constructor(options?: { maxBufferSize?: number }) {
    this.#maxBufferSize = options?.maxBufferSize ?? STDIO_DEFAULT_MAX_BUFFER_SIZE;
  }

  /**
   * Takes bytes as they come. They are kept, not copied.
   * @param chunk any number of bytes, which may end anywhere in a line
   * @throws {SdkError} with `InvalidResult` when a line is longer than `maxBufferSize` bytes; what was unfinished is
   *   dropped
   */
  append(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, end));
      this.#lines.push(this.#takeRest());
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  }

  /**
   * Takes the next message out. Lines that are empty are passed over.
   * @returns the message, or null when none is complete
   * @throws {SyntaxError} or {@link ProtocolError} when a line is no message; the next call goes on after it
   */
  readMessage(): JSONRPCMessage | null {
    while (this.#next < this.#lines.length) {
      const line = this.#decoder.decode(this.#lines[this.#next++]).trim();
      if (line !== '') return deserializeMessage(line);
    }
    this.#lines = [];
    this.#next = 0;
    return null;
  }

  /** Drops every line, and what is unfinished. */
  clear(): void {
    this.#lines = [];
    this.#next = 0;
    this.#takeRest();
  }

  #hold(bytes: Uint8Array): void {
    if (this.#restSize + bytes.length > this.#maxBufferSize) {
      this.#takeRest();
      const message = `A message is longer than the limit of ${this.#maxBufferSize} bytes: raise maxBufferSize`;
      throw new SdkError(SdkErrorCode.InvalidResult, message, { maxBufferSize: this.#maxBufferSize });
    }
    this.#rest.push(bytes);
    this.#restSize += bytes.length;
  }

  #takeRest(): Uint8Array {
    const [only = new Uint8Array()] = this.#rest;
    const line = this.#rest.length <= 1 ? only : joined(this.#rest, this.#restSize);
    this.#rest = [];
    this.#restSize = 0;
    return line;
  }
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/**
 * Reads one line.
 * @param line without its newline
 * @returns the message, checked
 * @throws {SyntaxError} when it is no JSON; {@link ProtocolError} with `InvalidRequest` when it is no JSON-RPC message
 */
export function deserializeMessage(line: string): JSONRPCMessage {
  return parseJSONRPCMessage(JSON.parse(line));
}

/**
 * Writes a message as one line.
 * @param message any JSON-RPC message
 * @returns its JSON and a newline
 * @see MCP 2026-07-28, Transports, stdio
 */
export function serializeMessage(message: JSONRPCMessage): string {
  return `${JSON.stringify(message)}\n`;
}

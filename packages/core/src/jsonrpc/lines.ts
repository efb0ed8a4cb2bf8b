import { SdkError, SdkErrorCode } from '../errors.js';
import { parseJSONRPCMessage } from './message.js';
import type { JSONRPCMessage } from './types.js';

/** How many bytes a line may have unless told otherwise: 10 MiB. */
export const STDIO_DEFAULT_MAX_BUFFER_SIZE = 10 * 1024 * 1024;

const NEWLINE = 0x0a;

/** Cuts bytes into JSON-RPC messages, one a line (2025-11-25, Transports, stdio). */
export class ReadBuffer {
  private readonly _maxBufferSize: number;
  private readonly _decoder = new TextDecoder();
  /** Complete lines, and where in them the next one begins. */
  private _lines: Uint8Array[] = [];
  private _next = 0;
  /** What came after the last newline. */
  private _rest: Uint8Array[] = [];
  private _restSize = 0;

  constructor(options?: { maxBufferSize?: number }) {
    this._maxBufferSize = options?.maxBufferSize ?? STDIO_DEFAULT_MAX_BUFFER_SIZE;
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
      this._hold(chunk.subarray(start, end));
      this._lines.push(this._takeRest());
      start = end + 1;
    }
    if (start < chunk.length) this._hold(chunk.subarray(start));
  }

  /**
   * Takes the next message out. Lines that are empty are passed over.
   * @returns the message, or null when none is complete
   * @throws {SyntaxError} or {@link ProtocolError} when a line is no message; the next call goes on after it
   */
  readMessage(): JSONRPCMessage | null {
    while (this._next < this._lines.length) {
      const line = this._decoder.decode(this._lines[this._next++]).trim();
      if (line !== '') return deserializeMessage(line);
    }
    this._lines = [];
    this._next = 0;
    return null;
  }

  /** Drops every line, and what is unfinished. */
  clear(): void {
    this._lines = [];
    this._next = 0;
    this._takeRest();
  }

  private _hold(bytes: Uint8Array): void {
    if (this._restSize + bytes.length > this._maxBufferSize) {
      this._takeRest();
      const message = `A message is longer than the limit of ${this._maxBufferSize} bytes: raise maxBufferSize`;
      throw new SdkError(SdkErrorCode.InvalidResult, message, { maxBufferSize: this._maxBufferSize });
    }
    this._rest.push(bytes);
    this._restSize += bytes.length;
  }

  private _takeRest(): Uint8Array {
    const [only = new Uint8Array()] = this._rest;
    const line = this._rest.length <= 1 ? only : joined(this._rest, this._restSize);
    this._rest = [];
    this._restSize = 0;
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

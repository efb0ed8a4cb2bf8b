import { PassThrough, type Stream } from 'node:stream';
import type { JSONRPCMessage, Transport } from '@scopeful/core';
import { asError, ReadBuffer, SdkError, SdkErrorCode, serializeMessage } from '@scopeful/core/engine';
import { ServerProcess, type StdioServerParameters } from './serverProcess.js';
import { StdioError } from './stdioError.js';

const NEWLINE = new Uint8Array([0x0a]);

/**
 * Starts a server as a child process and exchanges messages with it, one a line, over its standard input and output.
 * For Node.js, and what is compatible with its child processes.
 * @see MCP 2025-11-25, Transports, stdio; Lifecycle, Shutdown
 */
export class StdioClientTransport implements Transport {
  onclose?: () => void;
  /** Told of lines that are no messages, and of a server that failed. */
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Why the connection ended, when that was the server's doing. */
  closeReason: Error | undefined;
  private readonly _server: StdioServerParameters;
  private _process: ServerProcess | undefined;
  private _closing: Promise<void> | undefined;
  private _lines: ReadBuffer;
  private _stderr: PassThrough | undefined;

  constructor(server: StdioServerParameters) {
    this._server = server;
    this._lines = new ReadBuffer(server);
    this._stderr = this._newStderr();
  }

  /**
   * Starts the server. `Client.connect()` calls this; a transport that was closed can be started again.
   * @throws {StdioError} when the process cannot be started, with the system's `code`, as `ENOENT`
   * @throws {SdkError} with `AlreadyConnected` when it is running
   */
  async start(): Promise<void> {
    if (this._closing !== undefined) await this._closing;
    if (this._process !== undefined) {
      const message = 'The transport is already started: Client.connect() starts it.';
      throw new SdkError(SdkErrorCode.AlreadyConnected, message);
    }
    this._lines = new ReadBuffer(this._server);
    this.closeReason = undefined;
    const process = new ServerProcess(this._server, {
      onData: chunk => this._receive(process, chunk),
      onEnd: (reason, isOrderly) => this._lose(process, reason, isOrderly)
    });
    this._process = process;
    this._connectStderr(process);
    try {
      await process.started;
    } catch (error) {
      this._process = undefined;
      throw error;
    }
    if (this._process !== process || this._isClosing()) throw this._notRunning('was closed while it was started');
  }

  /**
   * The server's standard error when `stderr` is `'pipe'` or `'overlapped'`, `null` otherwise. It is there before the
   * server is, and ends with it; read it, lest the server wait for you.
   */
  get stderr(): Stream | null {
    return this._stderr ?? null;
  }

  /** The process id, while the server runs. */
  get pid(): number | null {
    return this._process?.pid ?? null;
  }

  /**
   * Sends a message. Resolves when the system has taken it.
   * @param message written as one line
   * @throws {SdkError} with `NotConnected` when the server does not run, with `SendFailed` when it ends before that
   * @see MCP 2026-07-28, Transports, stdio
   */
  async send(message: JSONRPCMessage): Promise<void> {
    const process = this._process;
    if (process === undefined || this._isClosing()) throw this._notRunning('is not running');
    try {
      await process.write(serializeMessage(message));
    } catch (cause) {
      // Whoever waits for an answer hears of the end first: that is the same for all, whenever they asked.
      await this._closing?.catch(() => undefined);
      const reason = `The message could not be sent: ${(cause as Error).message}`;
      throw new SdkError(SdkErrorCode.SendFailed, reason, undefined, { cause });
    }
  }

  /**
   * Ends the server: closes its input and waits; then asks it to terminate and waits; then kills it, and what it started.
   * Takes five seconds at most.
   */
  close(): Promise<void> {
    const process = this._process;
    if (process === undefined) return this._closing ?? Promise.resolve();
    this._closing ??= this._end(process);
    return this._closing;
  }

  private _isClosing(): boolean {
    return this._closing !== undefined;
  }

  private async _end(process: ServerProcess): Promise<void> {
    try {
      await process.end();
    } finally {
      this._process = undefined;
      this._closing = undefined;
    }
    this.onclose?.();
  }

  private _receive(process: ServerProcess, chunk: Uint8Array): void {
    if (process !== this._process || this._isClosing()) return;
    let failure: Error | undefined;
    try {
      this._lines.append(chunk);
    } catch (error) {
      failure = error as Error;
    }
    this._deliver();
    if (failure === undefined) return;
    // A line is too long, and there is no telling where the next message begins.
    this.closeReason = failure;
    this._report(failure);
    void this.close();
  }

  /** Hands over every message that has come whole. */
  private _deliver(): void {
    for (;;) {
      let message: JSONRPCMessage | null;
      try {
        message = this._lines.readMessage();
      } catch (cause) {
        this._reportLine(cause as Error);
        continue;
      }
      if (message === null) return;
      try {
        this.onmessage?.(message);
      } catch (error) {
        this._report(error);
      }
    }
  }

  private _reportLine(cause: Error): void {
    const advice = 'A server must write nothing but messages to its standard output; logs belong on standard error.';
    this._report(
      new StdioError('INVALID_MESSAGE', `The server wrote a line that is no message. ${advice} (${cause.message})`, {
        cause
      })
    );
  }

  /** The server ended by itself, which it may (Lifecycle, Shutdown). */
  private _lose(process: ServerProcess, reason: StdioError, isOrderly: boolean): void {
    if (process !== this._process || this._isClosing()) return;
    // Its last line may lack an end.
    this._receive(process, NEWLINE);
    if (this._isClosing()) return;
    this.closeReason = reason;
    if (!isOrderly) this._report(reason);
    void this.close();
  }

  /** Its stream is there for listeners before the process is. A new process gets a new one. */
  private _newStderr(): PassThrough | undefined {
    const { stderr } = this._server;
    return stderr === 'pipe' || stderr === 'overlapped' ? new PassThrough() : undefined;
  }

  private _connectStderr(process: ServerProcess): void {
    if (this._stderr?.writableEnded === true) this._stderr = this._newStderr();
    const stream = this._stderr;
    if (stream === undefined) return;
    process.stderr?.pipe(stream, { end: false });
    process.stderr?.once('close', () => stream.end());
  }

  private _notRunning(state: string): SdkError {
    const reason = this.closeReason === undefined ? '' : `: ${this.closeReason.message}`;
    const message = `The server process (${this._server.command}) ${state}${reason}`;
    return new SdkError(SdkErrorCode.NotConnected, message, undefined, { cause: this.closeReason });
  }

  private _report(error: unknown): void {
    this.onerror?.(asError(error));
  }
}

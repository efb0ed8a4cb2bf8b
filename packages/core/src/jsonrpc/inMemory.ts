import { asError } from '../asError.js';
import { SdkError, SdkErrorCode } from '../errors.js';
import type { JSONRPCMessage, RequestId } from './types.js';
import type { AuthInfo, MessageExtraInfo, Transport } from './transport.js';

interface Envelope {
  message: JSONRPCMessage;
  extra: MessageExtraInfo | undefined;
}

const settled = Promise.resolve();

/**
 * Two transports joined in one process, for tests and for servers that live beside their client. Messages are passed on
 * as they are, in order, in a later microtask; those sent before the other side has started wait for it.
 */
export class InMemoryTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;
  sessionId?: string;
  private _other: InMemoryTransport | undefined;
  private _inbox: Envelope[] = [];
  private _delivered = 0;
  private _state: 'new' | 'started' | 'closed' = 'new';
  private _scheduled = false;
  private readonly _run = (): void => {
    this._scheduled = false;
    this._deliver();
  };

  /**
   * Makes two transports that are joined: give one to each side.
   * @returns the two ends, neither started
   */
  static createLinkedPair(): [InMemoryTransport, InMemoryTransport] {
    const pair: [InMemoryTransport, InMemoryTransport] = [new InMemoryTransport(), new InMemoryTransport()];
    pair[0]._other = pair[1];
    pair[1]._other = pair[0];
    return pair;
  }

  /**
   * Begins to hand over what was sent to this end.
   * @throws {SdkError} with `NotConnected` when this end is closed or not joined
   */
  start(): Promise<void> {
    if (this._state === 'closed') return Promise.reject(this._closedError());
    this._state = 'started';
    this._schedule();
    return settled;
  }

  /**
   * Hands a message to the other end.
   * @param message passed on as it is, not copied
   * @param options `authInfo` reaches the other side with the message
   * @throws {SdkError} with `NotConnected` when this end is closed or not joined
   */
  send(message: JSONRPCMessage, options?: { relatedRequestId?: RequestId; authInfo?: AuthInfo }): Promise<void> {
    const other = this._other;
    if (other === undefined || this._state === 'closed') return Promise.reject(this._closedError());
    const authInfo = options?.authInfo;
    other._inbox.push({ message, extra: authInfo === undefined ? undefined : { authInfo } });
    other._schedule();
    return settled;
  }

  /** Closes both ends. What was sent before still arrives. */
  close(): Promise<void> {
    if (this._state === 'closed') return settled;
    this._end();
    if (this._other !== undefined) {
      this._other._deliver();
      this._other._end();
    }
    return settled;
  }

  private _schedule(): void {
    if (this._scheduled || this._state !== 'started' || this._inbox.length === 0) return;
    this._scheduled = true;
    // Node's queueMicrotask costs several times as much.
    void settled.then(this._run);
  }

  private _deliver(): void {
    // A receiver may close or send: the position is kept here, so that a delivery inside of this one goes on from it.
    while (this._state === 'started' && this._delivered < this._inbox.length) {
      const { message, extra } = this._inbox[this._delivered++] as Envelope;
      try {
        this.onmessage?.(message, extra);
      } catch (error) {
        this.onerror?.(asError(error));
      }
    }
    this._inbox = [];
    this._delivered = 0;
  }

  private _end(): void {
    if (this._state === 'closed') return;
    this._state = 'closed';
    this._inbox = [];
    this.onclose?.();
  }

  private _closedError(): SdkError {
    return new SdkError(SdkErrorCode.NotConnected, 'This in-memory transport is closed');
  }
}

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
  #other: InMemoryTransport | undefined;
  #inbox: Envelope[] = [];
  #delivered = 0;
  #state: 'new' | 'started' | 'closed' = 'new';
  #scheduled = false;
  readonly #run = (): void => {
    this.#scheduled = false;
    this.#deliver();
  };

  /**
   * Makes two transports that are joined: give one to each side.
   * @returns the two ends, neither started
   */
  static createLinkedPair(): [InMemoryTransport, InMemoryTransport] {
    const pair: [InMemoryTransport, InMemoryTransport] = [new InMemoryTransport(), new InMemoryTransport()];
    pair[0].#other = pair[1];
    pair[1].#other = pair[0];
    return pair;
  }

  /**
   * Begins to hand over what was sent to this end.
   * @throws {SdkError} with `NotConnected` when this end is closed or not joined
   */
  start(): Promise<void> {
    if (this.#state === 'closed') return Promise.reject(this.#closedError());
    this.#state = 'started';
    this.#schedule();
    return settled;
  }

  /**
   * Hands a message to the other end.
   * @param message passed on as it is, not copied
   * @param options `authInfo` reaches the other side with the message
   * @throws {SdkError} with `NotConnected` when this end is closed or not joined
   */
  send(message: JSONRPCMessage, options?: { relatedRequestId?: RequestId; authInfo?: AuthInfo }): Promise<void> {
    const other = this.#other;
    if (other === undefined || this.#state === 'closed') return Promise.reject(this.#closedError());
    const authInfo = options?.authInfo;
    other.#inbox.push({ message, extra: authInfo === undefined ? undefined : { authInfo } });
    other.#schedule();
    return settled;
  }

  /** Closes both ends. What was sent before still arrives. */
  close(): Promise<void> {
    if (this.#state === 'closed') return settled;
    this.#end();
    if (this.#other !== undefined) {
      this.#other.#deliver();
      this.#other.#end();
    }
    return settled;
  }

  #schedule(): void {
    if (this.#scheduled || this.#state !== 'started' || this.#inbox.length === 0) return;
    this.#scheduled = true;
    // Node's queueMicrotask costs several times as much.
    void settled.then(this.#run);
  }

  #deliver(): void {
    // A receiver may close or send: the position is kept here, so that a delivery inside of this one goes on from it.
    while (this.#state === 'started' && this.#delivered < this.#inbox.length) {
      const { message, extra } = this.#inbox[this.#delivered++] as Envelope;
      try {
        this.onmessage?.(message, extra);
      } catch (error) {
        this.onerror?.(asError(error));
      }
    }
    this.#inbox = [];
    this.#delivered = 0;
  }

  #end(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#inbox = [];
    this.onclose?.();
  }

  #closedError(): SdkError {
    return new SdkError(SdkErrorCode.NotConnected, 'This in-memory transport is closed');
  }
}

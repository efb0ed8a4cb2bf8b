import { messageOf } from '../asError.js';
import { CallerSignals } from './abortFanout.js';
import { connectionClosed } from './connectionErrors.js';
import { PendingRequest, type PendingOwner } from './pendingRequest.js';
import type { RequestOptions } from './requestOptions.js';
import type { ResultCheck } from './resultCheck.js';
import type { Transport } from './transport.js';

/** The requests that wait for a response, by id. */
export class PendingRequests implements PendingOwner {
  readonly callerSignals = new CallerSignals();
  readonly #cancel: (id: number, reason: string) => void;
  readonly waiting = new Map<unknown, PendingRequest>();
  readonly #firstId: number;
  #nextId: number;

  /** `cancel` tells the peer to stop working on a request. */
  constructor(firstId: number, cancel: (id: number, reason: string) => void) {
    this.#firstId = firstId;
    this.#nextId = firstId;
    this.#cancel = cancel;
  }

  /** The id that the next request gets. */
  get nextId(): number {
    return this.#nextId;
  }

  add(method: string, check: ResultCheck, options: RequestOptions | undefined): PendingRequest {
    const pending = new PendingRequest(this, this.#nextId++, method, check, options);
    this.waiting.set(pending.id, pending);
    return pending;
  }

  get(id: unknown): PendingRequest | undefined {
    return this.waiting.get(id);
  }

  /** Takes a request out, for the one event that settles it. */
  take(id: unknown): PendingRequest | undefined {
    const pending = this.waiting.get(id);
    if (pending !== undefined) this.waiting.delete(id);
    return pending;
  }

  /** Tells whether a request has or had this id. */
  issued(id: unknown): boolean {
    return typeof id === 'number' && id >= this.#firstId && id < this.#nextId;
  }

  abandon(pending: PendingRequest, error: Error, tellPeer: boolean): void {
    if (!this.waiting.delete(pending.id)) return;
    pending.fail(error);
    // The `initialize` request must not be cancelled (2025-11-25, Cancellation, Behavior Requirements).
    if (tellPeer && pending.method !== 'initialize') {
      this.#cancel(pending.id, messageOf(error));
    }
    // Last, so that the peer hears of the cancellation before it sees a connection break.
    pending.stopSending(error);
  }

  /** The connection over this transport closed. */
  stop(transport: Transport): void {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const pending of waiting) {
      const error = connectionClosed(`The connection closed before ${pending.method} was answered`, transport);
      pending.fail(error);
      pending.stopSending(error);
    }
  }
}

import type { JSONRPCNotification, RequestId, RequestOptions, SubscriptionFilter } from '@scopeful/core';
import {
  abortReason,
  DEFAULT_REQUEST_TIMEOUT_MSEC,
  PausableTimer,
  SdkError,
  SdkErrorCode,
  SUBSCRIPTION_ID_META_KEY
} from '@scopeful/core/engine';
import type { McpSubscription } from './session.js';

type Ending = 'local' | 'graceful' | 'remote';

/** A subscription from its request to its end. Owns the timer of its acknowledgment, and its place on the caller's signal. */
export class Subscription implements McpSubscription {
  readonly id: RequestId;
  readonly closed: Promise<Ending>;
  /** Settles with the acknowledgment. */
  readonly acknowledged: Promise<this>;
  honoredFilter: SubscriptionFilter = {};
  private readonly _sending = new AbortController();
  private readonly _signal: AbortSignal | undefined;
  private readonly _onAbort = (): void => this._end('local', abortReason(this._signal as AbortSignal));
  private readonly _timer: PausableTimer;
  private _close!: (ending: Ending) => void;
  private _acknowledge!: (subscription: this) => void;
  private _refuse!: (reason: Error) => void;

  constructor(id: RequestId, options: RequestOptions | undefined) {
    this.id = id;
    this.closed = new Promise(resolve => (this._close = resolve));
    this.acknowledged = new Promise((resolve, reject) => {
      this._acknowledge = resolve;
      this._refuse = reject;
    });
    const timeout = options?.timeout ?? DEFAULT_REQUEST_TIMEOUT_MSEC;
    this._timer = new PausableTimer(timeout, () => {
      const message = `subscriptions/listen timed out: no acknowledgment within ${timeout} ms`;
      this._end('local', new SdkError(SdkErrorCode.RequestTimeout, message, { timeout }));
    });
    this._signal = options?.signal;
    this._signal?.addEventListener('abort', this._onAbort);
  }

  /** Aborts when the request is to be given up. */
  get signal(): AbortSignal {
    return this._sending.signal;
  }

  /** Stops the clock of the acknowledgment while a person is waited for. */
  holdTimeout(): () => void {
    return this._timer.pause();
  }

  close(): Promise<void> {
    this._end('local', new SdkError(SdkErrorCode.ConnectionClosed, 'The subscription was closed'));
    return Promise.resolve();
  }

  /** The server agreed. */
  acknowledge(filter: SubscriptionFilter): void {
    this._timer.clear();
    this.honoredFilter = filter;
    this._acknowledge(this);
  }

  /** The server answered: it is over. */
  answered(): void {
    const message = 'The server ended the subscription before it acknowledged it';
    this._end('graceful', new SdkError(SdkErrorCode.ConnectionClosed, message));
  }

  /** The request failed, or its stream broke. */
  lost(error: Error): void {
    this._end('remote', error);
  }

  private _end(ending: Ending, reason: Error): void {
    this._timer.clear();
    this._signal?.removeEventListener('abort', this._onAbort);
    // Each of these does nothing the second time.
    this._refuse(reason);
    this._close(ending);
    if (ending === 'local') this._sending.abort(reason);
  }
}

/** The subscriptions of a connection, by the id of their request. */
export class Subscriptions {
  private readonly _open = new Map<RequestId, Subscription>();

  add(subscription: Subscription): void {
    this._open.set(subscription.id, subscription);
    void subscription.closed.then(() => this._open.delete(subscription.id));
  }

  close(): void {
    for (const subscription of this._open.values()) void subscription.close();
  }

  /** Takes what concerns a subscription itself; the changes it brings are for the handlers. True when taken. */
  onnotification({ method, params }: JSONRPCNotification): boolean {
    if (method === 'notifications/subscriptions/acknowledged') {
      const subscription = this._open.get(params?._meta?.[SUBSCRIPTION_ID_META_KEY] as RequestId);
      const filter = params?.['notifications'];
      if (subscription === undefined || typeof filter !== 'object' || filter === null) return false;
      subscription.acknowledge(filter);
      return true;
    }
    if (method !== 'notifications/cancelled') return false;
    const subscription = this._open.get(params?.['requestId'] as RequestId);
    const message = 'The server cancelled the subscription';
    subscription?.lost(new SdkError(SdkErrorCode.ConnectionClosed, message));
    return subscription !== undefined;
  }
}

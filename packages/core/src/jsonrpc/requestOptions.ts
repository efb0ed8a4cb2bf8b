import type { Progress } from '../model/common.js';
import type { RequestId } from './types.js';
import type { TransportSendOptions } from './transport.js';

/** How long a request waits for its response unless told otherwise, in milliseconds. */
export const DEFAULT_REQUEST_TIMEOUT_MSEC = 60_000;

/** Called for each progress notification of a request. */
export type ProgressCallback = (progress: Progress) => void;

/** Options of one request. */
export type RequestOptions = {
  /** Asks the peer for progress, and receives it. */
  onprogress?: ProgressCallback;
  /** Cancels the request: it rejects with `signal.reason`, and the peer is told. */
  signal?: AbortSignal;
  /** Milliseconds to wait for the response, {@link DEFAULT_REQUEST_TIMEOUT_MSEC} by default. */
  timeout?: number;
  /** Starts `timeout` anew with each progress notification. */
  resetTimeoutOnProgress?: boolean;
  /** Milliseconds after which the request fails however much progress is reported, and however often it asks for input. */
  maxTotalTimeout?: number;
  /** Hands a result that asks for input to the caller, instead of answering it with the handlers (2026-07-28). */
  allowInputRequired?: boolean;
} & TransportSendOptions;

/** Options of one notification. */
export type NotificationOptions = {
  /** The incoming request this notification belongs to. */
  relatedRequestId?: RequestId;
};

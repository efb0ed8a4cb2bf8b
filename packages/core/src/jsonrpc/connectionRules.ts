import type { JSONRPCNotification } from './types.js';

/** What a protocol era changes about a connection. */
export interface ConnectionRules {
  /** Whether a request that is given up is cancelled by a message; else the transport's signal says it. */
  readonly tellsCancellation: boolean;
  /** Whether the peer may send requests. */
  readonly answersRequests: boolean;
  /** What `_meta` of every notification holds. */
  readonly notificationMeta?: Readonly<Record<string, unknown>>;
  /** The HTTP headers of a request, made when a transport asks for them: a single channel never does. */
  readonly headers?: (method: string, params: object | undefined) => Record<string, string> | undefined;
  /** Hears each notification before its handler does. True when that is all there is to do. */
  readonly onnotification?: (notification: JSONRPCNotification) => boolean;
  /** What a request rejects with that the transport could not deliver. */
  readonly failure?: (error: unknown) => unknown;
  /** The connection is closing. */
  readonly onclose?: (reason: Error) => void;
}

/** As it is until a session says otherwise. */
export const DEFAULT_RULES: ConnectionRules = { tellsCancellation: true, answersRequests: true };

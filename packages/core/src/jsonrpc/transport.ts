import type { JSONRPCMessage, RequestId } from './types.js';

/** What a transport may be told about one outgoing message. Transports on a single channel ignore the HTTP parts. */
export type TransportSendOptions = {
  /** The incoming request this message belongs to. */
  relatedRequestId?: RequestId | undefined;
  /** Resume the response stream of an earlier, interrupted request from this event id instead of sending. */
  resumptionToken?: string | undefined;
  /** Called with each new event id, so that the caller can resume later. */
  onresumptiontoken?: ((token: string) => void) | undefined;
  /** Aborts the HTTP request (and response stream) of this message alone. */
  requestSignal?: AbortSignal | undefined;
  /** Called when this message's response stream ended for any reason but `requestSignal`, and will not be resumed. */
  onRequestStreamEnd?: (() => void) | undefined;
  /**
   * Stops the clock of the request's timeout, while a person is waited for, until the function that it returns is called.
   * `maxTotalTimeout`, `signal` and `close()` do not stand still.
   */
  holdTimeout?: (() => () => void) | undefined;
  /** Further HTTP headers for this message, sent as they are. */
  headers?: Readonly<Record<string, string>> | undefined;
};

/** Information about an access token, as server transports attach it to a message. */
export interface AuthInfo {
  token: string;
  clientId: string;
  scopes: string[];
  /** Seconds since the epoch. */
  expiresAt?: number;
  resource?: URL;
  resourceMetadataUrl?: string;
  extra?: Record<string, unknown>;
}

/** Which era a message belongs to, where its transport can tell. */
export interface MessageClassification {
  era: 'legacy' | 'modern';
  revision?: string;
}

/** What a transport may tell about one incoming message. */
export interface MessageExtraInfo {
  request?: globalThis.Request;
  classification?: MessageClassification;
  authInfo?: AuthInfo;
  closeSSEStream?: () => void;
  closeStandaloneSSEStream?: () => void;
}

/** The contract between a client (or server) and what carries its messages. Upstream's shape, so either fits. */
export interface Transport {
  /** Starts receiving. Called by `Client.connect`, after the callbacks are set. */
  start(): Promise<void>;
  /** Sends one message; rejects when it could not be delivered. */
  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void>;
  /** Closes the connection and calls `onclose`. */
  close(): Promise<void>;
  /** Whether each request has an HTTP request of its own, so that `requestSignal` is honoured. */
  readonly hasPerRequestStream?: boolean;
  /** Why the connection ended, as far as the transport knows; set before `onclose`. Whoever waits is told. */
  readonly closeReason?: Error | undefined;
  onclose?: (() => void) | undefined;
  /** Errors out of band; not necessarily fatal. */
  onerror?: ((error: Error) => void) | undefined;
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- upstream's declaration
  onmessage?: (<T extends JSONRPCMessage>(message: T, extra?: MessageExtraInfo) => void) | undefined;
  sessionId?: string | undefined;
  setProtocolVersion?: ((version: string) => void) | undefined;
  setSupportedProtocolVersions?: ((versions: string[]) => void) | undefined;
}

import type {
  ClientCapabilities,
  DiscoverResult,
  EmptyResult,
  Implementation,
  LoggingLevel,
  NotificationOptions,
  ProtocolEra,
  RequestOptions,
  SendRequest,
  ServerCapabilities,
  SubscriptionFilter,
  Tool
} from '@scopeful/core';
import type { OutgoingNotification } from '@scopeful/core/engine';

/** What a server said about itself when the session began. All of it is unknown when a session is resumed elsewhere. */
export interface ServerFacts {
  readonly protocolVersion?: string;
  readonly capabilities?: ServerCapabilities;
  readonly serverInfo?: Implementation;
  readonly instructions?: string;
}

/** What the client says about itself. */
export interface ClientFacts {
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
}

/** A `subscriptions/listen` stream (2026-07-28). What it brings goes to the notification handlers of the client. */
export interface McpSubscription {
  /** What the server agreed to tell, of what was asked for. */
  readonly honoredFilter: SubscriptionFilter;
  /** Ends the subscription. A second call does nothing. */
  close(): Promise<void>;
  /**
   * Resolves once, when the subscription has ended: `local` by {@link close} or the caller's signal, `graceful` by the
   * server's response, `remote` in any other way. Nothing listens again by itself.
   */
  readonly closed: Promise<'local' | 'graceful' | 'remote'>;
}

/** A connection whose protocol era is settled: the one object that differs between eras. */
export interface Session {
  readonly era: ProtocolEra;
  readonly server: ServerFacts;
  readonly send: SendRequest;
  /** What each request says of the client, where there is no handshake to say it. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** What `server/discover` last answered, where there is such a thing. */
  readonly discovered: DiscoverResult | undefined;
  notification(notification: OutgoingNotification, options?: NotificationOptions): Promise<void>;
  discover(options?: RequestOptions): Promise<DiscoverResult>;
  listen(filter: SubscriptionFilter, options?: RequestOptions): Promise<McpSubscription>;
  /** Subscribes to changes, where they do not come without; undefined where they do. */
  readonly watch: ((filter: SubscriptionFilter, options?: RequestOptions) => Promise<McpSubscription>) | undefined;
  setLoggingLevel(level: LoggingLevel, options?: RequestOptions): Promise<EmptyResult>;
  /** Whether tool calls repeat arguments in HTTP headers, which the server checks. */
  readonly hasToolHeaders: boolean;
  /** What makes a tool unusable on this connection. */
  toolProblem(tool: Tool): string | undefined;
  /** The HTTP headers that a call of this tool needs of its own. */
  toolHeaders(tool: Tool, args: Record<string, unknown> | undefined): Record<string, string> | undefined;
  /** Whether a result answers what was asked, and nothing but that: else it must not be served again. */
  isCacheable(result: object): boolean;
  /** The client is about to close the connection. */
  end(): void;
}

import type {
  DiscoverResult,
  EmptyResult,
  LoggingLevel,
  NotificationOptions,
  RequestOptions,
  SendRequest
} from '@scopeful/core';
import {
  type Connection,
  notInThisRevision,
  type OutgoingNotification,
  resultCheck,
  SdkError,
  SdkErrorCode,
  sendRequest,
  untilAborted
} from '@scopeful/core/engine';
import type { ClientFacts, McpSubscription, ServerFacts, Session } from './session.js';

/** What MCP defines for later revisions only. */
const MODERN_ONLY = new Set(['server/discover', 'subscriptions/listen', 'notifications/subscriptions/acknowledged']);

/** A session of a revision up to 2025-11-25: begun by `initialize`, with requests in both directions. */
export class LegacySession implements Session {
  readonly era = 'legacy';
  readonly server: ServerFacts;
  readonly discovered = undefined;
  readonly hasToolHeaders = false;
  readonly watch = undefined;
  readonly send: SendRequest;
  readonly #connection: Connection;

  private constructor(connection: Connection, server: ServerFacts) {
    this.#connection = connection;
    this.server = server;
    this.send = sendRequest(
      (request, check, options) =>
        MODERN_ONLY.has(request.method)
          ? Promise.reject(this.#lacks(request.method))
          : connection.request(request, check, options),
      resultCheck
    );
  }

  /**
   * Makes the handshake (2025-11-25, Lifecycle).
   * @param versions the revisions to offer, the preferred one first
   * @throws {SdkError} with `EraNegotiationFailed` when there is no common revision among them.
   */
  static async open(
    connection: Connection,
    client: ClientFacts,
    versions: readonly string[],
    options?: RequestOptions
  ): Promise<LegacySession> {
    const { clientInfo, capabilities } = client;
    const params = { protocolVersion: preferred(versions), capabilities, clientInfo };
    const server = await connection.send({ method: 'initialize', params }, options);
    const { protocolVersion } = server;
    if (!versions.includes(protocolVersion)) throw unsupported(protocolVersion, versions);
    connection.transport.setProtocolVersion?.(protocolVersion);
    await untilAborted(connection.notification({ method: 'notifications/initialized' }), options?.signal);
    return new LegacySession(connection, server);
  }

  /** Goes on with the session that the transport already has, without a handshake. */
  static resume(connection: Connection, known: ServerFacts | undefined): LegacySession {
    const transport: { protocolVersion?: string; setProtocolVersion?: ((version: string) => void) | undefined } =
      connection.transport;
    const protocolVersion = transport.protocolVersion ?? known?.protocolVersion;
    if (protocolVersion !== undefined) transport.setProtocolVersion?.(protocolVersion);
    return new LegacySession(connection, { ...known, protocolVersion });
  }

  notification(notification: OutgoingNotification, options?: NotificationOptions): Promise<void> {
    return this.#connection.notification(notification, options);
  }

  setLoggingLevel(level: LoggingLevel, options?: RequestOptions): Promise<EmptyResult> {
    return this.send({ method: 'logging/setLevel', params: { level } }, options);
  }

  discover(): Promise<DiscoverResult> {
    return Promise.reject(this.#lacks('server/discover'));
  }

  listen(): Promise<McpSubscription> {
    const advice =
      'Subscribe to resources with subscribeResource, and hear of changed lists with the option listChanged';
    return Promise.reject(this.#lacks('subscriptions/listen', advice));
  }

  toolProblem(): undefined {
    return undefined;
  }

  toolHeaders(): undefined {
    return undefined;
  }

  isCacheable(): boolean {
    return true;
  }

  end(): void {
    // Nothing outlasts the connection.
  }

  #lacks(method: string, advice?: string): SdkError {
    return notInThisRevision(method, this.server.protocolVersion, advice);
  }
}

function preferred(versions: readonly string[]): string {
  const [version] = versions;
  if (version !== undefined) return version;
  const message = 'supportedProtocolVersions names no revision that begins with initialize';
  throw new SdkError(SdkErrorCode.EraNegotiationFailed, message);
}

function unsupported(received: string, supported: readonly string[]): SdkError {
  const message =
    `The server answered initialize with protocol version ${JSON.stringify(received)}; ` +
    `supported here: ${supported.join(', ')}`;
  return new SdkError(SdkErrorCode.EraNegotiationFailed, message, { received, supported });
}

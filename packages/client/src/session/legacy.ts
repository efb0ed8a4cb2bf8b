import {
  type ClientCapabilities,
  type Implementation,
  type NotificationOptions,
  type RequestOptions,
  SdkError,
  SdkErrorCode,
  type SendRequest
} from '@scopeful/core';
import { type Connection, type OutgoingNotification, protocolEra, untilAborted } from '@scopeful/core/internal';
import type { ServerFacts, Session } from './session.js';

/** What the client says about itself. */
export interface ClientFacts {
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
  /** The preferred one first. */
  readonly supportedProtocolVersions: readonly string[];
}

/** A session of a revision up to 2025-11-25: begun by `initialize`, with requests in both directions. */
export class LegacySession implements Session {
  readonly era = 'legacy';
  readonly server: ServerFacts;
  readonly send: SendRequest;
  readonly #connection: Connection;

  private constructor(connection: Connection, server: ServerFacts) {
    this.#connection = connection;
    this.server = server;
    this.send = connection.send;
  }

  /**
   * The handshake (2025-11-25, Lifecycle).
   * @throws {SdkError} with `EraNegotiationFailed` when there is no common legacy revision.
   */
  static async open(connection: Connection, client: ClientFacts, options?: RequestOptions): Promise<LegacySession> {
    const { clientInfo, capabilities } = client;
    const versions = client.supportedProtocolVersions.filter(version => protocolEra(version) === 'legacy');
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

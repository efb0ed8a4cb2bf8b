import type { Implementation, NotificationOptions, ProtocolEra, ServerCapabilities, SendRequest } from '@scopeful/core';
import type { OutgoingNotification } from '@scopeful/core/internal';

/** What a server said about itself when the session began. All of it is unknown when a session is resumed elsewhere. */
export interface ServerFacts {
  readonly protocolVersion?: string;
  readonly capabilities?: ServerCapabilities;
  readonly serverInfo?: Implementation;
  readonly instructions?: string;
}

/** A connection whose protocol era is settled: the one object that differs between eras. */
export interface Session {
  readonly era: ProtocolEra;
  readonly server: ServerFacts;
  readonly send: SendRequest;
  notification(notification: OutgoingNotification, options?: NotificationOptions): Promise<void>;
}

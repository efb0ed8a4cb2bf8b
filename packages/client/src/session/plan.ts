import type { DiscoverResult } from '@scopeful/core';
import type { Connection } from '@scopeful/core/engine';
import type { ModernClient } from './modern.js';

/** How the question which revision the server speaks is asked. */
export interface VersionNegotiationProbeOptions {
  /** Milliseconds to wait for the answer; that of a request by default. */
  timeoutMs?: number;
  /** How often to ask again after a timeout, 0 by default. */
  maxRetries?: number;
}

/**
 * `legacy` begins with `initialize`. `auto` asks with `server/discover` first and falls back to `initialize` unless the
 * server proves modern. A pin speaks that revision or fails.
 */
export type VersionNegotiationMode = 'legacy' | 'auto' | { pin: string };

/** Which revision to speak. */
export interface VersionNegotiationOptions {
  /** `legacy` by default. */
  mode?: VersionNegotiationMode;
  probe?: VersionNegotiationProbeOptions;
}

/**
 * What is known of the server from an earlier connection with the same credentials. How long it stays true is up to who
 * keeps it: a server that was upgraded still answers `initialize`.
 */
export type PriorDiscovery = { kind: 'modern'; discover: DiscoverResult } | { kind: 'legacy' };

/** What connecting takes. */
export interface ConnectPlan {
  readonly client: Omit<ModernClient, 'versions'>;
  /** As the user gave them. */
  readonly supportedProtocolVersions: readonly string[] | undefined;
  readonly negotiation: VersionNegotiationOptions | undefined;
  readonly prior: PriorDiscovery | undefined;
  /** Opens a connection over the transport: a second time where the server ended the first, which was tentative then. */
  readonly open: (isTentative?: () => boolean) => Promise<Connection>;
}

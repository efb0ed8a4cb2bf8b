import type { DiscoverResult, RequestOptions } from '@scopeful/core';
import { type Connection, legacyVersions, modernVersions } from '@scopeful/core/engine';
import { LegacySession } from './legacy.js';
import type { ModernClient } from './modern.js';
import type { Session } from './session.js';

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

/**
 * Settles the era, and begins the session.
 * @throws {SdkError} with `EraNegotiationFailed` when there is no common revision
 */
export async function openSession(plan: ConnectPlan, options: RequestOptions | undefined): Promise<Session> {
  const { prior, negotiation } = plan;
  const mode = prior === undefined ? (negotiation?.mode ?? 'legacy') : prior.kind;
  const isLegacy = mode === 'auto' && modernVersions(plan.supportedProtocolVersions).length === 0;
  if (isLegacy || mode === 'legacy') return initialize(await plan.open(), plan, options);
  // A module of its own: who speaks to legacy servers only does not load it.
  const { adopt, isLoss, negotiate } = await import('./negotiate.js');
  if (prior?.kind === 'modern') return adopt(await plan.open(), plan, prior.discover);
  let isTentative = mode === 'auto';
  const connection = await plan.open(() => isTentative);
  try {
    const session = await negotiate(connection, plan, options);
    if (session !== undefined) return session;
    // A server may end when it is asked what it does not know, some time before or after it answers: it is started again.
    if (connection.lost) return await initialize(await plan.open(), plan, options);
    return await initialize(connection, plan, options).catch(async (error: unknown) => {
      if (!isLoss(error, connection)) throw error;
      return initialize(await plan.open(), plan, options);
    });
  } finally {
    isTentative = false;
  }
}

function initialize(
  connection: Connection,
  plan: ConnectPlan,
  options: RequestOptions | undefined
): Promise<LegacySession> {
  return LegacySession.open(connection, plan.client, legacyVersions(plan.supportedProtocolVersions), options);
}

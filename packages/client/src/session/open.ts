import type { RequestOptions } from '@scopeful/core';
import { type Connection, legacyVersions, modernVersions } from '@scopeful/core/engine';
import { LegacySession } from './legacy.js';
import type { ConnectPlan } from './plan.js';
import type { Session } from './session.js';

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

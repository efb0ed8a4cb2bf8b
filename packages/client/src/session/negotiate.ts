import type { DiscoverResult, RequestOptions } from '@scopeful/core';
import {
  type Connection,
  HEADER_MISMATCH,
  legacyVersions,
  modernVersions,
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnsupportedProtocolVersionError
} from '@scopeful/core/engine';
import { isRefusal } from './modernWire.js';
import type { ConnectPlan } from './plan.js';
import { ModernSession, mutual } from './modern.js';

/** The codes that only a modern server sends (2026-07-28, Error Codes). */
const MODERN_ERRORS = new Set<number>([
  HEADER_MISMATCH,
  ProtocolErrorCode.MissingRequiredClientCapability,
  ProtocolErrorCode.UnsupportedProtocolVersion
]);

function pinned({ negotiation }: ConnectPlan): string | undefined {
  return typeof negotiation?.mode === 'object' ? negotiation.mode.pin : undefined;
}

/** Goes on with what an earlier connection found out: not a single message. */
export function adopt(connection: Connection, plan: ConnectPlan, discover: DiscoverResult): ModernSession {
  const versions = modernVersions(plan.supportedProtocolVersions);
  const version = mutual(versions, discover.supportedVersions);
  if (version === undefined) throw failed(nothingInCommon(versions, discover.supportedVersions));
  const session = new ModernSession(connection, { ...plan.client, versions }, version);
  session.begin(discover, version);
  return session;
}

/** Asks the server what it speaks. Undefined when it is a legacy one. */
export async function negotiate(
  connection: Connection,
  plan: ConnectPlan,
  options: RequestOptions | undefined
): Promise<ModernSession | undefined> {
  const pin = pinned(plan);
  const versions = pin === undefined ? modernVersions(plan.supportedProtocolVersions) : [pin];
  const session = new ModernSession(connection, { ...plan.client, versions: [] }, versions[0] as string);
  const verdict = await ask(session, connection, versions, plan, options);
  if (verdict.kind === 'modern') {
    const whole = new ModernSession(connection, { ...plan.client, versions }, verdict.version);
    whole.begin(verdict.discover, verdict.version);
    return whole;
  }
  session.release();
  if (pin === undefined) return undefined;
  const { message } = verdict.cause as Error;
  throw failed(`The server does not speak the pinned revision ${pin}: ${message}`, verdict.cause);
}

type Verdict = { kind: 'modern'; discover: DiscoverResult; version: string } | { kind: 'legacy'; cause?: unknown };

async function ask(
  session: ModernSession,
  connection: Connection,
  versions: readonly string[],
  plan: ConnectPlan,
  options: RequestOptions | undefined
): Promise<Verdict> {
  const { timeoutMs, maxRetries = 0 } = plan.negotiation?.probe ?? {};
  const asking = timeoutMs === undefined ? options : { ...options, timeout: timeoutMs };
  const untried = new Set(versions);
  let timeouts = 0;
  // What names the very revision it refuses may be a server amid an upgrade; it says what to retry with all the same
  // (2026-07-28, Protocol Version Negotiation).
  let repeats = 1;
  for (;;) {
    const asked = session.server.protocolVersion as string;
    untried.delete(asked);
    try {
      const discover = await session.discover(asking);
      const version = mutual(versions, discover.supportedVersions);
      if (version !== undefined) return { kind: 'modern', discover, version };
      return orLegacy(versions, discover.supportedVersions, plan);
    } catch (error) {
      options?.signal?.throwIfAborted();
      if (isTimeout(error) && timeouts++ < maxRetries) continue;
      if (!(error instanceof UnsupportedProtocolVersionError)) return verdictOf(error, connection);
      const next = mutual([...untried], error.supported);
      const version = next ?? (repeats-- > 0 ? mutual(versions, error.supported) : undefined);
      if (version === undefined) return orLegacy(versions, error.supported, plan, error);
      session.speak(version);
    }
  }
}

/** A modern server without a modern revision in common may still speak a legacy one. */
function orLegacy(ours: readonly string[], theirs: readonly string[], plan: ConnectPlan, cause?: unknown): Verdict {
  if (pinned(plan) === undefined && mutual(legacyVersions(plan.supportedProtocolVersions), theirs) !== undefined)
    return { kind: 'legacy' };
  throw failed(nothingInCommon(ours, theirs), cause, { supported: theirs, requested: ours });
}

/**
 * Tells what an error says about the server: only what a modern server alone says proves one (2026-07-28, Backward
 * Compatibility), and what says nothing about its revision is thrown.
 */
function verdictOf(error: unknown, connection: Connection): Verdict {
  if (error instanceof ProtocolError) {
    if (MODERN_ERRORS.has(error.code)) throw error;
    return { kind: 'legacy', cause: error };
  }
  if (error instanceof SdkHttpError && !isRefusal(error)) return { kind: 'legacy', cause: error };
  if (!(error instanceof SdkError)) throw error;
  // On HTTP silence is an outage; on a pipe it is how some legacy servers meet what they do not know.
  const isSilence = isTimeout(error) || isLoss(error, connection);
  const isHttp = connection.transport.hasPerRequestStream === true;
  const isMisfit = error.code === SdkErrorCode.InvalidResult || error.code === SdkErrorCode.UnsupportedResultType;
  if (isMisfit || (isSilence && !isHttp)) return { kind: 'legacy', cause: error };
  throw error;
}

function isTimeout(error: unknown): boolean {
  return error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;
}

/** Tells whether the server ended the connection: it can be asked again, unless it was us. */
export function isLoss(error: unknown, connection: Connection): boolean {
  return error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed && connection.lost;
}

function nothingInCommon(ours: readonly string[], theirs: readonly string[]): string {
  return `No protocol revision in common: the server speaks ${theirs.join(', ')}, this client ${ours.join(', ')}`;
}

function failed(message: string, cause?: unknown, data?: unknown): SdkError {
  return new SdkError(SdkErrorCode.EraNegotiationFailed, message, data, { cause });
}

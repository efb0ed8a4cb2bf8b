import {
  type DiscoverResult,
  ProtocolError,
  ProtocolErrorCode,
  type RequestOptions,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  SUPPORTED_PROTOCOL_VERSIONS,
  UnsupportedProtocolVersionError
} from '@scopeful/core';
import { type Connection, protocolEra } from '@scopeful/core/internal';
import { HEADER_MISMATCH } from './headerMismatch.js';
import { LegacySession } from './session/legacy.js';
import { type ModernClient, ModernSession, mutual } from './session/modern.js';
import type { Session } from './session/session.js';

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

/** The revisions from 2026-07-28 on that are spoken here. */
const MODERN_VERSIONS = ['2026-07-28'];

/** The codes that only a modern server sends (2026-07-28, Error Codes). */
const MODERN_ERRORS = new Set<number>([
  HEADER_MISMATCH,
  ProtocolErrorCode.MissingRequiredClientCapability,
  ProtocolErrorCode.UnsupportedProtocolVersion
]);

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
  let isAsking = mode === 'auto';
  const connection = await plan.open(() => isAsking);
  if (mode === 'legacy') return initialize(connection, plan, options);
  if (prior?.kind === 'modern') return adopt(connection, plan, prior.discover);
  const versions = typeof mode === 'object' ? [mode.pin] : modernVersions(plan);
  const session =
    versions.length === 0
      ? undefined
      : await probe(connection, plan, versions, options).finally(() => {
          isAsking = false;
        });
  if (session !== undefined) return session;
  // A server may end when it is asked what it does not know: the transport then has to start it again.
  return initialize(connection.open ? connection : await plan.open(), plan, options);
}

function modernVersions({ supportedProtocolVersions }: ConnectPlan): readonly string[] {
  return supportedProtocolVersions?.filter(version => protocolEra(version) === 'modern') ?? MODERN_VERSIONS;
}

function legacyVersions({ supportedProtocolVersions = SUPPORTED_PROTOCOL_VERSIONS }: ConnectPlan): string[] {
  return supportedProtocolVersions.filter(version => protocolEra(version) === 'legacy');
}

function initialize(
  connection: Connection,
  plan: ConnectPlan,
  options: RequestOptions | undefined
): Promise<LegacySession> {
  return LegacySession.open(connection, plan.client, legacyVersions(plan), options);
}

/** Goes on with what an earlier connection found out: not a single message. */
function adopt(connection: Connection, plan: ConnectPlan, discover: DiscoverResult): ModernSession {
  const versions = modernVersions(plan);
  const version = mutual(versions, discover.supportedVersions);
  if (version === undefined) throw failed(nothingInCommon(versions, discover.supportedVersions));
  const session = new ModernSession(connection, { ...plan.client, versions }, version);
  session.begin(discover, version);
  return session;
}

/** Asks the server what it speaks. Undefined when it is a legacy one. */
async function probe(
  connection: Connection,
  plan: ConnectPlan,
  versions: readonly string[],
  options: RequestOptions | undefined
): Promise<ModernSession | undefined> {
  const isPinned = typeof plan.negotiation?.mode === 'object';
  const session = new ModernSession(connection, { ...plan.client, versions: [] }, versions[0] as string);
  const verdict = await ask(session, connection, versions, plan, options);
  if (verdict.kind === 'modern') {
    const whole = new ModernSession(connection, { ...plan.client, versions }, verdict.version);
    whole.begin(verdict.discover, verdict.version);
    return whole;
  }
  session.release();
  if (!isPinned) return undefined;
  const { message } = verdict.cause as Error;
  throw failed(`The server does not speak the pinned revision ${versions.join()}: ${message}`, verdict.cause);
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
      const version = mutual([...untried], error.supported);
      if (version === undefined) return orLegacy(versions, error.supported, plan, error);
      session.speak(version);
    }
  }
}

/** A modern server without a modern revision in common may still speak a legacy one. */
function orLegacy(ours: readonly string[], theirs: readonly string[], plan: ConnectPlan, cause?: unknown): Verdict {
  const isPinned = typeof plan.negotiation?.mode === 'object';
  if (!isPinned && mutual(legacyVersions(plan), theirs) !== undefined) return { kind: 'legacy' };
  throw failed(nothingInCommon(ours, theirs), cause, { supported: theirs, requested: ours });
}

/**
 * What an error says about the server: only what a modern server alone says proves one (2026-07-28, Backward
 * Compatibility), and what says nothing about its revision is thrown.
 */
function verdictOf(error: unknown, { transport }: Connection): Verdict {
  if (error instanceof ProtocolError) {
    if (MODERN_ERRORS.has(error.code)) throw error;
    return { kind: 'legacy', cause: error };
  }
  if (error instanceof SdkHttpError && !isRefusal(error)) return { kind: 'legacy', cause: error };
  if (!(error instanceof SdkError)) throw error;
  // On HTTP silence is an outage; on a pipe it is how some legacy servers meet what they do not know.
  const isSilence = isTimeout(error) || error.code === SdkErrorCode.ConnectionClosed;
  const isHttp = transport.hasPerRequestStream === true;
  const isMisfit = error.code === SdkErrorCode.InvalidResult || error.code === SdkErrorCode.UnsupportedResultType;
  if (isMisfit || (isSilence && !isHttp)) return { kind: 'legacy', cause: error };
  throw error;
}

function isTimeout(error: unknown): boolean {
  return error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;
}

function isRefusal({ code }: SdkError): boolean {
  return code === SdkErrorCode.ClientHttpAuthentication || code === SdkErrorCode.ClientHttpForbidden;
}

function nothingInCommon(ours: readonly string[], theirs: readonly string[]): string {
  return `No protocol revision in common: the server speaks ${theirs.join(', ')}, this client ${ours.join(', ')}`;
}

function failed(message: string, cause?: unknown, data?: unknown): SdkError {
  return new SdkError(SdkErrorCode.EraNegotiationFailed, message, data, { cause });
}

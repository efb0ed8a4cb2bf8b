import type { ClientCapabilities, Implementation, LoggingLevel } from '@scopeful/core';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  type SdkError,
  SdkErrorCode
} from '@scopeful/core/engine';

const LEGACY_ONLY = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/cancel',
  'notifications/initialized',
  'notifications/roots/list_changed'
]);

/** Tells whether MCP defines a request or notification for earlier revisions only. */
export function isLegacyOnly(method: string): boolean {
  return LEGACY_ONLY.has(method);
}

/** What every message says about its sender. */
interface Sender {
  readonly protocolVersion: string;
  readonly clientInfo: Implementation;
  readonly clientCapabilities: ClientCapabilities;
  readonly logLevel?: LoggingLevel | undefined;
}

/** Makes `_meta` of every message of the client: there is no handshake that would have said it before. */
export function metaOf({ protocolVersion, clientInfo, clientCapabilities, logLevel }: Sender): Record<string, unknown> {
  return {
    [PROTOCOL_VERSION_META_KEY]: protocolVersion,
    [CLIENT_INFO_META_KEY]: clientInfo,
    [CLIENT_CAPABILITIES_META_KEY]: clientCapabilities,
    ...(logLevel !== undefined && { [LOG_LEVEL_META_KEY]: logLevel })
  };
}

/** Tells what a result says about itself. A server that does not say is taken to be done (2026-07-28, ResultType). */
export function outcomeOf(result: object): 'complete' | 'input_required' | 'unknown' {
  const { resultType } = result as { resultType?: unknown };
  if (resultType === undefined || resultType === 'complete') return 'complete';
  return resultType === 'input_required' ? 'input_required' : 'unknown';
}

/** Tells whether an error is about the credentials, which is no matter of the protocol, whatever the body says. */
export function isRefusal({ code }: SdkError): boolean {
  return code === SdkErrorCode.ClientHttpAuthentication || code === SdkErrorCode.ClientHttpForbidden;
}

import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY
} from '@scopeful/core/engine';
import type { Era } from '../eras/era.js';
import { standardHeaders } from './modernHeaders.js';

const ELSEWHERE = new Set([
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

/** 2026-07-28 and later: every request says whose it is, and every result what it is. */
export const modern: Era = {
  name: 'modern',
  lacks: method => ELSEWHERE.has(method),
  meta: ({ protocolVersion, clientInfo, clientCapabilities, logLevel }) => ({
    [PROTOCOL_VERSION_META_KEY]: protocolVersion,
    [CLIENT_INFO_META_KEY]: clientInfo,
    [CLIENT_CAPABILITIES_META_KEY]: clientCapabilities,
    ...(logLevel !== undefined && { [LOG_LEVEL_META_KEY]: logLevel })
  }),
  headers: standardHeaders,
  outcome: result => {
    const { resultType } = result as { resultType?: unknown };
    // A server that does not say is taken to be done (2026-07-28, ResultType).
    if (resultType === undefined || resultType === 'complete') return 'complete';
    return resultType === 'input_required' ? 'input_required' : 'unknown';
  }
};

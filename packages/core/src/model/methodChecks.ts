import { type Misfit, received } from '../schemaCheck.js';
import { ProtocolError, ProtocolErrorCode } from '../errors.js';
import type { Result } from '../jsonrpc/types.js';
import { invalidResult, type ResultCheck } from '../jsonrpc/resultCheck.js';
import { resultSchema } from './methods.js';
import { isOrdinaryCallToolResult, isOrdinaryListToolsResult } from './fastChecks.js';

/** Returns the check of a known method's result: the caller gets the object that was received. */
export function resultCheck(method: string): ResultCheck | undefined {
  const schema = resultSchema(method);
  if (schema === undefined) return undefined;
  const bySchema: ResultCheck = (result, name) => received(schema, result, invalidResult(name));
  switch (method) {
    case 'tools/call':
      return (result, name) => (isOrdinaryCallToolResult(result) ? result : bySchema(withContent(result), name));
    case 'tools/list':
      return (result, name) => (isOrdinaryListToolsResult(result) ? result : bySchema(result, name));
    default:
      return bySchema;
  }
}

/** Servers leave the required `content` out when they have `structuredContent`; callers read it without asking. */
export function withContent(result: Result): Result {
  return result['content'] === undefined ? { ...result, content: [] } : result;
}

/** Makes the error that answers a request or notification that does not fit. */
export function invalidParams(method: string): Misfit {
  return reason => new ProtocolError(ProtocolErrorCode.InvalidParams, `Invalid ${method}: ${reason}`);
}

import { ProtocolError, ProtocolErrorCode } from '../errors.js';
import { isJsonObject } from '../jsonObject.js';
import {
  JSONRPC_VERSION,
  type RequestId,
  type JSONRPCRequest,
  type JSONRPCNotification,
  type JSONRPCResultResponse,
  type JSONRPCErrorResponse,
  type JSONRPCResponse,
  type JSONRPCMessage
} from './types.js';

// The envelopes are guarded by hand: this runs for every message, and a schema union costs 200 times as much.

function isEnvelope(value: unknown): value is Record<string, unknown> {
  return isJsonObject(value) && value['jsonrpc'] === JSONRPC_VERSION;
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value));
}

function hasMethod(value: Record<string, unknown>): boolean {
  return typeof value['method'] === 'string' && (value['params'] === undefined || isJsonObject(value['params']));
}

/** Tells whether a value is a JSON-RPC request: it has an id and a method (JSON-RPC 2.0 §4). */
export function isJSONRPCRequest(value: unknown): value is JSONRPCRequest {
  return isEnvelope(value) && isRequestId(value['id']) && hasMethod(value);
}

/** Tells whether a value is a JSON-RPC notification: it has a method and no id (JSON-RPC 2.0 §4.1). */
export function isJSONRPCNotification(value: unknown): value is JSONRPCNotification {
  return isEnvelope(value) && !('id' in value) && hasMethod(value);
}

/** Tells whether a value is a JSON-RPC response with a result (JSON-RPC 2.0 §5). */
export function isJSONRPCResultResponse(value: unknown): value is JSONRPCResultResponse {
  return isEnvelope(value) && isRequestId(value['id']) && isJsonObject(value['result']) && !('method' in value);
}

/** Tells whether a value is a JSON-RPC response with an error (JSON-RPC 2.0 §5.1). */
export function isJSONRPCErrorResponse(value: unknown): value is JSONRPCErrorResponse {
  if (!isEnvelope(value) || 'method' in value || !isJsonObject(value['error'])) return false;
  const { code, message } = value['error'];
  // JSON-RPC 2.0 §5: `id` is null when the request could not be read; MCP leaves it out.
  const id = value['id'];
  return Number.isInteger(code) && typeof message === 'string' && (id === undefined || id === null || isRequestId(id));
}

/** Tells whether a value is a JSON-RPC response, with a result or an error (JSON-RPC 2.0 §5). */
export function isJSONRPCResponse(value: unknown): value is JSONRPCResponse {
  return isJSONRPCResultResponse(value) || isJSONRPCErrorResponse(value);
}

/** Tells whether a value is one JSON-RPC message of any kind. A batch is none. */
export function isJSONRPCMessage(value: unknown): value is JSONRPCMessage {
  return isJSONRPCResponse(value) || isJSONRPCNotification(value) || isJSONRPCRequest(value);
}

/**
 * Checks that a parsed value is one JSON-RPC message.
 * @param value what `JSON.parse` made of it
 * @returns that very value
 * @throws {ProtocolError} with `InvalidRequest` when it is none
 * @see JSON-RPC 2.0 §4, §5
 */
export function parseJSONRPCMessage(value: unknown): JSONRPCMessage {
  if (isJSONRPCMessage(value)) return value;
  throw new ProtocolError(
    ProtocolErrorCode.InvalidRequest,
    `Not a JSON-RPC 2.0 message: ${(JSON.stringify(value) as string | undefined)?.slice(0, 200) ?? String(value)}`
  );
}

import { ProtocolError, ProtocolErrorCode } from '../errors.js';

/** The version every message carries in `jsonrpc`. */
export const JSONRPC_VERSION = '2.0';

/** The error codes of JSON-RPC 2.0, §5.1. */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** The `error` of a response. */
interface JSONRPCErrorObject {
  code: number;
  message: string;
  data?: unknown;
}
export interface ParseError extends JSONRPCErrorObject {
  code: typeof PARSE_ERROR;
}
export interface InvalidRequestError extends JSONRPCErrorObject {
  code: typeof INVALID_REQUEST;
}
export interface MethodNotFoundError extends JSONRPCErrorObject {
  code: typeof METHOD_NOT_FOUND;
}
export interface InvalidParamsError extends JSONRPCErrorObject {
  code: typeof INVALID_PARAMS;
}
export interface InternalError extends JSONRPCErrorObject {
  code: typeof INTERNAL_ERROR;
}

/** What JSON can say. */
export type JSONValue = string | number | boolean | null | JSONObject | JSONArray;
export interface JSONObject {
  [key: string]: JSONValue;
}
export type JSONArray = JSONValue[];

/** Identifies a request on one connection. */
export type RequestId = string | number;

/** Ties progress notifications to the request that asked for them. */
export type ProgressToken = string | number;

/** `_meta` of a request. */
export interface RequestMeta {
  progressToken?: ProgressToken;
  'io.modelcontextprotocol/related-task'?: { taskId: string };
  [key: string]: unknown;
}

export interface Request {
  method: string;
  params?: { _meta?: RequestMeta; [key: string]: unknown };
}

export interface Notification {
  method: string;
  params?: { _meta?: Record<string, unknown>; [key: string]: unknown };
}

export interface Result {
  _meta?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface JSONRPCRequest extends Request {
  jsonrpc: typeof JSONRPC_VERSION;
  id: RequestId;
}

export interface JSONRPCNotification extends Notification {
  jsonrpc: typeof JSONRPC_VERSION;
}

export interface JSONRPCResultResponse {
  jsonrpc: typeof JSONRPC_VERSION;
  id: RequestId;
  result: Result;
}

export interface JSONRPCErrorResponse {
  jsonrpc: typeof JSONRPC_VERSION;
  /** Absent when the peer could not tell which request it answers. */
  id?: RequestId;
  error: JSONRPCErrorObject;
}

export type JSONRPCResponse = JSONRPCResultResponse | JSONRPCErrorResponse;

export type JSONRPCMessage = JSONRPCRequest | JSONRPCNotification | JSONRPCResponse;

// The envelopes are guarded by hand: this runs for every message, and a schema union costs 200 times as much.

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEnvelope(value: unknown): value is Record<string, unknown> {
  return isObject(value) && value['jsonrpc'] === JSONRPC_VERSION;
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value));
}

function hasMethod(value: Record<string, unknown>): boolean {
  return typeof value['method'] === 'string' && (value['params'] === undefined || isObject(value['params']));
}

export function isJSONRPCRequest(value: unknown): value is JSONRPCRequest {
  return isEnvelope(value) && isRequestId(value['id']) && hasMethod(value);
}

export function isJSONRPCNotification(value: unknown): value is JSONRPCNotification {
  return isEnvelope(value) && !('id' in value) && hasMethod(value);
}

export function isJSONRPCResultResponse(value: unknown): value is JSONRPCResultResponse {
  return isEnvelope(value) && isRequestId(value['id']) && isObject(value['result']) && !('method' in value);
}

export function isJSONRPCErrorResponse(value: unknown): value is JSONRPCErrorResponse {
  if (!isEnvelope(value) || 'method' in value || !isObject(value['error'])) return false;
  const { code, message } = value['error'];
  // JSON-RPC 2.0 §5: `id` is null when the request could not be read; MCP leaves it out.
  const id = value['id'];
  return Number.isInteger(code) && typeof message === 'string' && (id === undefined || id === null || isRequestId(id));
}

export function isJSONRPCResponse(value: unknown): value is JSONRPCResponse {
  return isJSONRPCResultResponse(value) || isJSONRPCErrorResponse(value);
}

export function isJSONRPCMessage(value: unknown): value is JSONRPCMessage {
  return isJSONRPCResponse(value) || isJSONRPCNotification(value) || isJSONRPCRequest(value);
}

/**
 * Checks that a parsed value is one JSON-RPC message and returns that very value.
 * @throws {ProtocolError} with `InvalidRequest` when it is not.
 */
export function parseJSONRPCMessage(value: unknown): JSONRPCMessage {
  if (isJSONRPCMessage(value)) return value;
  throw new ProtocolError(
    ProtocolErrorCode.InvalidRequest,
    `Not a JSON-RPC 2.0 message: ${(JSON.stringify(value) as string | undefined)?.slice(0, 200) ?? String(value)}`
  );
}

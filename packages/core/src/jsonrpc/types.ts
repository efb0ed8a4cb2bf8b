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

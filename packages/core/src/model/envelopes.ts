import * as z from 'zod/mini';
import {
  JSONRPC_VERSION,
  type JSONArray,
  type JSONObject,
  type JSONRPCResultResponse,
  type JSONValue
} from '../jsonrpc/types.js';
import { notificationShape, RequestIdSchema, requestShape, ResultSchema } from './common.js';
import { isJsonObject } from '../jsonObject.js';
import { int, open } from './schemaParts.js';

// JSON-RPC envelopes as schemas, for those who want to parse one. Connections use the guards of jsonrpc/message.ts.

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  return Array.isArray(value) ? value.every(isJson) : isJsonObject(value) && Object.values(value).every(isJson);
}

export const JSONValueSchema = z.custom<JSONValue>(isJson, 'expected a JSON value');
export const JSONObjectSchema = z.custom<JSONObject>(
  value => isJsonObject(value) && isJson(value),
  'expected a JSON object'
);
export const JSONArraySchema = z.custom<JSONArray>(
  value => Array.isArray(value) && isJson(value),
  'expected a JSON array'
);

const version = { jsonrpc: z.literal(JSONRPC_VERSION) };

export const JSONRPCRequestSchema = z.strictObject({
  ...version,
  id: RequestIdSchema,
  method: z.string(),
  params: z.optional(z.looseObject(requestShape))
});

export const JSONRPCNotificationSchema = z.strictObject({
  ...version,
  method: z.string(),
  params: z.optional(z.looseObject(notificationShape))
});

export const JSONRPCResultResponseSchema = z.strictObject({
  ...version,
  id: RequestIdSchema,
  result: ResultSchema
}) satisfies z.ZodMiniType<JSONRPCResultResponse>;

export const JSONRPCErrorResponseSchema = z.strictObject({
  ...version,
  id: z.optional(RequestIdSchema),
  error: open({ code: int, message: z.string(), data: z.optional(z.unknown()) })
});

export const JSONRPCResponseSchema = z.union([JSONRPCResultResponseSchema, JSONRPCErrorResponseSchema]);

export const JSONRPCMessageSchema = z.union([
  JSONRPCRequestSchema,
  JSONRPCNotificationSchema,
  JSONRPCResultResponseSchema,
  JSONRPCErrorResponseSchema
]);

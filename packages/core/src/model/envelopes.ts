import * as z from 'zod/mini';
import {
  JSONRPC_VERSION,
  type JSONArray,
  type JSONObject,
  type JSONRPCResultResponse,
  type JSONValue
} from '../jsonrpc/message.js';
import { notificationShape, RequestIdSchema, requestShape, ResultSchema } from './common.js';
import { open } from './shape.js';

// JSON-RPC envelopes as schemas, for those who want to parse one. Connections use the guards of jsonrpc/message.ts.

export const JSONValueSchema: z.ZodMiniType<JSONValue, JSONValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), JSONObjectSchema, JSONArraySchema])
);
export const JSONObjectSchema: z.ZodMiniType<JSONObject, JSONObject> = z.record(z.string(), JSONValueSchema);
export const JSONArraySchema: z.ZodMiniType<JSONArray, JSONArray> = z.array(JSONValueSchema);

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
  error: open({ code: z.int(), message: z.string(), data: z.optional(z.unknown()) })
});

export const JSONRPCResponseSchema = z.union([JSONRPCResultResponseSchema, JSONRPCErrorResponseSchema]);

export const JSONRPCMessageSchema = z.union([
  JSONRPCRequestSchema,
  JSONRPCNotificationSchema,
  JSONRPCResultResponseSchema,
  JSONRPCErrorResponseSchema
]);

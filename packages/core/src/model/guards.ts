import type { StandardSchemaV1 } from '../standardSchema.js';
import { type TaskAugmentedRequestParams, TaskAugmentedRequestParamsSchema } from './common.js';
import {
  type InitializedNotification,
  InitializedNotificationSchema,
  type InitializeRequest,
  InitializeRequestSchema
} from './lifecycle.js';
import { isOrdinaryCallToolResult } from './fastChecks.js';
import { isJsonObject } from '../jsonObject.js';
import { type CallToolResult, CallToolResultSchema } from './tools.js';

/** Tells whether a value fits a schema of this package. */
export function fits(schema: StandardSchemaV1, value: unknown): boolean {
  return (schema['~standard'].validate(value) as StandardSchemaV1.Result<unknown>).issues === undefined;
}

/** Tells whether a value is a result of `tools/call` in full. */
export function isCallToolResult(value: unknown): value is CallToolResult {
  // What can be told at a glance is, here as below: a schema that fails costs a hundred times as much.
  if (!isJsonObject(value) || !Array.isArray(value['content'])) return false;
  return isOrdinaryCallToolResult(value) || fits(CallToolResultSchema, value);
}

/** Tells whether a value is an `initialize` request in full. */
export function isInitializeRequest(value: unknown): value is InitializeRequest {
  return isJsonObject(value) && value['method'] === 'initialize' && fits(InitializeRequestSchema, value);
}

/** Tells whether a value is a `notifications/initialized` in full. */
export function isInitializedNotification(value: unknown): value is InitializedNotification {
  return (
    isJsonObject(value) && value['method'] === 'notifications/initialized' && fits(InitializedNotificationSchema, value)
  );
}

/** Tells whether a value can be the params of a request that may run as a task. */
export function isTaskAugmentedRequestParams(value: unknown): value is TaskAugmentedRequestParams {
  return fits(TaskAugmentedRequestParamsSchema, value);
}

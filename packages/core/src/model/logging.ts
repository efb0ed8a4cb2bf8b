import * as z from 'zod/mini';
import { notificationShape, requestShape } from './common.js';
import { open, optional } from './schemaParts.js';

// Log messages. https://modelcontextprotocol.io/specification/2025-11-25/schema

/** From least to most severe, as in RFC 5424 §6.2.1. */
export const LoggingLevelSchema = z.enum([
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency'
]);
export type LoggingLevel = z.infer<typeof LoggingLevelSchema>;

export const LoggingMessageNotificationParamsSchema = open({
  ...notificationShape,
  level: LoggingLevelSchema,
  logger: optional.string,
  data: z.unknown()
});
export interface LoggingMessageNotificationParams extends z.infer<typeof LoggingMessageNotificationParamsSchema> {}

export const LoggingMessageNotificationSchema = open({
  method: z.literal('notifications/message'),
  params: LoggingMessageNotificationParamsSchema
});
export interface LoggingMessageNotification extends z.infer<typeof LoggingMessageNotificationSchema> {}

export const SetLevelRequestParamsSchema = open({ ...requestShape, level: LoggingLevelSchema });
export interface SetLevelRequestParams extends z.infer<typeof SetLevelRequestParamsSchema> {}

export const SetLevelRequestSchema = open({
  method: z.literal('logging/setLevel'),
  params: SetLevelRequestParamsSchema
});
export interface SetLevelRequest extends z.infer<typeof SetLevelRequestSchema> {}

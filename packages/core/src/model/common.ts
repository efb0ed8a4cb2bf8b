import * as z from 'zod/mini';
import type { RequestMeta } from '../jsonrpc/types.js';
import {
  type CLIENT_CAPABILITIES_META_KEY,
  type CLIENT_INFO_META_KEY,
  type LOG_LEVEL_META_KEY,
  type PROTOCOL_VERSION_META_KEY,
  RELATED_TASK_META_KEY,
  type SERVER_INFO_META_KEY
} from './metaKeys.js';
import { isJsonObject } from '../jsonObject.js';
import { int, open, optional } from './schemaParts.js';

// What messages of every kind share. https://modelcontextprotocol.io/specification/2025-11-25/schema

export const RequestIdSchema = z.union([z.string(), int]);
export const ProgressTokenSchema = z.union([z.string(), int]);
export const CursorSchema = z.string();
export type Cursor = z.infer<typeof CursorSchema>;

/** Names the task that a message belongs to. */
export const RelatedTaskMetadataSchema = open({ taskId: z.string() });
export interface RelatedTaskMetadata extends z.infer<typeof RelatedTaskMetadataSchema> {}

export const RequestMetaSchema = z.looseObject({
  progressToken: z.optional(ProgressTokenSchema),
  [RELATED_TASK_META_KEY]: z.optional(RelatedTaskMetadataSchema)
});

/** `_meta` of a result. Who the server says it is is not to be relied on, so that a malformed name is no failure. */
export interface ResultMetaObject extends Record<string, unknown> {
  [SERVER_INFO_META_KEY]?: Implementation;
}
export const ResultMetaObjectSchema = z.custom<ResultMetaObject>(isJsonObject, 'expected object');

/** What the params of every request may carry. */
export const requestShape = { _meta: z.optional(RequestMetaSchema) };
/** What the params of every notification may carry. */
export const notificationShape = { _meta: optional.jsonObject };
/** What every result may carry. */
export const resultShape = { _meta: z.optional(ResultMetaObjectSchema) };

export const RequestSchema = open({
  method: z.string(),
  params: z.optional(z.looseObject(requestShape))
});
export const NotificationSchema = open({
  method: z.string(),
  params: z.optional(z.looseObject(notificationShape))
});

export const TaskMetadataSchema = open({ ttl: optional.number });
export interface TaskMetadata extends z.infer<typeof TaskMetadataSchema> {}

/** The params of a request that may be asked to run as a task. */
export const taskRequestShape = { ...requestShape, task: z.optional(TaskMetadataSchema) };
export const TaskAugmentedRequestParamsSchema = open(taskRequestShape);
export interface TaskAugmentedRequestParams extends z.infer<typeof TaskAugmentedRequestParamsSchema> {}

export const ResultSchema = z.looseObject(resultShape);
export const EmptyResultSchema = z.looseObject(resultShape);
export interface EmptyResult extends z.infer<typeof EmptyResultSchema> {}

export const IconSchema = open({
  src: z.string(),
  mimeType: optional.string,
  sizes: optional.strings,
  theme: z.optional(z.enum(['light', 'dark']))
});
export interface Icon extends z.infer<typeof IconSchema> {}

export const iconsShape = { icons: z.optional(z.array(IconSchema)) };
export const IconsSchema = open(iconsShape);
export interface Icons extends z.infer<typeof IconsSchema> {}

export const baseMetadataShape = { name: z.string(), title: optional.string };
export const BaseMetadataSchema = open(baseMetadataShape);
export interface BaseMetadata extends z.infer<typeof BaseMetadataSchema> {}

export const ImplementationSchema = open({
  ...baseMetadataShape,
  ...iconsShape,
  version: z.string(),
  description: optional.string,
  websiteUrl: optional.string
});
export interface Implementation extends z.infer<typeof ImplementationSchema> {}

export const RoleSchema = z.enum(['user', 'assistant']);
export type Role = z.infer<typeof RoleSchema>;

export const AnnotationsSchema = open({
  audience: z.optional(z.array(RoleSchema)),
  priority: optional.priority,
  lastModified: optional.string
});
export interface Annotations extends z.infer<typeof AnnotationsSchema> {}

/** The params of any request and of any notification. */
export interface RequestParams {
  _meta?: RequestMeta;
}
export interface NotificationParams {
  _meta?: Record<string, unknown>;
}
export type MetaObject = Record<string, unknown>;
export type RequestMetaObject = RequestMeta;

/** What `_meta` of every request holds from 2026-07-28 on. */
export interface RequestMetaEnvelope {
  [PROTOCOL_VERSION_META_KEY]: string;
  [CLIENT_INFO_META_KEY]?: Implementation;
  [CLIENT_CAPABILITIES_META_KEY]: object;
  [LOG_LEVEL_META_KEY]?: string;
}

const paginatedRequestShape = { ...requestShape, cursor: z.optional(CursorSchema) };
export const PaginatedRequestParamsSchema = open(paginatedRequestShape);
export interface PaginatedRequestParams extends z.infer<typeof PaginatedRequestParamsSchema> {}

export const PaginatedRequestSchema = open({ method: z.string(), params: z.optional(PaginatedRequestParamsSchema) });
export interface PaginatedRequest extends z.infer<typeof PaginatedRequestSchema> {}

export const paginatedResultShape = { ...resultShape, nextCursor: z.optional(CursorSchema) };
export const PaginatedResultSchema = z.looseObject(paginatedResultShape);
export interface PaginatedResult extends z.infer<typeof PaginatedResultSchema> {}

const progressShape = { progress: z.number(), total: optional.number, message: optional.string };
export const ProgressSchema = open(progressShape);
export interface Progress extends z.infer<typeof ProgressSchema> {}

export const ProgressNotificationParamsSchema = open({
  ...notificationShape,
  ...progressShape,
  progressToken: ProgressTokenSchema
});
export interface ProgressNotificationParams extends z.infer<typeof ProgressNotificationParamsSchema> {}

export const ProgressNotificationSchema = open({
  method: z.literal('notifications/progress'),
  params: ProgressNotificationParamsSchema
});
export interface ProgressNotification extends z.infer<typeof ProgressNotificationSchema> {}

export const CancelledNotificationParamsSchema = open({
  ...notificationShape,
  requestId: z.optional(RequestIdSchema),
  reason: optional.string
});
export interface CancelledNotificationParams extends z.infer<typeof CancelledNotificationParamsSchema> {}

export const CancelledNotificationSchema = open({
  method: z.literal('notifications/cancelled'),
  params: CancelledNotificationParamsSchema
});
export interface CancelledNotification extends z.infer<typeof CancelledNotificationSchema> {}

/** The params of a request or notification that has none of its own. */
export const BaseRequestParamsSchema = open(requestShape);
export const NotificationsParamsSchema = open(notificationShape);
export const bareRequestParams = z.optional(BaseRequestParamsSchema);
export const bareNotificationParams = z.optional(NotificationsParamsSchema);

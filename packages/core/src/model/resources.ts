import * as z from 'zod/mini';
import {
  AnnotationsSchema,
  bareNotificationParams,
  baseMetadataShape,
  iconsShape,
  notificationShape
} from './common.js';
import { open, optional } from './shape.js';

// Resources. https://modelcontextprotocol.io/specification/2025-11-25/schema

export const resourceShape = {
  ...baseMetadataShape,
  ...iconsShape,
  uri: z.string(),
  description: optional.string,
  mimeType: optional.string,
  size: optional.number,
  annotations: z.optional(AnnotationsSchema),
  _meta: optional.jsonObject
};
export const ResourceSchema = open(resourceShape);
export interface Resource extends z.infer<typeof ResourceSchema> {}

const contentsShape = { uri: z.string(), mimeType: optional.string, _meta: optional.jsonObject };
export const ResourceContentsSchema = open(contentsShape);
export interface ResourceContents extends z.infer<typeof ResourceContentsSchema> {}

export const TextResourceContentsSchema = open({ ...contentsShape, text: z.string() });
export interface TextResourceContents extends z.infer<typeof TextResourceContentsSchema> {}

/** `blob` is base64. */
export const BlobResourceContentsSchema = open({ ...contentsShape, blob: z.string() });
export interface BlobResourceContents extends z.infer<typeof BlobResourceContentsSchema> {}

export const ResourceListChangedNotificationSchema = open({
  method: z.literal('notifications/resources/list_changed'),
  params: bareNotificationParams
});
export interface ResourceListChangedNotification extends z.infer<typeof ResourceListChangedNotificationSchema> {}

export const ResourceUpdatedNotificationParamsSchema = open({ ...notificationShape, uri: z.string() });
export interface ResourceUpdatedNotificationParams extends z.infer<typeof ResourceUpdatedNotificationParamsSchema> {}

export const ResourceUpdatedNotificationSchema = open({
  method: z.literal('notifications/resources/updated'),
  params: ResourceUpdatedNotificationParamsSchema
});
export interface ResourceUpdatedNotification extends z.infer<typeof ResourceUpdatedNotificationSchema> {}

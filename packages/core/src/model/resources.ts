import * as z from 'zod/mini';
import {
  AnnotationsSchema,
  bareNotificationParams,
  baseMetadataShape,
  iconsShape,
  notificationShape,
  PaginatedRequestParamsSchema,
  paginatedResultShape,
  requestShape,
  resultShape
} from './common.js';
import { open, optional } from './schemaParts.js';

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

export const ResourceTemplateSchema = open({
  ...baseMetadataShape,
  ...iconsShape,
  uriTemplate: z.string(),
  description: optional.string,
  mimeType: optional.string,
  annotations: z.optional(AnnotationsSchema),
  _meta: optional.jsonObject
});
/** Upstream's name; `ResourceTemplate` is a class of the server. */
export interface ResourceTemplateType extends z.infer<typeof ResourceTemplateSchema> {}

export const ListResourcesRequestSchema = open({
  method: z.literal('resources/list'),
  params: z.optional(PaginatedRequestParamsSchema)
});
export interface ListResourcesRequest extends z.infer<typeof ListResourcesRequestSchema> {}

export const ListResourcesResultSchema = z.looseObject({
  ...paginatedResultShape,
  resources: z.array(ResourceSchema)
});
export interface ListResourcesResult extends z.infer<typeof ListResourcesResultSchema> {}

export const ListResourceTemplatesRequestSchema = open({
  method: z.literal('resources/templates/list'),
  params: z.optional(PaginatedRequestParamsSchema)
});
export interface ListResourceTemplatesRequest extends z.infer<typeof ListResourceTemplatesRequestSchema> {}

export const ListResourceTemplatesResultSchema = z.looseObject({
  ...paginatedResultShape,
  resourceTemplates: z.array(ResourceTemplateSchema)
});
export interface ListResourceTemplatesResult extends z.infer<typeof ListResourceTemplatesResultSchema> {}

const contentsShape = { uri: z.string(), mimeType: optional.string, _meta: optional.jsonObject };
export const ResourceContentsSchema = open(contentsShape);
export interface ResourceContents extends z.infer<typeof ResourceContentsSchema> {}

export const TextResourceContentsSchema = open({ ...contentsShape, text: z.string() });
export interface TextResourceContents extends z.infer<typeof TextResourceContentsSchema> {}

/** `blob` is base64. */
export const BlobResourceContentsSchema = open({ ...contentsShape, blob: z.string() });
export interface BlobResourceContents extends z.infer<typeof BlobResourceContentsSchema> {}

export const ResourceRequestParamsSchema = open({ ...requestShape, uri: z.string() });
export interface ResourceRequestParams extends z.infer<typeof ResourceRequestParamsSchema> {}

export const ReadResourceRequestParamsSchema = ResourceRequestParamsSchema;
export interface ReadResourceRequestParams extends ResourceRequestParams {}

export const ReadResourceRequestSchema = open({
  method: z.literal('resources/read'),
  params: ReadResourceRequestParamsSchema
});
export interface ReadResourceRequest extends z.infer<typeof ReadResourceRequestSchema> {}

export const ReadResourceResultSchema = z.looseObject({
  ...resultShape,
  contents: z.array(z.union([TextResourceContentsSchema, BlobResourceContentsSchema]))
});
export interface ReadResourceResult extends z.infer<typeof ReadResourceResultSchema> {}

export const SubscribeRequestParamsSchema = ResourceRequestParamsSchema;
export interface SubscribeRequestParams extends ResourceRequestParams {}

export const SubscribeRequestSchema = open({
  method: z.literal('resources/subscribe'),
  params: SubscribeRequestParamsSchema
});
export interface SubscribeRequest extends z.infer<typeof SubscribeRequestSchema> {}

export const UnsubscribeRequestParamsSchema = ResourceRequestParamsSchema;
export interface UnsubscribeRequestParams extends ResourceRequestParams {}

export const UnsubscribeRequestSchema = open({
  method: z.literal('resources/unsubscribe'),
  params: UnsubscribeRequestParamsSchema
});
export interface UnsubscribeRequest extends z.infer<typeof UnsubscribeRequestSchema> {}

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

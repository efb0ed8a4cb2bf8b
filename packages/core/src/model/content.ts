import * as z from 'zod/mini';
import { AnnotationsSchema } from './common.js';
import { BlobResourceContentsSchema, resourceShape, TextResourceContentsSchema } from './resources.js';
import { open, optional } from './schemaParts.js';

// Content blocks. https://modelcontextprotocol.io/specification/2025-11-25/schema

const contentShape = { annotations: z.optional(AnnotationsSchema), _meta: optional.jsonObject };
const mediaShape = { ...contentShape, data: z.string(), mimeType: z.string() };

export const TextContentSchema = open({ type: z.literal('text'), ...contentShape, text: z.string() });
export interface TextContent extends z.infer<typeof TextContentSchema> {}

/** `data` is base64. */
export const ImageContentSchema = open({ type: z.literal('image'), ...mediaShape });
export interface ImageContent extends z.infer<typeof ImageContentSchema> {}

/** `data` is base64. */
export const AudioContentSchema = open({ type: z.literal('audio'), ...mediaShape });
export interface AudioContent extends z.infer<typeof AudioContentSchema> {}

export const ResourceLinkSchema = open({ type: z.literal('resource_link'), ...resourceShape });
export interface ResourceLink extends z.infer<typeof ResourceLinkSchema> {}

export const EmbeddedResourceSchema = open({
  type: z.literal('resource'),
  ...contentShape,
  resource: z.union([TextResourceContentsSchema, BlobResourceContentsSchema])
});
export interface EmbeddedResource extends z.infer<typeof EmbeddedResourceSchema> {}

export const ContentBlockSchema = z.discriminatedUnion('type', [
  TextContentSchema,
  ImageContentSchema,
  AudioContentSchema,
  ResourceLinkSchema,
  EmbeddedResourceSchema
]);
export type ContentBlock = TextContent | ImageContent | AudioContent | ResourceLink | EmbeddedResource;

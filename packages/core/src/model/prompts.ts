import * as z from 'zod/mini';
import {
  bareNotificationParams,
  baseMetadataShape,
  iconsShape,
  PaginatedRequestParamsSchema,
  paginatedResultShape,
  requestShape,
  resultShape,
  RoleSchema
} from './common.js';
import { ContentBlockSchema } from './content.js';
import { open, optional, record } from './schemaParts.js';

// Prompts. https://modelcontextprotocol.io/specification/2025-11-25/schema

export const PromptArgumentSchema = open({
  ...baseMetadataShape,
  description: optional.string,
  required: optional.boolean
});
export interface PromptArgument extends z.infer<typeof PromptArgumentSchema> {}

export const PromptSchema = open({
  ...baseMetadataShape,
  ...iconsShape,
  description: optional.string,
  arguments: z.optional(z.array(PromptArgumentSchema)),
  _meta: optional.jsonObject
});
export interface Prompt extends z.infer<typeof PromptSchema> {}

export const ListPromptsRequestSchema = open({
  method: z.literal('prompts/list'),
  params: z.optional(PaginatedRequestParamsSchema)
});
export interface ListPromptsRequest extends z.infer<typeof ListPromptsRequestSchema> {}

export const ListPromptsResultSchema = z.looseObject({ ...paginatedResultShape, prompts: z.array(PromptSchema) });
export interface ListPromptsResult extends z.infer<typeof ListPromptsResultSchema> {}

export const GetPromptRequestParamsSchema = open({
  ...requestShape,
  name: z.string(),
  arguments: z.optional(record(z.string()))
});
export interface GetPromptRequestParams extends z.infer<typeof GetPromptRequestParamsSchema> {}

export const GetPromptRequestSchema = open({ method: z.literal('prompts/get'), params: GetPromptRequestParamsSchema });
export interface GetPromptRequest extends z.infer<typeof GetPromptRequestSchema> {}

export const PromptMessageSchema = open({ role: RoleSchema, content: ContentBlockSchema });
export interface PromptMessage extends z.infer<typeof PromptMessageSchema> {}

export const GetPromptResultSchema = z.looseObject({
  ...resultShape,
  description: optional.string,
  messages: z.array(PromptMessageSchema)
});
export interface GetPromptResult extends z.infer<typeof GetPromptResultSchema> {}

export const PromptListChangedNotificationSchema = open({
  method: z.literal('notifications/prompts/list_changed'),
  params: bareNotificationParams
});
export interface PromptListChangedNotification extends z.infer<typeof PromptListChangedNotificationSchema> {}

import * as z from 'zod/mini';
import {
  bareNotificationParams,
  baseMetadataShape,
  iconsShape,
  PaginatedRequestParamsSchema,
  paginatedResultShape,
  resultShape,
  taskRequestShape
} from './common.js';
import { ContentBlockSchema } from './content.js';
import { jsonObject, open, optional } from './schemaParts.js';

// Tools. https://modelcontextprotocol.io/specification/2025-11-25/schema

export const ToolAnnotationsSchema = open({
  title: optional.string,
  readOnlyHint: optional.boolean,
  destructiveHint: optional.boolean,
  idempotentHint: optional.boolean,
  openWorldHint: optional.boolean
});
export interface ToolAnnotations extends z.infer<typeof ToolAnnotationsSchema> {}

export const ToolExecutionSchema = open({ taskSupport: z.optional(z.enum(['forbidden', 'optional', 'required'])) });
export interface ToolExecution extends z.infer<typeof ToolExecutionSchema> {}

/** The two JSON Schemas are not looked into: whoever compiles them finds out, and a list can hold thousands. */
export const ToolSchema = open({
  ...baseMetadataShape,
  ...iconsShape,
  description: optional.string,
  inputSchema: z.looseObject({
    type: z.literal('object'),
    properties: optional.json,
    required: optional.strings
  }),
  outputSchema: z.optional(z.looseObject({ $schema: optional.string })),
  annotations: z.optional(ToolAnnotationsSchema),
  execution: z.optional(ToolExecutionSchema),
  _meta: optional.jsonObject
});
export interface Tool extends z.infer<typeof ToolSchema> {}

export const ListToolsRequestSchema = open({
  method: z.literal('tools/list'),
  params: z.optional(PaginatedRequestParamsSchema)
});
export interface ListToolsRequest extends z.infer<typeof ListToolsRequestSchema> {}

export const ListToolsResultSchema = z.looseObject({ ...paginatedResultShape, tools: z.array(ToolSchema) });
export interface ListToolsResult extends z.infer<typeof ListToolsResultSchema> {}

export const CallToolRequestParamsSchema = open({
  ...taskRequestShape,
  name: z.string(),
  arguments: z.optional(jsonObject)
});
export interface CallToolRequestParams extends z.infer<typeof CallToolRequestParamsSchema> {}

export const CallToolRequestSchema = open({ method: z.literal('tools/call'), params: CallToolRequestParamsSchema });
export interface CallToolRequest extends z.infer<typeof CallToolRequestSchema> {}

export const CallToolResultSchema = z.looseObject({
  ...resultShape,
  content: z.array(ContentBlockSchema),
  structuredContent: z.optional(z.unknown()),
  isError: optional.boolean
});
export interface CallToolResult extends z.infer<typeof CallToolResultSchema> {}

/** Also takes the result of a tool of 2024-10-07. */
export const CompatibilityCallToolResultSchema = z.union([
  CallToolResultSchema,
  z.looseObject({ ...resultShape, toolResult: z.unknown() })
]);
export type CompatibilityCallToolResult = z.infer<typeof CompatibilityCallToolResultSchema>;

export const ToolListChangedNotificationSchema = open({
  method: z.literal('notifications/tools/list_changed'),
  params: bareNotificationParams
});
export interface ToolListChangedNotification extends z.infer<typeof ToolListChangedNotificationSchema> {}

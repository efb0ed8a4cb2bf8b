import * as z from 'zod/mini';
import { resultShape, RoleSchema, taskRequestShape } from './common.js';
import { AudioContentSchema, ContentBlockSchema, ImageContentSchema, TextContentSchema } from './content.js';
import { int, jsonObject, open, optional } from './schemaParts.js';
import { type Tool, ToolSchema } from './tools.js';

// Sampling: the server asks for a message of the model. https://modelcontextprotocol.io/specification/2025-11-25/schema

export const ToolUseContentSchema = open({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: jsonObject,
  _meta: optional.jsonObject
});
export interface ToolUseContent extends z.infer<typeof ToolUseContentSchema> {}

export const ToolResultContentSchema = open({
  type: z.literal('tool_result'),
  toolUseId: z.string(),
  content: z.array(ContentBlockSchema),
  structuredContent: z.optional(z.unknown()),
  isError: optional.boolean,
  _meta: optional.jsonObject
});
export interface ToolResultContent extends z.infer<typeof ToolResultContentSchema> {}

/** What a message has when no tools are in play. */
export const SamplingContentSchema = z.discriminatedUnion('type', [
  TextContentSchema,
  ImageContentSchema,
  AudioContentSchema
]);
export type SamplingContent = z.infer<typeof SamplingContentSchema>;

export const SamplingMessageContentBlockSchema = z.discriminatedUnion('type', [
  TextContentSchema,
  ImageContentSchema,
  AudioContentSchema,
  ToolUseContentSchema,
  ToolResultContentSchema
]);
export type SamplingMessageContentBlock = z.infer<typeof SamplingMessageContentBlockSchema>;

const messageShape = {
  role: RoleSchema,
  content: z.union([SamplingMessageContentBlockSchema, z.array(SamplingMessageContentBlockSchema)])
};
export const SamplingMessageSchema = open({ ...messageShape, _meta: optional.jsonObject });
export interface SamplingMessage extends z.infer<typeof SamplingMessageSchema> {}

export const ModelHintSchema = open({ name: optional.string });
export interface ModelHint extends z.infer<typeof ModelHintSchema> {}

export const ModelPreferencesSchema = open({
  hints: z.optional(z.array(ModelHintSchema)),
  costPriority: optional.priority,
  speedPriority: optional.priority,
  intelligencePriority: optional.priority
});
export interface ModelPreferences extends z.infer<typeof ModelPreferencesSchema> {}

export const ToolChoiceSchema = open({ mode: z.optional(z.enum(['auto', 'required', 'none'])) });
export interface ToolChoice extends z.infer<typeof ToolChoiceSchema> {}

export const CreateMessageRequestParamsSchema = open({
  ...taskRequestShape,
  messages: z.array(SamplingMessageSchema),
  modelPreferences: z.optional(ModelPreferencesSchema),
  systemPrompt: optional.string,
  includeContext: z.optional(z.enum(['none', 'thisServer', 'allServers'])),
  temperature: optional.number,
  maxTokens: int,
  stopSequences: optional.strings,
  metadata: optional.json,
  tools: z.optional(z.array(ToolSchema)),
  toolChoice: z.optional(ToolChoiceSchema)
});
export interface CreateMessageRequestParams extends z.infer<typeof CreateMessageRequestParamsSchema> {}

/** A request that offers no tools, and one that does. */
export type CreateMessageRequestParamsBase = Omit<CreateMessageRequestParams, 'tools' | 'toolChoice'>;
export interface CreateMessageRequestParamsWithTools extends CreateMessageRequestParams {
  tools: Tool[];
}

export const CreateMessageRequestSchema = open({
  method: z.literal('sampling/createMessage'),
  params: CreateMessageRequestParamsSchema
});
export interface CreateMessageRequest extends z.infer<typeof CreateMessageRequestSchema> {}

const messageResultShape = { ...resultShape, model: z.string(), stopReason: optional.string };

/** The answer to a request that offered no tools: one block of content. */
export const CreateMessageResultSchema = z.looseObject({
  ...messageResultShape,
  role: RoleSchema,
  content: SamplingContentSchema
});
export interface CreateMessageResult extends z.infer<typeof CreateMessageResultSchema> {}

export const CreateMessageResultWithToolsSchema = z.looseObject({ ...messageResultShape, ...messageShape });
export interface CreateMessageResultWithTools extends z.infer<typeof CreateMessageResultWithToolsSchema> {}

import type * as z from 'zod/mini';
import {
  AnnotationsSchema,
  BaseMetadataSchema,
  CancelledNotificationParamsSchema,
  CancelledNotificationSchema,
  CursorSchema,
  EmptyResultSchema,
  IconSchema,
  IconsSchema,
  ImplementationSchema,
  NotificationSchema,
  PaginatedRequestParamsSchema,
  PaginatedRequestSchema,
  PaginatedResultSchema,
  ProgressNotificationParamsSchema,
  ProgressNotificationSchema,
  ProgressSchema,
  ProgressTokenSchema,
  RelatedTaskMetadataSchema,
  RequestIdSchema,
  RequestMetaSchema,
  RequestSchema,
  ResultMetaObjectSchema,
  ResultSchema,
  RoleSchema,
  TaskAugmentedRequestParamsSchema,
  TaskMetadataSchema
} from './model/common.js';
import {
  CompleteRequestParamsSchema,
  CompleteRequestSchema,
  CompleteResultSchema,
  PromptReferenceSchema,
  ResourceTemplateReferenceSchema
} from './model/completion.js';
import {
  AudioContentSchema,
  ContentBlockSchema,
  EmbeddedResourceSchema,
  ImageContentSchema,
  ResourceLinkSchema,
  TextContentSchema
} from './model/content.js';
import {
  BooleanSchemaSchema,
  ElicitationCompleteNotificationParamsSchema,
  ElicitationCompleteNotificationSchema,
  ElicitRequestFormParamsSchema,
  ElicitRequestParamsSchema,
  ElicitRequestSchema,
  ElicitRequestURLParamsSchema,
  ElicitResultSchema,
  EnumSchemaSchema,
  LegacyTitledEnumSchemaSchema,
  MultiSelectEnumSchemaSchema,
  NumberSchemaSchema,
  PrimitiveSchemaDefinitionSchema,
  SingleSelectEnumSchemaSchema,
  StringSchemaSchema,
  TitledMultiSelectEnumSchemaSchema,
  TitledSingleSelectEnumSchemaSchema,
  UntitledMultiSelectEnumSchemaSchema,
  UntitledSingleSelectEnumSchemaSchema
} from './model/elicitation.js';
import {
  JSONArraySchema,
  JSONObjectSchema,
  JSONRPCErrorResponseSchema,
  JSONRPCMessageSchema,
  JSONRPCNotificationSchema,
  JSONRPCRequestSchema,
  JSONRPCResponseSchema,
  JSONRPCResultResponseSchema,
  JSONValueSchema
} from './model/envelopes.js';
import {
  ClientCapabilitiesSchema,
  DiscoverRequestSchema,
  DiscoverResultSchema,
  InitializedNotificationSchema,
  InitializeRequestParamsSchema,
  InitializeRequestSchema,
  InitializeResultSchema,
  PingRequestSchema,
  ServerCapabilitiesSchema
} from './model/lifecycle.js';
import {
  LoggingLevelSchema,
  LoggingMessageNotificationParamsSchema,
  LoggingMessageNotificationSchema,
  SetLevelRequestParamsSchema,
  SetLevelRequestSchema
} from './model/logging.js';
import {
  ClientNotificationSchema,
  ClientRequestSchema,
  ClientResultSchema,
  ServerNotificationSchema,
  ServerRequestSchema,
  ServerResultSchema
} from './model/messageUnions.js';
import {
  GetPromptRequestParamsSchema,
  GetPromptRequestSchema,
  GetPromptResultSchema,
  ListPromptsRequestSchema,
  ListPromptsResultSchema,
  PromptArgumentSchema,
  PromptListChangedNotificationSchema,
  PromptMessageSchema,
  PromptSchema
} from './model/prompts.js';
import {
  BlobResourceContentsSchema,
  ListResourcesRequestSchema,
  ListResourcesResultSchema,
  ListResourceTemplatesRequestSchema,
  ListResourceTemplatesResultSchema,
  ReadResourceRequestParamsSchema,
  ReadResourceRequestSchema,
  ReadResourceResultSchema,
  ResourceContentsSchema,
  ResourceListChangedNotificationSchema,
  ResourceRequestParamsSchema,
  ResourceSchema,
  ResourceTemplateSchema,
  ResourceUpdatedNotificationParamsSchema,
  ResourceUpdatedNotificationSchema,
  SubscribeRequestParamsSchema,
  SubscribeRequestSchema,
  TextResourceContentsSchema,
  UnsubscribeRequestParamsSchema,
  UnsubscribeRequestSchema
} from './model/resources.js';
import {
  ListRootsRequestSchema,
  ListRootsResultSchema,
  RootSchema,
  RootsListChangedNotificationSchema
} from './model/roots.js';
import {
  CreateMessageRequestParamsSchema,
  CreateMessageRequestSchema,
  CreateMessageResultSchema,
  CreateMessageResultWithToolsSchema,
  ModelHintSchema,
  ModelPreferencesSchema,
  SamplingContentSchema,
  SamplingMessageContentBlockSchema,
  SamplingMessageSchema,
  ToolChoiceSchema,
  ToolResultContentSchema,
  ToolUseContentSchema
} from './model/sampling.js';
import {
  SubscriptionFilterSchema,
  SubscriptionsAcknowledgedNotificationParamsSchema,
  SubscriptionsAcknowledgedNotificationSchema,
  SubscriptionsListenRequestParamsSchema,
  SubscriptionsListenRequestSchema,
  SubscriptionsListenResultMetaSchema,
  SubscriptionsListenResultSchema
} from './model/subscriptions.js';
import {
  CancelTaskRequestSchema,
  CancelTaskResultSchema,
  CreateTaskResultSchema,
  GetTaskPayloadRequestSchema,
  GetTaskPayloadResultSchema,
  GetTaskRequestSchema,
  GetTaskResultSchema,
  ListTasksRequestSchema,
  ListTasksResultSchema,
  TaskCreationParamsSchema,
  TaskSchema,
  TaskStatusNotificationParamsSchema,
  TaskStatusNotificationSchema,
  TaskStatusSchema
} from './model/tasks.js';
import {
  CallToolRequestParamsSchema,
  CallToolRequestSchema,
  CallToolResultSchema,
  CompatibilityCallToolResultSchema,
  ListToolsRequestSchema,
  ListToolsResultSchema,
  ToolAnnotationsSchema,
  ToolExecutionSchema,
  ToolListChangedNotificationSchema,
  ToolSchema
} from './model/tools.js';
import {
  IdJagTokenExchangeResponseSchema,
  OAuthClientInformationFullSchema,
  OAuthClientInformationSchema,
  OAuthClientMetadataSchema,
  OAuthClientRegistrationErrorSchema,
  OAuthErrorResponseSchema,
  OAuthMetadataSchema,
  OAuthProtectedResourceMetadataSchema,
  OAuthTokenRevocationRequestSchema,
  OAuthTokensSchema,
  OpenIdProviderDiscoveryMetadataSchema,
  OpenIdProviderMetadataSchema
} from './oauth/schemas.js';
import { fits } from './model/guards.js';
import type { StandardSchemaV1Sync } from './standardSchema.js';

const schemas = {
  Annotations: AnnotationsSchema,
  AudioContent: AudioContentSchema,
  BaseMetadata: BaseMetadataSchema,
  BlobResourceContents: BlobResourceContentsSchema,
  BooleanSchema: BooleanSchemaSchema,
  CallToolRequestParams: CallToolRequestParamsSchema,
  CallToolRequest: CallToolRequestSchema,
  CallToolResult: CallToolResultSchema,
  CancelledNotificationParams: CancelledNotificationParamsSchema,
  CancelledNotification: CancelledNotificationSchema,
  CancelTaskRequest: CancelTaskRequestSchema,
  CancelTaskResult: CancelTaskResultSchema,
  ClientCapabilities: ClientCapabilitiesSchema,
  ClientNotification: ClientNotificationSchema,
  ClientRequest: ClientRequestSchema,
  ClientResult: ClientResultSchema,
  CompatibilityCallToolResult: CompatibilityCallToolResultSchema,
  CompleteRequestParams: CompleteRequestParamsSchema,
  CompleteRequest: CompleteRequestSchema,
  CompleteResult: CompleteResultSchema,
  ContentBlock: ContentBlockSchema,
  CreateMessageRequestParams: CreateMessageRequestParamsSchema,
  CreateMessageRequest: CreateMessageRequestSchema,
  CreateMessageResult: CreateMessageResultSchema,
  CreateMessageResultWithTools: CreateMessageResultWithToolsSchema,
  CreateTaskResult: CreateTaskResultSchema,
  Cursor: CursorSchema,
  DiscoverRequest: DiscoverRequestSchema,
  DiscoverResult: DiscoverResultSchema,
  ElicitationCompleteNotificationParams: ElicitationCompleteNotificationParamsSchema,
  ElicitationCompleteNotification: ElicitationCompleteNotificationSchema,
  ElicitRequestFormParams: ElicitRequestFormParamsSchema,
  ElicitRequestParams: ElicitRequestParamsSchema,
  ElicitRequest: ElicitRequestSchema,
  ElicitRequestURLParams: ElicitRequestURLParamsSchema,
  ElicitResult: ElicitResultSchema,
  EmbeddedResource: EmbeddedResourceSchema,
  EmptyResult: EmptyResultSchema,
  EnumSchema: EnumSchemaSchema,
  GetPromptRequestParams: GetPromptRequestParamsSchema,
  GetPromptRequest: GetPromptRequestSchema,
  GetPromptResult: GetPromptResultSchema,
  GetTaskPayloadRequest: GetTaskPayloadRequestSchema,
  GetTaskPayloadResult: GetTaskPayloadResultSchema,
  GetTaskRequest: GetTaskRequestSchema,
  GetTaskResult: GetTaskResultSchema,
  Icon: IconSchema,
  Icons: IconsSchema,
  IdJagTokenExchangeResponse: IdJagTokenExchangeResponseSchema,
  ImageContent: ImageContentSchema,
  Implementation: ImplementationSchema,
  InitializedNotification: InitializedNotificationSchema,
  InitializeRequestParams: InitializeRequestParamsSchema,
  InitializeRequest: InitializeRequestSchema,
  InitializeResult: InitializeResultSchema,
  JSONArray: JSONArraySchema,
  JSONObject: JSONObjectSchema,
  JSONRPCErrorResponse: JSONRPCErrorResponseSchema,
  JSONRPCMessage: JSONRPCMessageSchema,
  JSONRPCNotification: JSONRPCNotificationSchema,
  JSONRPCRequest: JSONRPCRequestSchema,
  JSONRPCResponse: JSONRPCResponseSchema,
  JSONRPCResultResponse: JSONRPCResultResponseSchema,
  JSONValue: JSONValueSchema,
  LegacyTitledEnumSchema: LegacyTitledEnumSchemaSchema,
  ListPromptsRequest: ListPromptsRequestSchema,
  ListPromptsResult: ListPromptsResultSchema,
  ListResourcesRequest: ListResourcesRequestSchema,
  ListResourcesResult: ListResourcesResultSchema,
  ListResourceTemplatesRequest: ListResourceTemplatesRequestSchema,
  ListResourceTemplatesResult: ListResourceTemplatesResultSchema,
  ListRootsRequest: ListRootsRequestSchema,
  ListRootsResult: ListRootsResultSchema,
  ListTasksRequest: ListTasksRequestSchema,
  ListTasksResult: ListTasksResultSchema,
  ListToolsRequest: ListToolsRequestSchema,
  ListToolsResult: ListToolsResultSchema,
  LoggingLevel: LoggingLevelSchema,
  LoggingMessageNotificationParams: LoggingMessageNotificationParamsSchema,
  LoggingMessageNotification: LoggingMessageNotificationSchema,
  ModelHint: ModelHintSchema,
  ModelPreferences: ModelPreferencesSchema,
  MultiSelectEnumSchema: MultiSelectEnumSchemaSchema,
  Notification: NotificationSchema,
  NumberSchema: NumberSchemaSchema,
  OAuthClientInformationFull: OAuthClientInformationFullSchema,
  OAuthClientInformation: OAuthClientInformationSchema,
  OAuthClientMetadata: OAuthClientMetadataSchema,
  OAuthClientRegistrationError: OAuthClientRegistrationErrorSchema,
  OAuthErrorResponse: OAuthErrorResponseSchema,
  OAuthMetadata: OAuthMetadataSchema,
  OAuthProtectedResourceMetadata: OAuthProtectedResourceMetadataSchema,
  OAuthTokenRevocationRequest: OAuthTokenRevocationRequestSchema,
  OAuthTokens: OAuthTokensSchema,
  OpenIdProviderDiscoveryMetadata: OpenIdProviderDiscoveryMetadataSchema,
  OpenIdProviderMetadata: OpenIdProviderMetadataSchema,
  PaginatedRequestParams: PaginatedRequestParamsSchema,
  PaginatedRequest: PaginatedRequestSchema,
  PaginatedResult: PaginatedResultSchema,
  PingRequest: PingRequestSchema,
  PrimitiveSchemaDefinition: PrimitiveSchemaDefinitionSchema,
  ProgressNotificationParams: ProgressNotificationParamsSchema,
  ProgressNotification: ProgressNotificationSchema,
  Progress: ProgressSchema,
  ProgressToken: ProgressTokenSchema,
  PromptArgument: PromptArgumentSchema,
  PromptListChangedNotification: PromptListChangedNotificationSchema,
  PromptMessage: PromptMessageSchema,
  PromptReference: PromptReferenceSchema,
  Prompt: PromptSchema,
  ReadResourceRequestParams: ReadResourceRequestParamsSchema,
  ReadResourceRequest: ReadResourceRequestSchema,
  ReadResourceResult: ReadResourceResultSchema,
  RelatedTaskMetadata: RelatedTaskMetadataSchema,
  RequestId: RequestIdSchema,
  RequestMeta: RequestMetaSchema,
  Request: RequestSchema,
  ResourceContents: ResourceContentsSchema,
  ResourceLink: ResourceLinkSchema,
  ResourceListChangedNotification: ResourceListChangedNotificationSchema,
  ResourceRequestParams: ResourceRequestParamsSchema,
  Resource: ResourceSchema,
  ResourceTemplateReference: ResourceTemplateReferenceSchema,
  ResourceTemplate: ResourceTemplateSchema,
  ResourceUpdatedNotificationParams: ResourceUpdatedNotificationParamsSchema,
  ResourceUpdatedNotification: ResourceUpdatedNotificationSchema,
  ResultMetaObject: ResultMetaObjectSchema,
  Result: ResultSchema,
  Role: RoleSchema,
  Root: RootSchema,
  RootsListChangedNotification: RootsListChangedNotificationSchema,
  SamplingContent: SamplingContentSchema,
  SamplingMessageContentBlock: SamplingMessageContentBlockSchema,
  SamplingMessage: SamplingMessageSchema,
  ServerCapabilities: ServerCapabilitiesSchema,
  ServerNotification: ServerNotificationSchema,
  ServerRequest: ServerRequestSchema,
  ServerResult: ServerResultSchema,
  SetLevelRequestParams: SetLevelRequestParamsSchema,
  SetLevelRequest: SetLevelRequestSchema,
  SingleSelectEnumSchema: SingleSelectEnumSchemaSchema,
  StringSchema: StringSchemaSchema,
  SubscribeRequestParams: SubscribeRequestParamsSchema,
  SubscribeRequest: SubscribeRequestSchema,
  SubscriptionFilter: SubscriptionFilterSchema,
  SubscriptionsAcknowledgedNotificationParams: SubscriptionsAcknowledgedNotificationParamsSchema,
  SubscriptionsAcknowledgedNotification: SubscriptionsAcknowledgedNotificationSchema,
  SubscriptionsListenRequestParams: SubscriptionsListenRequestParamsSchema,
  SubscriptionsListenRequest: SubscriptionsListenRequestSchema,
  SubscriptionsListenResultMeta: SubscriptionsListenResultMetaSchema,
  SubscriptionsListenResult: SubscriptionsListenResultSchema,
  TaskAugmentedRequestParams: TaskAugmentedRequestParamsSchema,
  TaskCreationParams: TaskCreationParamsSchema,
  TaskMetadata: TaskMetadataSchema,
  Task: TaskSchema,
  TaskStatusNotificationParams: TaskStatusNotificationParamsSchema,
  TaskStatusNotification: TaskStatusNotificationSchema,
  TaskStatus: TaskStatusSchema,
  TextContent: TextContentSchema,
  TextResourceContents: TextResourceContentsSchema,
  TitledMultiSelectEnumSchema: TitledMultiSelectEnumSchemaSchema,
  TitledSingleSelectEnumSchema: TitledSingleSelectEnumSchemaSchema,
  ToolAnnotations: ToolAnnotationsSchema,
  ToolChoice: ToolChoiceSchema,
  ToolExecution: ToolExecutionSchema,
  ToolListChangedNotification: ToolListChangedNotificationSchema,
  ToolResultContent: ToolResultContentSchema,
  Tool: ToolSchema,
  ToolUseContent: ToolUseContentSchema,
  UnsubscribeRequestParams: UnsubscribeRequestParamsSchema,
  UnsubscribeRequest: UnsubscribeRequestSchema,
  UntitledMultiSelectEnumSchema: UntitledMultiSelectEnumSchemaSchema,
  UntitledSingleSelectEnumSchema: UntitledSingleSelectEnumSchemaSchema
};

type Schemas = typeof schemas;

/** The names of what the specification and the OAuth documents define: `Tool`, `CallToolResult`, `OAuthTokens`, … */
export type SpecTypeName = keyof Schemas;
/** What each is. */
export type SpecTypes = { [Name in SpecTypeName]: z.output<Schemas[Name]> };
type SpecTypeInputs = { [Name in SpecTypeName]: z.input<Schemas[Name]> };

/** The schema of each, as a Standard Schema that answers at once. */
export const specTypeSchemas = schemas as unknown as {
  readonly [Name in SpecTypeName]: StandardSchemaV1Sync<SpecTypeInputs[Name], SpecTypes[Name]>;
};

/** A guard for each: `isSpecType.Tool(value)`. Each can be passed on as a callback. */
export const isSpecType = /* @__PURE__ */ guards();

function guards(): { readonly [Name in SpecTypeName]: (value: unknown) => value is SpecTypeInputs[Name] } {
  const entries = Object.entries(schemas).map(([name, schema]) => [name, (value: unknown) => fits(schema, value)]);
  return Object.freeze(Object.fromEntries(entries)) as ReturnType<typeof guards>;
}

/** Builds what validation would build when it is first used. Here the schemas are built on import: nothing is left to do. */
export function preloadSchemas(): void {
  // zod compiles an object's checks at its first parse; this is that parse.
  for (const schema of Object.values(schemas)) fits(schema, undefined);
}

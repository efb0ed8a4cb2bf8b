export {
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnsupportedProtocolVersionError,
  UrlElicitationRequiredError,
  type MissingRequiredClientCapabilityErrorData,
  type SdkHttpErrorData,
  type UnsupportedProtocolVersionErrorData
} from './errors.js';
export { createFetchWithInit, type FetchLike } from './fetch.js';
export type {
  BaseContext,
  ClientContext,
  OutgoingRequest,
  RequestStateAccessor,
  SendRequest,
  ServerContext
} from './jsonrpc/context.js';
export { InMemoryTransport } from './jsonrpc/inMemory.js';
export { deserializeMessage, ReadBuffer, serializeMessage, STDIO_DEFAULT_MAX_BUFFER_SIZE } from './jsonrpc/lines.js';
export {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  isJSONRPCResultResponse,
  parseJSONRPCMessage
} from './jsonrpc/message.js';
export {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  JSONRPC_VERSION,
  METHOD_NOT_FOUND,
  PARSE_ERROR,
  type InternalError,
  type InvalidParamsError,
  type InvalidRequestError,
  type JSONArray,
  type JSONObject,
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type JSONRPCResultResponse,
  type JSONValue,
  type MethodNotFoundError,
  type Notification,
  type ParseError,
  type ProgressToken,
  type Request,
  type RequestId,
  type RequestMeta,
  type Result
} from './jsonrpc/types.js';
export {
  DEFAULT_REQUEST_TIMEOUT_MSEC,
  type NotificationOptions,
  type ProgressCallback,
  type RequestOptions
} from './jsonrpc/requestOptions.js';
export type {
  AuthInfo,
  MessageClassification,
  MessageExtraInfo,
  Transport,
  TransportSendOptions
} from './jsonrpc/transport.js';
export type {
  JsonSchemaType,
  JsonSchemaValidator,
  jsonSchemaValidator,
  JsonSchemaValidatorResult
} from './jsonSchema.js';
export { isJsonContentType } from './mediaType.js';
export {
  AnnotationsSchema,
  BaseMetadataSchema,
  BaseRequestParamsSchema,
  CancelledNotificationParamsSchema,
  CancelledNotificationSchema,
  CursorSchema,
  EmptyResultSchema,
  IconSchema,
  IconsSchema,
  ImplementationSchema,
  NotificationSchema,
  NotificationsParamsSchema,
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
  TaskMetadataSchema,
  type Annotations,
  type BaseMetadata,
  type CancelledNotification,
  type CancelledNotificationParams,
  type Cursor,
  type EmptyResult,
  type Icon,
  type Icons,
  type Implementation,
  type MetaObject,
  type NotificationParams,
  type PaginatedRequest,
  type PaginatedRequestParams,
  type PaginatedResult,
  type Progress,
  type ProgressNotification,
  type ProgressNotificationParams,
  type RelatedTaskMetadata,
  type RequestMetaEnvelope,
  type RequestMetaObject,
  type RequestParams,
  type ResultMetaObject,
  type Role,
  type TaskAugmentedRequestParams,
  type TaskMetadata
} from './model/common.js';
export {
  assertCompleteRequestPrompt,
  assertCompleteRequestResourceTemplate,
  CompleteRequestParamsSchema,
  CompleteRequestSchema,
  CompleteResultSchema,
  PromptReferenceSchema,
  ResourceTemplateReferenceSchema,
  type CompleteRequest,
  type CompleteRequestParams,
  type CompleteRequestPrompt,
  type CompleteRequestResourceTemplate,
  type CompleteResult,
  type PromptReference,
  type ResourceTemplateReference
} from './model/completion.js';
export {
  AudioContentSchema,
  ContentBlockSchema,
  EmbeddedResourceSchema,
  ImageContentSchema,
  ResourceLinkSchema,
  TextContentSchema,
  type AudioContent,
  type ContentBlock,
  type EmbeddedResource,
  type ImageContent,
  type ResourceLink,
  type TextContent
} from './model/content.js';
export { getDisplayName } from './model/displayName.js';
export {
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
  UntitledSingleSelectEnumSchemaSchema,
  type BooleanSchema,
  type ElicitationCompleteNotification,
  type ElicitationCompleteNotificationParams,
  type ElicitRequest,
  type ElicitRequestFormParams,
  type ElicitRequestParams,
  type ElicitRequestURLParams,
  type ElicitResult,
  type EnumSchema,
  type LegacyTitledEnumSchema,
  type MultiSelectEnumSchema,
  type NumberSchema,
  type PrimitiveSchemaDefinition,
  type SingleSelectEnumSchema,
  type StringSchema,
  type TitledMultiSelectEnumSchema,
  type TitledSingleSelectEnumSchema,
  type UntitledMultiSelectEnumSchema,
  type UntitledSingleSelectEnumSchema
} from './model/elicitation.js';
export {
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
export {
  isCallToolResult,
  isInitializedNotification,
  isInitializeRequest,
  isTaskAugmentedRequestParams
} from './model/guards.js';
export {
  isInputRequiredResult,
  withInputRequired,
  type InputRequest,
  type InputRequests,
  type InputRequiredResult,
  type InputResponse,
  type InputResponses
} from './model/inputRequired.js';
export {
  ClientCapabilitiesSchema,
  ClientTasksCapabilitySchema,
  DiscoverRequestSchema,
  DiscoverResultSchema,
  InitializedNotificationSchema,
  InitializeRequestParamsSchema,
  InitializeRequestSchema,
  InitializeResultSchema,
  PingRequestSchema,
  ServerCapabilitiesSchema,
  ServerTasksCapabilitySchema,
  type ClientCapabilities,
  type DiscoverRequest,
  type DiscoverResult,
  type InitializedNotification,
  type InitializeRequest,
  type InitializeRequestParams,
  type InitializeResult,
  type PingRequest,
  type ServerCapabilities
} from './model/lifecycle.js';
export { ListChangedOptionsBaseSchema } from './model/listChanged.js';
export {
  LoggingLevelSchema,
  LoggingMessageNotificationParamsSchema,
  LoggingMessageNotificationSchema,
  SetLevelRequestParamsSchema,
  SetLevelRequestSchema,
  type LoggingLevel,
  type LoggingMessageNotification,
  type LoggingMessageNotificationParams,
  type SetLevelRequest,
  type SetLevelRequestParams
} from './model/logging.js';
export {
  ClientNotificationSchema,
  ClientRequestSchema,
  ClientResultSchema,
  ServerNotificationSchema,
  ServerRequestSchema,
  ServerResultSchema,
  type ClientResult,
  type ServerResult
} from './model/messageUnions.js';
export {
  BAGGAGE_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  RELATED_TASK_META_KEY,
  SERVER_INFO_META_KEY,
  SUBSCRIPTION_ID_META_KEY,
  TRACEPARENT_META_KEY,
  TRACESTATE_META_KEY
} from './model/metaKeys.js';
export type {
  ClientNotification,
  ClientRequest,
  HandlerResultTypeMap,
  NotificationMethod,
  NotificationTypeMap,
  RequestMethod,
  RequestTypeMap,
  ResultTypeMap,
  ServerNotification,
  ServerRequest
} from './model/methods.js';
export {
  GetPromptRequestParamsSchema,
  GetPromptRequestSchema,
  GetPromptResultSchema,
  ListPromptsRequestSchema,
  ListPromptsResultSchema,
  PromptArgumentSchema,
  PromptListChangedNotificationSchema,
  PromptMessageSchema,
  PromptSchema,
  type GetPromptRequest,
  type GetPromptRequestParams,
  type GetPromptResult,
  type ListPromptsRequest,
  type ListPromptsResult,
  type Prompt,
  type PromptArgument,
  type PromptListChangedNotification,
  type PromptMessage
} from './model/prompts.js';
export {
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
  UnsubscribeRequestSchema,
  type BlobResourceContents,
  type ListResourcesRequest,
  type ListResourcesResult,
  type ListResourceTemplatesRequest,
  type ListResourceTemplatesResult,
  type ReadResourceRequest,
  type ReadResourceRequestParams,
  type ReadResourceResult,
  type Resource,
  type ResourceContents,
  type ResourceListChangedNotification,
  type ResourceRequestParams,
  type ResourceTemplateType,
  type ResourceUpdatedNotification,
  type ResourceUpdatedNotificationParams,
  type SubscribeRequest,
  type SubscribeRequestParams,
  type TextResourceContents,
  type UnsubscribeRequest,
  type UnsubscribeRequestParams
} from './model/resources.js';
export {
  ListRootsRequestSchema,
  ListRootsResultSchema,
  RootSchema,
  RootsListChangedNotificationSchema,
  type ListRootsRequest,
  type ListRootsResult,
  type Root,
  type RootsListChangedNotification
} from './model/roots.js';
export {
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
  ToolUseContentSchema,
  type CreateMessageRequest,
  type CreateMessageRequestParams,
  type CreateMessageRequestParamsBase,
  type CreateMessageRequestParamsWithTools,
  type CreateMessageResult,
  type CreateMessageResultWithTools,
  type ModelHint,
  type ModelPreferences,
  type SamplingContent,
  type SamplingMessage,
  type SamplingMessageContentBlock,
  type ToolChoice,
  type ToolResultContent,
  type ToolUseContent
} from './model/sampling.js';
export {
  SubscriptionFilterSchema,
  SubscriptionsAcknowledgedNotificationParamsSchema,
  SubscriptionsAcknowledgedNotificationSchema,
  SubscriptionsListenRequestParamsSchema,
  SubscriptionsListenRequestSchema,
  SubscriptionsListenResultMetaSchema,
  SubscriptionsListenResultSchema,
  type SubscriptionFilter,
  type SubscriptionsAcknowledgedNotification,
  type SubscriptionsAcknowledgedNotificationParams,
  type SubscriptionsListenRequest,
  type SubscriptionsListenRequestParams,
  type SubscriptionsListenResult,
  type SubscriptionsListenResultMeta
} from './model/subscriptions.js';
export {
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
  TaskStatusSchema,
  type CancelTaskRequest,
  type CancelTaskResult,
  type CreateTaskResult,
  type GetTaskPayloadRequest,
  type GetTaskPayloadResult,
  type GetTaskRequest,
  type GetTaskResult,
  type ListTasksRequest,
  type ListTasksResult,
  type Task,
  type TaskCreationParams,
  type TaskStatus,
  type TaskStatusNotification,
  type TaskStatusNotificationParams
} from './model/tasks.js';
export {
  CallToolRequestParamsSchema,
  CallToolRequestSchema,
  CallToolResultSchema,
  CompatibilityCallToolResultSchema,
  ListToolsRequestSchema,
  ListToolsResultSchema,
  ToolAnnotationsSchema,
  ToolExecutionSchema,
  ToolListChangedNotificationSchema,
  ToolSchema,
  type CallToolRequest,
  type CallToolRequestParams,
  type CallToolResult,
  type CompatibilityCallToolResult,
  type ListToolsRequest,
  type ListToolsResult,
  type Tool,
  type ToolAnnotations,
  type ToolExecution,
  type ToolListChangedNotification
} from './model/tools.js';
export { auth, type AuthOptions } from './oauth/auth.js';
export { startAuthorization, type StartAuthorizationOptions } from './oauth/authorizationRequest.js';
export { validateAuthorizationResponseIssuer } from './oauth/authorizationResponse.js';
export {
  extractResourceMetadataUrl,
  extractWWWAuthenticateParams,
  isDpopNonceChallenge,
  type BearerChallenge
} from './oauth/challenge.js';
export { selectClientAuthMethod, type ClientAuthMethod } from './oauth/clientAuth.js';
export {
  buildDiscoveryUrls,
  discoverAuthorizationServerMetadata,
  discoverOAuthMetadata,
  discoverOAuthProtectedResourceMetadata,
  discoverOAuthServerInfo,
  type MetadataDiscoveryOptions,
  type ServerInfoOptions
} from './oauth/discovery.js';
export {
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
  OpenIdProviderMetadataSchema,
  OptionalSafeUrlSchema,
  SafeUrlSchema,
  type AuthorizationServerMetadata,
  type IdJagTokenExchangeResponse,
  type OAuthClientInformation,
  type OAuthClientInformationFull,
  type OAuthClientInformationMixed,
  type OAuthClientMetadata,
  type OAuthClientRegistrationError,
  type OAuthErrorResponse,
  type OAuthMetadata,
  type OAuthProtectedResourceMetadata,
  type OAuthTokenRevocationRequest,
  type OAuthTokens,
  type OpenIdProviderDiscoveryMetadata,
  type OpenIdProviderMetadata,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens
} from './oauth/schemas.js';
export { accessTokenHash, DpopSession, type DpopProofRequest } from './oauth/dpop.js';
export {
  DPOP_SUPPORTED_ALGS,
  generateDpopKeyPair,
  type DpopAlg,
  type DpopKeyPair,
  type GenerateDpopKeyPairOptions
} from './oauth/dpopKeys.js';
export {
  InsufficientScopeError,
  OAuthClientFlowError,
  OAuthError,
  OAuthErrorCode,
  UnauthorizedError,
  type InsufficientScopeDetails,
  type Operation
} from './oauth/errors.js';
export {
  AuthorizationServerMismatchError,
  InsecureTokenEndpointError,
  InvalidDocumentError,
  InvalidScopeError,
  IssuerMismatchError,
  MetadataUnavailableError,
  RegistrationRejectedError,
  ResourceMismatchError
} from './oauth/flowErrors.js';
export type { AuthEvent } from './oauth/events.js';
export type { AuthResult } from './oauth/authResult.js';
export type { CommonAuthOptions } from './oauth/flowContext.js';
export {
  discoverAndRequestJwtAuthGrant,
  exchangeJwtAuthGrant,
  requestJwtAuthorizationGrant,
  type DiscoverAndRequestJwtAuthGrantOptions,
  type JwtAuthGrantResult,
  type RequestJwtAuthGrantOptions
} from './oauth/jwtAuthGrant.js';
export { forgetScopes } from './oauth/ledger.js';
export type {
  AddClientAuthentication,
  AuthProvider,
  OAuthClientInformationContext,
  OAuthClientProvider,
  OAuthDiscoveryState,
  OAuthServerInfo,
  UnauthorizedContext
} from './oauth/provider.js';
export { isHttpsUrl, registerClient, resolveClientMetadata, validateClientMetadataUrl } from './oauth/registration.js';
export { checkResourceAllowed, resourceUrlFromServerUrl } from './oauth/resource.js';
export { computeScopeUnion, isStrictScopeSuperset, mergeScopes } from './oauth/scope.js';
export {
  assertSecureTokenEndpoint,
  exchangeAuthorization,
  fetchToken,
  parseErrorResponse,
  prepareAuthorizationCodeRequest,
  refreshAuthorization,
  type FetchTokenOptions
} from './oauth/token.js';
export { selectResourceURL } from './oauth/serverLookup.js';
export {
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
  type ProtocolEra
} from './protocolVersions.js';
export { isSpecType, preloadSchemas, specTypeSchemas, type SpecTypeName, type SpecTypes } from './specTypes.js';
export type {
  StandardJSONSchemaV1,
  StandardSchemaV1,
  StandardSchemaV1Sync,
  StandardSchemaWithJSON,
  StandardTypedV1
} from './standardSchema.js';
export { UriTemplate, type Variables } from './uriTemplate.js';
export type { MaybePromise } from './maybePromise.js';

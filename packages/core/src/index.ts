export {
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  type SdkHttpErrorData
} from './errors.js';
export { createFetchWithInit, type FetchLike } from './fetch.js';
export type { BaseContext, ClientContext, OutgoingRequest, SendRequest } from './jsonrpc/context.js';
export { InMemoryTransport } from './jsonrpc/inMemory.js';
export {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  isJSONRPCResultResponse,
  JSONRPC_VERSION,
  parseJSONRPCMessage,
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type JSONRPCResultResponse,
  type Notification,
  type ProgressToken,
  type Request,
  type RequestId,
  type RequestMeta,
  type Result
} from './jsonrpc/message.js';
export {
  DEFAULT_REQUEST_TIMEOUT_MSEC,
  type NotificationOptions,
  type ProgressCallback,
  type RequestOptions
} from './jsonrpc/requestOptions.js';
export type { AuthInfo, MessageExtraInfo, Transport, TransportSendOptions } from './jsonrpc/transport.js';
export { isJsonContentType } from './mediaType.js';
export {
  AnnotationsSchema,
  BaseMetadataSchema,
  CancelledNotificationParamsSchema,
  CancelledNotificationSchema,
  CursorSchema,
  EmptyResultSchema,
  IconSchema,
  IconsSchema,
  ImplementationSchema,
  PaginatedRequestParamsSchema,
  PaginatedRequestSchema,
  PaginatedResultSchema,
  ProgressNotificationParamsSchema,
  ProgressNotificationSchema,
  ProgressSchema,
  ProgressTokenSchema,
  RequestIdSchema,
  RequestMetaSchema,
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
  type PaginatedRequest,
  type PaginatedRequestParams,
  type PaginatedResult,
  type Progress,
  type ProgressNotification,
  type ProgressNotificationParams,
  type Role,
  type TaskAugmentedRequestParams,
  type TaskMetadata
} from './model/common.js';
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
  ClientCapabilitiesSchema,
  InitializedNotificationSchema,
  InitializeRequestParamsSchema,
  InitializeRequestSchema,
  InitializeResultSchema,
  PingRequestSchema,
  ServerCapabilitiesSchema,
  type ClientCapabilities,
  type InitializedNotification,
  type InitializeRequest,
  type InitializeRequestParams,
  type InitializeResult,
  type PingRequest,
  type ServerCapabilities
} from './model/lifecycle.js';
export {
  LoggingLevelSchema,
  LoggingMessageNotificationParamsSchema,
  LoggingMessageNotificationSchema,
  type LoggingLevel,
  type LoggingMessageNotification,
  type LoggingMessageNotificationParams
} from './model/logging.js';
export type {
  ClientNotification,
  ClientRequest,
  NotificationMethod,
  NotificationTypeMap,
  RequestMethod,
  RequestTypeMap,
  ResultTypeMap,
  ServerNotification,
  ServerRequest
} from './model/methods.js';
export { PromptListChangedNotificationSchema, type PromptListChangedNotification } from './model/prompts.js';
export {
  BlobResourceContentsSchema,
  ResourceContentsSchema,
  ResourceListChangedNotificationSchema,
  ResourceSchema,
  ResourceUpdatedNotificationParamsSchema,
  ResourceUpdatedNotificationSchema,
  TextResourceContentsSchema,
  type BlobResourceContents,
  type Resource,
  type ResourceContents,
  type ResourceListChangedNotification,
  type ResourceUpdatedNotification,
  type ResourceUpdatedNotificationParams,
  type TextResourceContents
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
  CallToolRequestParamsSchema,
  CallToolRequestSchema,
  CallToolResultSchema,
  ListToolsRequestSchema,
  ListToolsResultSchema,
  ToolAnnotationsSchema,
  ToolExecutionSchema,
  ToolListChangedNotificationSchema,
  ToolSchema,
  type CallToolRequest,
  type CallToolRequestParams,
  type CallToolResult,
  type ListToolsRequest,
  type ListToolsResult,
  type Tool,
  type ToolAnnotations,
  type ToolExecution,
  type ToolListChangedNotification
} from './model/tools.js';
export { auth, type AuthOptions } from './oauth/auth.js';
export {
  startAuthorization,
  validateAuthorizationResponseIssuer,
  type StartAuthorizationOptions
} from './oauth/authorize.js';
export { extractResourceMetadataUrl, extractWWWAuthenticateParams, type BearerChallenge } from './oauth/challenge.js';
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
  type AuthorizationServerMetadata,
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
} from './oauth/documents.js';
export {
  AuthorizationServerMismatchError,
  InsecureTokenEndpointError,
  InsufficientScopeError,
  InvalidDocumentError,
  InvalidScopeError,
  IssuerMismatchError,
  OAuthClientFlowError,
  OAuthError,
  OAuthErrorCode,
  RegistrationRejectedError,
  ResourceMismatchError,
  UnauthorizedError,
  type InsufficientScopeDetails,
  type Operation
} from './oauth/errors.js';
export type { AuthEvent } from './oauth/events.js';
export type { AuthResult, CommonAuthOptions } from './oauth/flow.js';
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
export { checkResourceAllowed, resourceUrlFromServerUrl, selectResourceURL } from './oauth/resource.js';
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
export {
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
  type ProtocolEra
} from './protocolVersions.js';
export type { StandardSchemaV1, StandardTypedV1 } from './standardSchema.js';

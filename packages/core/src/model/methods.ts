import type { StandardSchemaV1 } from '../standardSchema.js';
import {
  type CancelledNotification,
  CancelledNotificationSchema,
  type EmptyResult,
  EmptyResultSchema,
  type ProgressNotification,
  ProgressNotificationSchema
} from './common.js';
import {
  type CompleteRequest,
  CompleteRequestSchema,
  type CompleteResult,
  CompleteResultSchema
} from './completion.js';
import {
  AnyElicitRequestSchema,
  type ElicitationCompleteNotification,
  ElicitationCompleteNotificationSchema,
  type ElicitRequest,
  type ElicitResult,
  ElicitResultSchema
} from './elicitation.js';
import type { InputRequiredResult } from './inputRequired.js';
import {
  type DiscoverRequest,
  DiscoverRequestSchema,
  type DiscoverResult,
  DiscoverResultSchema,
  type InitializedNotification,
  InitializedNotificationSchema,
  type InitializeRequest,
  InitializeRequestSchema,
  type InitializeResult,
  InitializeResultSchema,
  type PingRequest,
  PingRequestSchema
} from './lifecycle.js';
import {
  type LoggingMessageNotification,
  LoggingMessageNotificationSchema,
  type SetLevelRequest,
  SetLevelRequestSchema
} from './logging.js';
import {
  type GetPromptRequest,
  GetPromptRequestSchema,
  type GetPromptResult,
  GetPromptResultSchema,
  type ListPromptsRequest,
  ListPromptsRequestSchema,
  type ListPromptsResult,
  ListPromptsResultSchema,
  type PromptListChangedNotification,
  PromptListChangedNotificationSchema
} from './prompts.js';
import {
  type ListResourcesRequest,
  ListResourcesRequestSchema,
  type ListResourcesResult,
  ListResourcesResultSchema,
  type ListResourceTemplatesRequest,
  ListResourceTemplatesRequestSchema,
  type ListResourceTemplatesResult,
  ListResourceTemplatesResultSchema,
  type ReadResourceRequest,
  ReadResourceRequestSchema,
  type ReadResourceResult,
  ReadResourceResultSchema,
  type ResourceListChangedNotification,
  ResourceListChangedNotificationSchema,
  type ResourceUpdatedNotification,
  ResourceUpdatedNotificationSchema,
  type SubscribeRequest,
  SubscribeRequestSchema,
  type UnsubscribeRequest,
  UnsubscribeRequestSchema
} from './resources.js';
import {
  type ListRootsRequest,
  ListRootsRequestSchema,
  type ListRootsResult,
  ListRootsResultSchema,
  type RootsListChangedNotification,
  RootsListChangedNotificationSchema
} from './roots.js';
import {
  type CreateMessageRequest,
  CreateMessageRequestSchema,
  type CreateMessageResult,
  type CreateMessageResultWithTools,
  CreateMessageResultWithToolsSchema
} from './sampling.js';
import {
  type SubscriptionsAcknowledgedNotification,
  SubscriptionsAcknowledgedNotificationSchema,
  type SubscriptionsListenRequest,
  SubscriptionsListenRequestSchema,
  type SubscriptionsListenResult,
  SubscriptionsListenResultSchema
} from './subscriptions.js';
import {
  type CallToolRequest,
  CallToolRequestSchema,
  type CallToolResult,
  CallToolResultSchema,
  type ListToolsRequest,
  ListToolsRequestSchema,
  type ListToolsResult,
  ListToolsResultSchema,
  type ToolListChangedNotification,
  ToolListChangedNotificationSchema
} from './tools.js';

export type ClientRequest =
  | PingRequest
  | InitializeRequest
  | DiscoverRequest
  | CompleteRequest
  | SetLevelRequest
  | GetPromptRequest
  | ListPromptsRequest
  | ListResourcesRequest
  | ListResourceTemplatesRequest
  | ReadResourceRequest
  | SubscribeRequest
  | UnsubscribeRequest
  | SubscriptionsListenRequest
  | CallToolRequest
  | ListToolsRequest;
export type ServerRequest = PingRequest | CreateMessageRequest | ElicitRequest | ListRootsRequest;
export type ClientNotification =
  CancelledNotification | ProgressNotification | InitializedNotification | RootsListChangedNotification;
export type ServerNotification =
  | CancelledNotification
  | ProgressNotification
  | LoggingMessageNotification
  | ResourceUpdatedNotification
  | ResourceListChangedNotification
  | ToolListChangedNotification
  | PromptListChangedNotification
  | SubscriptionsAcknowledgedNotification
  | ElicitationCompleteNotification;

type ByMethod<Message extends { method: string }> = { [Each in Message as Each['method']]: Each };

/** The request of each method. */
export type RequestTypeMap = ByMethod<ClientRequest | ServerRequest>;
/** The notification of each method. */
export type NotificationTypeMap = ByMethod<ClientNotification | ServerNotification>;
export type RequestMethod = keyof RequestTypeMap;
export type NotificationMethod = keyof NotificationTypeMap;

/** The result of each method. */
export type ResultTypeMap = {
  ping: EmptyResult;
  initialize: InitializeResult;
  'server/discover': DiscoverResult;
  'completion/complete': CompleteResult;
  'logging/setLevel': EmptyResult;
  'prompts/get': GetPromptResult;
  'prompts/list': ListPromptsResult;
  'resources/list': ListResourcesResult;
  'resources/templates/list': ListResourceTemplatesResult;
  'resources/read': ReadResourceResult;
  'resources/subscribe': EmptyResult;
  'resources/unsubscribe': EmptyResult;
  'subscriptions/listen': SubscriptionsListenResult;
  'tools/call': CallToolResult;
  'tools/list': ListToolsResult;
  'sampling/createMessage': CreateMessageResult | CreateMessageResultWithTools;
  'elicitation/create': ElicitResult;
  'roots/list': ListRootsResult;
};

/** What a handler of each method may return: three methods of servers may also ask for input. */
export type HandlerResultTypeMap = {
  [Method in keyof ResultTypeMap]: Method extends 'tools/call' | 'prompts/get' | 'resources/read'
    ? ResultTypeMap[Method] | InputRequiredResult
    : ResultTypeMap[Method];
};

// Functions, not tables: a method comes off the wire and may be called `constructor`.

/** Returns the schema of a whole request, or undefined for a method this SDK does not know. */
export function requestSchema(method: string): StandardSchemaV1 | undefined {
  switch (method as RequestMethod) {
    case 'ping':
      return PingRequestSchema;
    case 'initialize':
      return InitializeRequestSchema;
    case 'server/discover':
      return DiscoverRequestSchema;
    case 'completion/complete':
      return CompleteRequestSchema;
    case 'logging/setLevel':
      return SetLevelRequestSchema;
    case 'prompts/get':
      return GetPromptRequestSchema;
    case 'prompts/list':
      return ListPromptsRequestSchema;
    case 'resources/list':
      return ListResourcesRequestSchema;
    case 'resources/templates/list':
      return ListResourceTemplatesRequestSchema;
    case 'resources/read':
      return ReadResourceRequestSchema;
    case 'resources/subscribe':
      return SubscribeRequestSchema;
    case 'resources/unsubscribe':
      return UnsubscribeRequestSchema;
    case 'subscriptions/listen':
      return SubscriptionsListenRequestSchema;
    case 'tools/call':
      return CallToolRequestSchema;
    case 'tools/list':
      return ListToolsRequestSchema;
    case 'sampling/createMessage':
      return CreateMessageRequestSchema;
    case 'elicitation/create':
      return AnyElicitRequestSchema;
    case 'roots/list':
      return ListRootsRequestSchema;
    default:
      return undefined;
  }
}

/** Returns the schema of a result, or undefined for a method this SDK does not know. */
export function resultSchema(method: string): StandardSchemaV1 | undefined {
  switch (method as RequestMethod) {
    case 'ping':
    case 'logging/setLevel':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return EmptyResultSchema;
    case 'initialize':
      return InitializeResultSchema;
    case 'server/discover':
      return DiscoverResultSchema;
    case 'completion/complete':
      return CompleteResultSchema;
    case 'prompts/get':
      return GetPromptResultSchema;
    case 'prompts/list':
      return ListPromptsResultSchema;
    case 'resources/list':
      return ListResourcesResultSchema;
    case 'resources/templates/list':
      return ListResourceTemplatesResultSchema;
    case 'resources/read':
      return ReadResourceResultSchema;
    case 'subscriptions/listen':
      return SubscriptionsListenResultSchema;
    case 'tools/call':
      return CallToolResultSchema;
    case 'tools/list':
      return ListToolsResultSchema;
    case 'sampling/createMessage':
      // Of the two, the one that admits what both do.
      return CreateMessageResultWithToolsSchema;
    case 'elicitation/create':
      return ElicitResultSchema;
    case 'roots/list':
      return ListRootsResultSchema;
    default:
      return undefined;
  }
}

/** Returns the schema of a whole notification, or undefined for a method this SDK does not know. */
export function notificationSchema(method: string): StandardSchemaV1 | undefined {
  switch (method as NotificationMethod) {
    case 'notifications/cancelled':
      return CancelledNotificationSchema;
    case 'notifications/progress':
      return ProgressNotificationSchema;
    case 'notifications/initialized':
      return InitializedNotificationSchema;
    case 'notifications/message':
      return LoggingMessageNotificationSchema;
    case 'notifications/tools/list_changed':
      return ToolListChangedNotificationSchema;
    case 'notifications/prompts/list_changed':
      return PromptListChangedNotificationSchema;
    case 'notifications/resources/list_changed':
      return ResourceListChangedNotificationSchema;
    case 'notifications/resources/updated':
      return ResourceUpdatedNotificationSchema;
    case 'notifications/roots/list_changed':
      return RootsListChangedNotificationSchema;
    case 'notifications/subscriptions/acknowledged':
      return SubscriptionsAcknowledgedNotificationSchema;
    case 'notifications/elicitation/complete':
      return ElicitationCompleteNotificationSchema;
    default:
      return undefined;
  }
}

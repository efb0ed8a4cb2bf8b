import {
  type CancelledNotification,
  CancelledNotificationSchema,
  type EmptyResult,
  EmptyResultSchema,
  type ProgressNotification,
  ProgressNotificationSchema
} from './common.js';
import {
  type ElicitationCompleteNotification,
  ElicitationCompleteNotificationSchema,
  type ElicitRequest,
  ElicitRequestSchema,
  type ElicitResult,
  ElicitResultSchema
} from './elicitation.js';
import {
  type InitializedNotification,
  InitializedNotificationSchema,
  type InitializeRequest,
  InitializeRequestSchema,
  type InitializeResult,
  InitializeResultSchema,
  type PingRequest,
  PingRequestSchema
} from './lifecycle.js';
import { type LoggingMessageNotification, LoggingMessageNotificationSchema } from './logging.js';
import { type PromptListChangedNotification, PromptListChangedNotificationSchema } from './prompts.js';
import {
  type ResourceListChangedNotification,
  ResourceListChangedNotificationSchema,
  type ResourceUpdatedNotification,
  ResourceUpdatedNotificationSchema
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
import type { StandardSchemaV1 } from '../standardSchema.js';
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

export type ClientRequest = PingRequest | InitializeRequest | ListToolsRequest | CallToolRequest;
export type ServerRequest = PingRequest | CreateMessageRequest | ElicitRequest | ListRootsRequest;
export type ClientNotification =
  CancelledNotification | ProgressNotification | InitializedNotification | RootsListChangedNotification;
export type ServerNotification =
  | CancelledNotification
  | ProgressNotification
  | LoggingMessageNotification
  | ToolListChangedNotification
  | PromptListChangedNotification
  | ResourceListChangedNotification
  | ResourceUpdatedNotification
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
  'tools/list': ListToolsResult;
  'tools/call': CallToolResult;
  'sampling/createMessage': CreateMessageResult | CreateMessageResultWithTools;
  'elicitation/create': ElicitResult;
  'roots/list': ListRootsResult;
};

// Functions, not tables: a method comes off the wire and may be called `constructor`.

/** The schema of a whole request, or undefined for a method this SDK does not know. */
export function requestSchema(method: string): StandardSchemaV1 | undefined {
  switch (method as RequestMethod) {
    case 'ping':
      return PingRequestSchema;
    case 'initialize':
      return InitializeRequestSchema;
    case 'tools/list':
      return ListToolsRequestSchema;
    case 'tools/call':
      return CallToolRequestSchema;
    case 'sampling/createMessage':
      return CreateMessageRequestSchema;
    case 'elicitation/create':
      return ElicitRequestSchema;
    case 'roots/list':
      return ListRootsRequestSchema;
    default:
      return undefined;
  }
}

/** The schema of a result, or undefined for a method this SDK does not know. */
export function resultSchema(method: string): StandardSchemaV1 | undefined {
  switch (method as RequestMethod) {
    case 'ping':
      return EmptyResultSchema;
    case 'initialize':
      return InitializeResultSchema;
    case 'tools/list':
      return ListToolsResultSchema;
    case 'tools/call':
      return CallToolResultSchema;
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

/** The schema of a whole notification, or undefined for a method this SDK does not know. */
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
    case 'notifications/elicitation/complete':
      return ElicitationCompleteNotificationSchema;
    default:
      return undefined;
  }
}

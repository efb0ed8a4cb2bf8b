import * as z from 'zod/mini';
import {
  bareNotificationParams,
  bareRequestParams,
  ImplementationSchema,
  requestShape,
  resultShape
} from './common.js';
import { jsonObject, open, optional } from './shape.js';

// Initialization and ping. https://modelcontextprotocol.io/specification/2025-11-25/schema

const named = z.optional(z.record(z.string(), jsonObject));
const listChanged = { listChanged: optional.boolean };

const taskCapabilities = <Requests extends z.core.$ZodShape>(requests: Requests) =>
  z.optional(
    z.looseObject({
      list: optional.jsonObject,
      cancel: optional.jsonObject,
      requests: z.optional(z.looseObject(requests))
    })
  );

export const ClientCapabilitiesSchema = open({
  experimental: named,
  extensions: named,
  roots: z.optional(open(listChanged)),
  sampling: z.optional(open({ context: optional.jsonObject, tools: optional.jsonObject })),
  elicitation: z.optional(
    z.looseObject({
      form: z.optional(z.looseObject({ applyDefaults: optional.boolean })),
      url: optional.jsonObject
    })
  ),
  tasks: taskCapabilities({
    sampling: z.optional(z.looseObject({ createMessage: optional.jsonObject })),
    elicitation: z.optional(z.looseObject({ create: optional.jsonObject }))
  })
});
export interface ClientCapabilities extends z.infer<typeof ClientCapabilitiesSchema> {}

export const ServerCapabilitiesSchema = open({
  experimental: named,
  extensions: named,
  logging: optional.jsonObject,
  completions: optional.jsonObject,
  prompts: z.optional(open(listChanged)),
  resources: z.optional(open({ ...listChanged, subscribe: optional.boolean })),
  tools: z.optional(open(listChanged)),
  tasks: taskCapabilities({ tools: z.optional(z.looseObject({ call: optional.jsonObject })) })
});
export interface ServerCapabilities extends z.infer<typeof ServerCapabilitiesSchema> {}

export const InitializeRequestParamsSchema = open({
  ...requestShape,
  protocolVersion: z.string(),
  capabilities: ClientCapabilitiesSchema,
  clientInfo: ImplementationSchema
});
export interface InitializeRequestParams extends z.infer<typeof InitializeRequestParamsSchema> {}

export const InitializeRequestSchema = open({ method: z.literal('initialize'), params: InitializeRequestParamsSchema });
export interface InitializeRequest extends z.infer<typeof InitializeRequestSchema> {}

export const InitializeResultSchema = z.looseObject({
  ...resultShape,
  protocolVersion: z.string(),
  capabilities: ServerCapabilitiesSchema,
  serverInfo: ImplementationSchema,
  instructions: optional.string
});
export interface InitializeResult extends z.infer<typeof InitializeResultSchema> {}

export const InitializedNotificationSchema = open({
  method: z.literal('notifications/initialized'),
  params: bareNotificationParams
});
export interface InitializedNotification extends z.infer<typeof InitializedNotificationSchema> {}

export const PingRequestSchema = open({ method: z.literal('ping'), params: bareRequestParams });
export interface PingRequest extends z.infer<typeof PingRequestSchema> {}

// From 2026-07-28 on there is no handshake. https://modelcontextprotocol.io/specification/2026-07-28/server/discover

export const DiscoverRequestSchema = open({ method: z.literal('server/discover'), params: bareRequestParams });
export interface DiscoverRequest extends z.infer<typeof DiscoverRequestSchema> {}

export const DiscoverResultSchema = z.looseObject({
  ...resultShape,
  supportedVersions: z.array(z.string()),
  capabilities: ServerCapabilitiesSchema,
  instructions: optional.string
});
export interface DiscoverResult extends z.infer<typeof DiscoverResultSchema> {}

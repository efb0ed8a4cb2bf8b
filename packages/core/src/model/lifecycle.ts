import * as z from 'zod/mini';
import type { JSONObject } from '../jsonrpc/types.js';
import {
  bareNotificationParams,
  bareRequestParams,
  ImplementationSchema,
  requestShape,
  resultShape
} from './common.js';
import { json, open, optional, record } from './schemaParts.js';

// Initialization and ping. https://modelcontextprotocol.io/specification/2025-11-25/schema

const named = z.optional(record(json));
/** The type is that of upstream: what is declared, and JSON. */
type Elicitation = { form?: { applyDefaults?: boolean | undefined } & JSONObject; url?: JSONObject } & JSONObject;

const listChanged = { listChanged: optional.boolean };

const taskCapabilities = <Requests extends z.core.$ZodShape>(requests: Requests) =>
  z.looseObject({
    list: optional.json,
    cancel: optional.json,
    requests: z.optional(z.looseObject(requests))
  });

export const ClientTasksCapabilitySchema = taskCapabilities({
  sampling: z.optional(z.looseObject({ createMessage: optional.json })),
  elicitation: z.optional(z.looseObject({ create: optional.json }))
});
export const ServerTasksCapabilitySchema = taskCapabilities({
  tools: z.optional(z.looseObject({ call: optional.json }))
});

export const ClientCapabilitiesSchema = open({
  experimental: named,
  extensions: named,
  roots: z.optional(open(listChanged)),
  sampling: z.optional(open({ context: optional.json, tools: optional.json })),
  elicitation: z.optional(
    open({
      form: z.optional(open({ applyDefaults: optional.boolean })),
      url: optional.json
    }) as unknown as z.ZodMiniType<Elicitation, Elicitation>
  ),
  tasks: z.optional(ClientTasksCapabilitySchema)
});
export interface ClientCapabilities extends z.infer<typeof ClientCapabilitiesSchema> {}

export const ServerCapabilitiesSchema = open({
  experimental: named,
  extensions: named,
  logging: optional.json,
  completions: optional.json,
  prompts: z.optional(open(listChanged)),
  resources: z.optional(open({ ...listChanged, subscribe: optional.boolean })),
  tools: z.optional(open(listChanged)),
  tasks: z.optional(ServerTasksCapabilitySchema)
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

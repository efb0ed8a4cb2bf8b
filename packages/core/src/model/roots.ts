import * as z from 'zod/mini';
import { bareNotificationParams, bareRequestParams, resultShape } from './common.js';
import { open, optional } from './schemaParts.js';

// Roots: the server asks for the directories it may work in. https://modelcontextprotocol.io/specification/2025-11-25/schema

/** 2026-07-28, Root: it must start like this for now. */
const fileUri = z.custom<string>(
  value => typeof value === 'string' && value.startsWith('file://'),
  'expected URI that starts with file://'
);

export const RootSchema = open({ uri: fileUri, name: optional.string, _meta: optional.jsonObject });
export interface Root extends z.infer<typeof RootSchema> {}

export const ListRootsRequestSchema = open({ method: z.literal('roots/list'), params: bareRequestParams });
export interface ListRootsRequest extends z.infer<typeof ListRootsRequestSchema> {}

export const ListRootsResultSchema = z.looseObject({ ...resultShape, roots: z.array(RootSchema) });
export interface ListRootsResult extends z.infer<typeof ListRootsResultSchema> {}

export const RootsListChangedNotificationSchema = open({
  method: z.literal('notifications/roots/list_changed'),
  params: bareNotificationParams
});
export interface RootsListChangedNotification extends z.infer<typeof RootsListChangedNotificationSchema> {}

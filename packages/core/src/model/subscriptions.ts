import * as z from 'zod/mini';
import { notificationShape, RequestIdSchema, requestShape, type ResultMetaObject } from './common.js';
import { SUBSCRIPTION_ID_META_KEY } from './metaKeys.js';
import { open, optional } from './schemaParts.js';

// Subscriptions. https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions

/** Which changes to hear of. `resourceSubscriptions` are URIs. */
export const SubscriptionFilterSchema = open({
  toolsListChanged: optional.boolean,
  promptsListChanged: optional.boolean,
  resourcesListChanged: optional.boolean,
  resourceSubscriptions: optional.strings
});
export interface SubscriptionFilter extends z.infer<typeof SubscriptionFilterSchema> {}

export const SubscriptionsListenRequestParamsSchema = open({
  ...requestShape,
  notifications: SubscriptionFilterSchema
});
export interface SubscriptionsListenRequestParams extends z.infer<typeof SubscriptionsListenRequestParamsSchema> {}

export const SubscriptionsListenRequestSchema = open({
  method: z.literal('subscriptions/listen'),
  params: SubscriptionsListenRequestParamsSchema
});
export interface SubscriptionsListenRequest extends z.infer<typeof SubscriptionsListenRequestSchema> {}

export const SubscriptionsAcknowledgedNotificationParamsSchema = open({
  ...notificationShape,
  notifications: SubscriptionFilterSchema
});
export interface SubscriptionsAcknowledgedNotificationParams extends z.infer<
  typeof SubscriptionsAcknowledgedNotificationParamsSchema
> {}

export const SubscriptionsAcknowledgedNotificationSchema = open({
  method: z.literal('notifications/subscriptions/acknowledged'),
  params: SubscriptionsAcknowledgedNotificationParamsSchema
});
export interface SubscriptionsAcknowledgedNotification extends z.infer<
  typeof SubscriptionsAcknowledgedNotificationSchema
> {}

export const SubscriptionsListenResultMetaSchema = z.looseObject({ [SUBSCRIPTION_ID_META_KEY]: RequestIdSchema });
export interface SubscriptionsListenResultMeta
  extends ResultMetaObject, z.infer<typeof SubscriptionsListenResultMetaSchema> {}

/** The server ended the subscription of its own accord. */
export const SubscriptionsListenResultSchema = z.looseObject({ _meta: SubscriptionsListenResultMetaSchema });
export interface SubscriptionsListenResult extends z.infer<typeof SubscriptionsListenResultSchema> {}

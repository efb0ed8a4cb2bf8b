import * as z from 'zod/mini';
import { bareNotificationParams } from './common.js';
import { open } from './shape.js';

// Prompts. https://modelcontextprotocol.io/specification/2025-11-25/schema

export const PromptListChangedNotificationSchema = open({
  method: z.literal('notifications/prompts/list_changed'),
  params: bareNotificationParams
});
export interface PromptListChangedNotification extends z.infer<typeof PromptListChangedNotificationSchema> {}

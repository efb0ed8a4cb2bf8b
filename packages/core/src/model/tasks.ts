import * as z from 'zod/mini';
import {
  notificationShape,
  PaginatedRequestParamsSchema,
  paginatedResultShape,
  requestShape,
  resultShape
} from './common.js';
import { open, optional } from './schemaParts.js';

// Tasks of 2025-11-25: the words of the wire, for those who speak them. Nothing here runs a task.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks

export const TaskCreationParamsSchema = z.looseObject({ ttl: optional.number, pollInterval: optional.number });
export interface TaskCreationParams extends z.infer<typeof TaskCreationParamsSchema> {}

export const TaskStatusSchema = z.enum(['working', 'input_required', 'completed', 'failed', 'cancelled']);
export type TaskStatus = z.infer<typeof TaskStatusSchema>;

/** Times are ISO 8601, `ttl` and `pollInterval` milliseconds. */
const taskShape = {
  taskId: z.string(),
  status: TaskStatusSchema,
  ttl: z.union([z.number(), z.null()]),
  createdAt: z.string(),
  lastUpdatedAt: z.string(),
  pollInterval: optional.number,
  statusMessage: optional.string
};
export const TaskSchema = open(taskShape);
export interface Task extends z.infer<typeof TaskSchema> {}

export const CreateTaskResultSchema = z.looseObject({ ...resultShape, task: TaskSchema });
export interface CreateTaskResult extends z.infer<typeof CreateTaskResultSchema> {}

export const TaskStatusNotificationParamsSchema = open({ ...notificationShape, ...taskShape });
export interface TaskStatusNotificationParams extends z.infer<typeof TaskStatusNotificationParamsSchema> {}

export const TaskStatusNotificationSchema = open({
  method: z.literal('notifications/tasks/status'),
  params: TaskStatusNotificationParamsSchema
});
export interface TaskStatusNotification extends z.infer<typeof TaskStatusNotificationSchema> {}

const ofTask = open({ ...requestShape, taskId: z.string() });

export const GetTaskRequestSchema = open({ method: z.literal('tasks/get'), params: ofTask });
export interface GetTaskRequest extends z.infer<typeof GetTaskRequestSchema> {}
export const GetTaskResultSchema = open({ ...resultShape, ...taskShape });
export interface GetTaskResult extends z.infer<typeof GetTaskResultSchema> {}

export const GetTaskPayloadRequestSchema = open({ method: z.literal('tasks/result'), params: ofTask });
export interface GetTaskPayloadRequest extends z.infer<typeof GetTaskPayloadRequestSchema> {}
export const GetTaskPayloadResultSchema = z.looseObject(resultShape);
export interface GetTaskPayloadResult extends z.infer<typeof GetTaskPayloadResultSchema> {}

export const ListTasksRequestSchema = open({
  method: z.literal('tasks/list'),
  params: z.optional(PaginatedRequestParamsSchema)
});
export interface ListTasksRequest extends z.infer<typeof ListTasksRequestSchema> {}
export const ListTasksResultSchema = z.looseObject({ ...paginatedResultShape, tasks: z.array(TaskSchema) });
export interface ListTasksResult extends z.infer<typeof ListTasksResultSchema> {}

export const CancelTaskRequestSchema = open({ method: z.literal('tasks/cancel'), params: ofTask });
export interface CancelTaskRequest extends z.infer<typeof CancelTaskRequestSchema> {}
export const CancelTaskResultSchema = open({ ...resultShape, ...taskShape });
export interface CancelTaskResult extends z.infer<typeof CancelTaskResultSchema> {}

// The names of @modelcontextprotocol/core/internal: what its root entry has, and the schemas that only SDKs need.
export * from './index.js';
export { BaseRequestParamsSchema, NotificationsParamsSchema } from './model/common.js';
export { ClientTasksCapabilitySchema, ServerTasksCapabilitySchema } from './model/lifecycle.js';
export { ListChangedOptionsBaseSchema } from './model/listChanged.js';
export { OptionalSafeUrlSchema, SafeUrlSchema } from './oauth/documents.js';

export * from '@scopeful/core';
export type { InsufficientScopePolicy } from './http/authorizer.js';
export type { ReconnectionScheduler, StreamableHTTPReconnectionOptions } from './http/httpSession.js';
export type { HttpTransportOptions } from './http/httpTransport.js';
export { SSEClientTransport, SseError, type SSEClientTransportOptions } from './http/sse.js';
export {
  StreamableHTTPClientTransport,
  type StartSSEOptions,
  type StreamableHTTPClientTransportOptions
} from './http/streamableHttp.js';

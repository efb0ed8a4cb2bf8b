import type { BaseContext } from './context.js';
import type { JSONRPCRequest, Notification, Result } from './types.js';

/** Answers a request. What it throws becomes the error response. */
export type RequestHandler = (request: JSONRPCRequest, context: BaseContext) => Promise<Result>;

export type NotificationHandler = (notification: Notification) => void | Promise<void>;

/** Who handles what the peer sends. Outlives a connection: handlers are registered once and serve every reconnect. */
export class Handlers {
  fallbackRequest: RequestHandler | undefined;
  fallbackNotification: NotificationHandler | undefined;
  readonly requests = new Map<string, RequestHandler>([['ping', () => Promise.resolve({})]]);
  readonly notifications = new Map<string, NotificationHandler>();
}

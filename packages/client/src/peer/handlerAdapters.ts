import type {
  ClientContext,
  HandlerResultTypeMap,
  Notification,
  NotificationTypeMap,
  RequestTypeMap,
  Result,
  StandardSchemaV1
} from '@scopeful/core';
import {
  invalidParams,
  type NotificationHandler,
  notificationSchema,
  parsed,
  received,
  type RequestHandler,
  requestSchema
} from '@scopeful/core/engine';

/** The schemas of a method that MCP does not define. `result` only types what the handler returns. */
export interface RequestHandlerSchemas<
  Params extends StandardSchemaV1 = StandardSchemaV1,
  Returned extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined
> {
  params: Params;
  result?: Returned;
}

/** What a handler returns, where there is a schema for it. */
export type InferHandlerResult<Returned extends StandardSchemaV1 | undefined> = Returned extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Returned>
  : Result;

/** Handles a request that MCP defines. */
export type SpecRequestHandler<Method extends keyof RequestTypeMap, ContextT = ClientContext> = (
  request: RequestTypeMap[Method],
  context: ContextT
) => HandlerResultTypeMap[Method] | Promise<HandlerResultTypeMap[Method]>;

/** Handles a notification that MCP defines. */
export type SpecNotificationHandler<Method extends keyof NotificationTypeMap> = (
  notification: NotificationTypeMap[Method]
) => void | Promise<void>;

/** A handler whose types only the overloads know. */
export type AnyHandler = (input: never, context: never) => unknown;

/** Makes the handler of a request: one that MCP defines is checked whole, of any other the params are. */
export function requestHandler(
  method: string,
  schemas: RequestHandlerSchemas | undefined,
  handler: AnyHandler
): RequestHandler {
  const schema = requestSchema(method);
  const misfit = invalidParams(method);
  return async (request, context) => {
    if (schema !== undefined) received(schema, request, misfit);
    const input = schemas === undefined ? request : await parsed(schemas.params, ownParams(request), misfit);
    return (await handler(input as never, context as never)) as Result;
  };
}

/** Makes the handler of a notification, checked like a request. */
export function notificationHandler(
  method: string,
  schemas: Pick<RequestHandlerSchemas, 'params'> | undefined,
  handler: AnyHandler
): NotificationHandler {
  const misfit = invalidParams(method);
  if (schemas !== undefined) {
    return async notification => {
      await handler((await parsed(schemas.params, ownParams(notification), misfit)) as never, notification as never);
    };
  }
  const schema = notificationSchema(method);
  return notification => {
    if (schema !== undefined) received(schema, notification, misfit);
    return handler(notification as never, undefined as never) as void | Promise<void>;
  };
}

/**
 * Returns the params without `_meta`, which belongs to the protocol: a strict schema of the user need not know of it.
 */
function ownParams({ params }: Notification): object {
  const { _meta, ...own } = params ?? {};
  return own;
}

import type { ElicitRequestFormParams, ElicitRequestURLParams, ElicitResult } from '../model/elicitation.js';
import type { LoggingLevel } from '../model/logging.js';
import type { RequestMethod, ResultTypeMap } from '../model/methods.js';
import type {
  CreateMessageRequestParams,
  CreateMessageResult,
  CreateMessageResultWithTools
} from '../model/sampling.js';
import type { StandardSchemaV1 } from '../standardSchema.js';
import type { JSONRPCRequest, Notification, RequestId, RequestMeta } from './types.js';
import type { RequestOptions } from './requestOptions.js';
import type { AuthInfo } from './transport.js';

/** A request to send. `params` may be any object type, an interface too. */
export type OutgoingRequest<Method extends string = string> = { method: Method; params?: object };

/** Sends a request: a known method alone, or any method with the schema of its result. */
export interface SendRequest {
  <Method extends RequestMethod>(
    request: OutgoingRequest<Method>,
    options?: RequestOptions
  ): Promise<ResultTypeMap[Method]>;
  <Schema extends StandardSchemaV1>(
    request: OutgoingRequest,
    resultSchema: Schema,
    options?: RequestOptions
  ): Promise<StandardSchemaV1.InferOutput<Schema>>;
}

/** Reads the state that a server gave with `input_required`. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- upstream's declaration
export type RequestStateAccessor = <T = unknown>() => T | undefined;

/** What a request handler gets beside the request. */
export type BaseContext = {
  /** The transport's session id, where it has one. */
  sessionId?: string;
  mcpReq: {
    id: RequestId;
    method: string;
    _meta?: RequestMeta;
    /** What a server gets of a request that is sent again with input; a client has none of it. */
    inputResponses?: Record<string, unknown>;
    droppedInputResponseKeys?: string[];
    requestState: RequestStateAccessor;
    /** Aborts when the peer cancels the request, and when the connection closes. */
    signal: AbortSignal;
    /** Sends a request to the peer that belongs to this one. */
    send: SendRequest;
    /** Sends a notification to the peer that belongs to this request. */
    notify: (notification: Notification) => Promise<void>;
  };
  http?: {
    authInfo?: AuthInfo;
  };
};

/** What a request handler of a client gets beside the request. */
export type ClientContext = BaseContext;

/** What a request handler of a server gets beside the request. No server is here: the type is for code that serves both. */
export type ServerContext = BaseContext & {
  mcpReq: {
    /** Sends a log message, if the client wants those of this level. */
    log: (level: LoggingLevel, data: unknown, logger?: string) => Promise<void>;
    /** Asks the user of the client. */
    elicitInput: (
      params: ElicitRequestFormParams | ElicitRequestURLParams,
      options?: RequestOptions
    ) => Promise<ElicitResult>;
    /** Asks the model of the client. */
    requestSampling: (
      params: CreateMessageRequestParams,
      options?: RequestOptions
    ) => Promise<CreateMessageResult | CreateMessageResultWithTools>;
  };
  http?: {
    req?: Request;
    /** Closes the stream of this request, so that the client resumes. */
    closeSSE?: () => void;
    /** Closes the server's own stream, so that the client resumes. */
    closeStandaloneSSE?: () => void;
  };
};

const noState: RequestStateAccessor = () => undefined;

/** Returns the context of a request that is about to be handled. */
export function requestContext(
  { id, method, params }: JSONRPCRequest,
  signal: AbortSignal,
  peer: { sessionId?: string; send: SendRequest; notify: (notification: Notification) => Promise<void> }
): BaseContext {
  const { sessionId, send, notify } = peer;
  return { sessionId, mcpReq: { id, method, _meta: params?._meta, signal, requestState: noState, send, notify } };
}

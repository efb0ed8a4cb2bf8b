import { messageOf } from '../asError.js';
import { ProtocolError, ProtocolErrorCode } from '../errors.js';
import type { BaseContext } from './context.js';
import type { RequestHandler } from './handlers.js';
import {
  JSONRPC_VERSION,
  type JSONRPCErrorResponse,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type RequestId,
  type Result
} from './types.js';

/** The peer's requests that are being handled. Owns the signal of each. */
export class IncomingRequests {
  readonly #running = new Map<RequestId, AbortController>();

  /** Runs the handler and makes the response, or `undefined` when the request was cancelled meanwhile. */
  async handle(
    request: JSONRPCRequest,
    handler: RequestHandler | undefined,
    context: (signal: AbortSignal) => BaseContext
  ): Promise<JSONRPCResponse | undefined> {
    const { id, method } = request;
    if (handler === undefined) {
      return errorResponse(id, new ProtocolError(ProtocolErrorCode.MethodNotFound, `Method not found: ${method}`));
    }
    const controller = new AbortController();
    this.#running.set(id, controller);
    const response = await respond(request, handler, context(controller.signal));
    if (this.#running.get(id) === controller) this.#running.delete(id);
    return controller.signal.aborted ? undefined : response;
  }

  /** The peer cancelled. An unknown id is a request that has been answered: no error. */
  cancel(id: RequestId, reason: string | undefined): void {
    this.#running.get(id)?.abort(new DOMException(reason ?? 'The peer cancelled the request', 'AbortError'));
  }

  stop(reason: Error): void {
    for (const controller of this.#running.values()) controller.abort(reason);
    this.#running.clear();
  }
}

async function respond(
  request: JSONRPCRequest,
  handler: RequestHandler,
  context: BaseContext
): Promise<JSONRPCResponse> {
  try {
    const result = (await handler(request, context)) as Result | null | undefined;
    // JSON would drop an undefined result, and the peer wait for ever.
    if (typeof result !== 'object' || result === null) {
      throw new TypeError(`The handler of ${request.method} returned no result object`);
    }
    return { jsonrpc: JSONRPC_VERSION, id: request.id, result };
  } catch (error) {
    return errorResponse(request.id, error);
  }
}

function errorResponse(id: RequestId, error: unknown): JSONRPCErrorResponse {
  const message = messageOf(error);
  // A protocol error, of whichever package.
  const { code, data } = (error ?? {}) as { code?: unknown; data?: unknown };
  if (!Number.isSafeInteger(code))
    return { jsonrpc: JSONRPC_VERSION, id, error: { code: ProtocolErrorCode.InternalError, message } };
  const told = { code: code as number, message, ...(data !== undefined && { data }) };
  return { jsonrpc: JSONRPC_VERSION, id, error: told };
}

import type {
  ClientCapabilities,
  CreateMessageRequest,
  ElicitRequest,
  ElicitRequestFormParams,
  JSONRPCRequest,
  Result
} from '@scopeful/core';
import { ProtocolError, ProtocolErrorCode, type RequestHandler, resultCheck } from '@scopeful/core/engine';

/**
 * Tells the modes of elicitation that a client declares. Declaring neither means forms, as before 2025-11-25.
 * @param capabilities the client's `elicitation`; undefined when it has none
 * @returns whether forms, and whether URLs, are supported
 * @see MCP 2025-11-25, Elicitation, Capabilities
 */
export function getSupportedElicitationModes(capabilities: ClientCapabilities['elicitation']): {
  supportsFormMode: boolean;
  supportsUrlMode: boolean;
} {
  const supportsUrlMode = capabilities?.url !== undefined;
  return {
    supportsFormMode: capabilities !== undefined && (capabilities.form !== undefined || !supportsUrlMode),
    supportsUrlMode
  };
}

/**
 * Makes a handler for what servers ask of the user or the model: refuses what the client did not declare, and checks
 * what the handler answers before it leaves. Other handlers pass unchanged.
 */
export function inputHandler(
  method: string,
  handler: RequestHandler,
  capabilities: () => ClientCapabilities
): RequestHandler {
  const refuse = refusalOf(method);
  const check = resultCheck(method);
  if (refuse === undefined || check === undefined) return handler;
  return async (request, context) => {
    refuse(request, capabilities());
    const answer = await handler(request, context);
    const isForUser = method === 'elicitation/create';
    const result = isForUser ? withoutNullContent(answer) : answer;
    await check(result, method);
    return isForUser ? withDefaults(request, result, capabilities()) : result;
  };
}

/** Leniency: code without types says `content: null` for none, which is no content of any answer. */
function withoutNullContent(result: Result): Result {
  if ((result as Partial<Result> | undefined)?.['content'] !== null) return result;
  const { content: _content, ...rest } = result;
  return rest;
}

/** Fills in what the user left out of a form, where the client says that it does (`elicitation.form.applyDefaults`). */
function withDefaults(request: JSONRPCRequest, result: Result, { elicitation }: ClientCapabilities): Result {
  const { requestedSchema } = request.params as Partial<ElicitRequestFormParams>;
  if (elicitation?.form?.applyDefaults !== true || result['action'] !== 'accept') return result;
  const defaults = Object.entries(requestedSchema?.properties ?? {}).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default] as const]
  );
  if (defaults.length === 0) return result;
  return { ...result, content: { ...Object.fromEntries(defaults), ...(result['content'] as object | undefined) } };
}

type Refusal = (request: JSONRPCRequest, capabilities: ClientCapabilities) => void;

function refusalOf(method: string): Refusal | undefined {
  switch (method) {
    case 'elicitation/create':
      return refuseMode;
    case 'sampling/createMessage':
      return refuseTools;
    case 'roots/list':
      return () => undefined;
    default:
      return undefined;
  }
}

/** 2025-11-25, Elicitation, Error Handling: a mode that was not declared is answered with -32602. */
function refuseMode(request: JSONRPCRequest, { elicitation }: ClientCapabilities): void {
  const { mode = 'form' } = request.params as ElicitRequest['params'];
  const { supportsFormMode, supportsUrlMode } = getSupportedElicitationModes(elicitation);
  if (mode === 'url' ? supportsUrlMode : supportsFormMode) return;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, `This client does not support ${mode} mode elicitation`);
}

/** 2025-11-25, CreateMessageRequestParams: `tools` and `toolChoice` need `sampling.tools`. */
function refuseTools(request: JSONRPCRequest, { sampling }: ClientCapabilities): void {
  const { tools, toolChoice } = request.params as CreateMessageRequest['params'];
  if ((tools === undefined && toolChoice === undefined) || sampling?.tools !== undefined) return;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This client does not support tools in sampling');
}

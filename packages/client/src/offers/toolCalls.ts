import type {
  CallToolRequest,
  CallToolResult,
  jsonSchemaValidator,
  ListToolsResult,
  RequestOptions,
  Tool
} from '@scopeful/core';
import {
  callerHeaders,
  HEADER_MISMATCH,
  isArgumentHeader,
  ProtocolError,
  SdkError,
  SdkErrorCode
} from '@scopeful/core/engine';
import { assertFits, OutputSchemas } from './outputSchemas.js';
import type { Session } from '../session/session.js';

/** Options of {@link Client.callTool}. */
export type CallToolRequestOptions = RequestOptions & {
  /** The tool's definition, in place of the one that was last listed. */
  toolDefinition?: Tool;
};

type Params = CallToolRequest['params'];

/** What calling tools takes. */
export interface ToolCaller {
  request(params: Params, options: RequestOptions | undefined): Promise<CallToolResult>;
  /** Lists the tools anew. */
  refresh(options: RequestOptions | undefined): Promise<unknown>;
}

/** The tools of one server, as they were last listed. */
export class Tools {
  readonly #outputSchemas: OutputSchemas;
  readonly #onerror: (error: Error) => void;
  readonly #known = new Map<string, Tool>();

  constructor(engine: jsonSchemaValidator | undefined, onerror: (error: Error) => void) {
    this.#outputSchemas = new OutputSchemas(engine);
    this.#onerror = onerror;
  }

  /** The tools are not what they were. */
  forget(): void {
    this.#known.clear();
  }

  /** Leaves out tools that cannot be called here, which is reported, and remembers the others if it is to. */
  usable(session: Session, result: ListToolsResult, remembers: boolean): ListToolsResult {
    const problems = new Map<Tool, string>();
    for (const tool of result.tools) {
      const problem = session.toolProblem(tool);
      if (problem !== undefined) problems.set(tool, problem);
      else if (remembers) this.#known.set(tool.name, tool);
    }
    for (const [{ name }, problem] of problems) {
      const message = `The tool ${JSON.stringify(name)} is left out: ${problem}`;
      this.#onerror(new SdkError(SdkErrorCode.InvalidResult, message, { tool: name }));
    }
    // The very list where nothing is wrong with it.
    return problems.size === 0 ? result : { ...result, tools: result.tools.filter(tool => !problems.has(tool)) };
  }

  /** Calls a tool, with the headers that it wants, and checks what it answers. */
  call(
    session: Session,
    caller: ToolCaller,
    params: Params,
    options: CallToolRequestOptions | undefined
  ): Promise<CallToolResult> {
    const tool = options?.toolDefinition ?? this.#known.get(params.name);
    if (!session.hasToolHeaders) return this.#checked(caller, tool, params, options);
    return this.#mirrored(session, caller, tool, params, options);
  }

  /** What the server says is wrong with the headers may have changed since the tools were listed: once, that is tried. */
  async #mirrored(
    session: Session,
    caller: ToolCaller,
    tool: Tool | undefined,
    params: Params,
    options: CallToolRequestOptions | undefined
  ): Promise<CallToolResult> {
    try {
      return await this.#checked(caller, tool, params, withHeaders(session, tool, params, options));
    } catch (error) {
      const isMismatch = error instanceof ProtocolError && error.code === HEADER_MISMATCH;
      if (!isMismatch || options?.toolDefinition !== undefined) throw error;
      await caller.refresh({ signal: options?.signal });
      const listed = this.#known.get(params.name);
      if (listed === undefined) throw error;
      return this.#checked(caller, listed, params, withHeaders(session, listed, params, options));
    }
  }

  #checked(
    caller: ToolCaller,
    tool: Tool | undefined,
    params: Params,
    options: RequestOptions | undefined
  ): Promise<CallToolResult> {
    // Not async: most tools have no output schema, and their callers need not wait for that.
    return tool?.outputSchema === undefined
      ? caller.request(params, options)
      : this.#validated(caller, tool, params, options);
  }

  async #validated(
    caller: ToolCaller,
    tool: Tool,
    params: Params,
    options: RequestOptions | undefined
  ): Promise<CallToolResult> {
    const validate = await this.#outputSchemas.validator(tool);
    const result = await caller.request(params, options);
    return validate === undefined ? result : assertFits(tool, validate, result);
  }
}

function withHeaders(
  session: Session,
  tool: Tool | undefined,
  params: Params,
  options: RequestOptions | undefined
): RequestOptions | undefined {
  const headers = tool === undefined ? undefined : session.toolHeaders(tool, params.arguments);
  return headers === undefined
    ? options
    : { ...options, headers: { ...callerHeaders(options?.headers, isArgumentHeader), ...headers } };
}

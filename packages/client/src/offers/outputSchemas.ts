import type { CallToolResult, JsonSchemaValidator, jsonSchemaValidator, Tool } from '@scopeful/core';
import { isInputRequiredResult, messageOf, ProtocolError, ProtocolErrorCode } from '@scopeful/core/engine';

/** Compiles the output schemas of tools, each when its tool is first called. */
export class OutputSchemas {
  #engine: jsonSchemaValidator | undefined;
  readonly #compiled = new WeakMap<Tool, JsonSchemaValidator<unknown>>();

  constructor(engine: jsonSchemaValidator | undefined) {
    this.#engine = engine;
  }

  /**
   * Makes ready to check the result of a tool.
   * @throws {ProtocolError} with `InvalidParams` for a schema that cannot be used: the tool is not to be called then.
   */
  async validator(tool: Tool): Promise<JsonSchemaValidator<unknown> | undefined> {
    const { name, outputSchema } = tool;
    const known = this.#compiled.get(tool);
    if (known !== undefined || outputSchema === undefined) return known;
    const engine = (this.#engine ??= await defaultEngine());
    try {
      const compiled = engine.getValidator(outputSchema);
      this.#compiled.set(tool, compiled);
      return compiled;
    } catch (error) {
      const reason = messageOf(error);
      const message = `The output schema of the tool ${JSON.stringify(name)} cannot be used: ${reason}`;
      throw caused(new ProtocolError(ProtocolErrorCode.InvalidParams, message, { tool: name }), error);
    }
  }
}

async function defaultEngine(): Promise<jsonSchemaValidator> {
  const { CfWorkerJsonSchemaValidator } = await import('../validators/cfWorker.js');
  return new CfWorkerJsonSchemaValidator();
}

/**
 * Checks what a tool answered. A tool that failed owes nothing.
 * @throws {ProtocolError} with `InvalidRequest` without structured content, and `InvalidParams` for content that does not fit
 */
export function assertFits(tool: Tool, validate: JsonSchemaValidator<unknown>, result: CallToolResult): CallToolResult {
  if (result.isError === true || isInputRequiredResult(result)) return result;
  const name = JSON.stringify(tool.name);
  if (result.structuredContent === undefined) {
    const message = `The tool ${name} has an output schema, and answered without structuredContent`;
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, message, { tool: tool.name });
  }
  const { valid, errorMessage } = validate(result.structuredContent);
  if (valid) return result;
  const message = `The structuredContent of the tool ${name} does not fit its output schema: ${errorMessage}`;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, message, { tool: tool.name });
}

function caused<E extends Error>(error: E, cause: unknown): E {
  error.cause = cause;
  return error;
}

import type { Result } from '../jsonrpc/types.js';
import type { StandardSchemaV1 } from '../standardSchema.js';
import type { ElicitRequest, ElicitResult } from './elicitation.js';
import type { ListRootsRequest, ListRootsResult } from './roots.js';
import type { CreateMessageRequest, CreateMessageResult } from './sampling.js';
import { isJsonObject } from '../jsonObject.js';

// Results that ask for input. https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr

/** What a server may ask of the client in a result. */
export type InputRequest = CreateMessageRequest | ListRootsRequest | ElicitRequest;
export type InputResponse = CreateMessageResult | ListRootsResult | ElicitResult;

/** By a key that the server chose. */
export interface InputRequests {
  [key: string]: InputRequest;
}
export interface InputResponses {
  [key: string]: InputResponse;
}

/** The server needs input: the request is to be sent again with `inputResponses` and the very `requestState`. */
export interface InputRequiredResult extends Result {
  resultType: 'input_required';
  inputRequests?: InputRequests;
  requestState?: string;
}

/**
 * Tells whether a result asks for input (MCP 2026-07-28, Multi Round-Trip Requests). What it asks for is not looked
 * into.
 */
export function isInputRequiredResult(value: unknown): value is InputRequiredResult {
  if (!isJsonObject(value) || value['resultType'] !== 'input_required') return false;
  const { inputRequests, requestState } = value;
  return (
    (inputRequests === undefined || isJsonObject(inputRequests)) &&
    (requestState === undefined || typeof requestState === 'string')
  );
}

/**
 * Makes the schema of a result that may also ask for input. With `allowInputRequired` such a result is handed to the
 * caller
 * as it is, instead of being answered by the handlers of the client.
 * @param schema of the result otherwise
 * @returns a schema that takes both
 * @see MCP 2026-07-28, Multi Round-Trip Requests
 */
export function withInputRequired<Schema extends StandardSchemaV1>(
  schema: Schema
): StandardSchemaV1<unknown, StandardSchemaV1.InferOutput<Schema> | InputRequiredResult> {
  return {
    '~standard': {
      version: 1,
      vendor: 'scopeful',
      validate: (value, options) =>
        isInputRequiredResult(value) ? { value } : schema['~standard'].validate(value, options)
    }
  };
}

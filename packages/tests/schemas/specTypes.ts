import type { Schemas } from './packages.js';

type Fits = (value: unknown) => boolean;

/** The codes of the errors that the specification of 2026-07-28 names. */
const ERROR_CODES: Record<string, number> = {
  ParseError: -32700,
  InvalidParamsError: -32602,
  MethodNotFoundError: -32601,
  InternalError: -32603,
  HeaderMismatchError: -32020,
  MissingRequiredClientCapabilityError: -32021,
  UnsupportedProtocolVersionError: -32022
};

/** What `inputRequests` may hold, and what answers it. */
const INPUT_REQUESTS = ['ElicitRequest', 'CreateMessageRequest', 'ListRootsRequest'];
const INPUT_RESPONSES = ['ElicitResult', 'CreateMessageResult', 'CreateMessageResultWithTools', 'ListRootsResult'];

/**
 * Whether a value is of a type of the specification, as far as the schemas of a package can tell. Most types have one of
 * their name; the others are put together from several.
 */
export function fitsType({ schemas, isInputRequiredResult }: Schemas, type: string): Fits {
  const fits = (name: string, value: unknown): boolean => {
    const schema = schemas[`${name}Schema`];
    if (schema === undefined) throw new Error(`there is no schema of ${name}`);
    return schema.safeParse(value).success;
  };
  const each = (names: string[], value: unknown): boolean =>
    isObject(value) && Object.values(value).every(entry => names.some(name => fits(name, entry)));

  if (`${type}Schema` in schemas) return value => fits(type, value);
  const code = ERROR_CODES[type];
  if (code !== undefined) return value => fits('JSONRPCErrorResponse', asResponse(value)) && codeOf(value) === code;
  if (type.endsWith('ResultResponse')) {
    const result = type.replace(/Response$/, '');
    return value => fits('JSONRPCResultResponse', value) && fits(result, (value as { result: unknown }).result);
  }
  switch (type) {
    case 'InputRequests':
      return value => each(INPUT_REQUESTS, value);
    case 'InputResponses':
      return value => each(INPUT_RESPONSES, value);
    case 'InputRequiredResult':
      return value => isInputRequiredResult(value) && each(INPUT_REQUESTS, value.inputRequests ?? {});
    default:
      throw new Error(`nothing can tell what is ${type}`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of some errors the specification shows the response, of others the `error` in it. */
function asResponse(error: unknown): unknown {
  return isObject(error) && 'jsonrpc' in error ? error : { jsonrpc: '2.0', id: 1, error };
}

function codeOf(error: unknown): unknown {
  return (asResponse(error) as { error: { code?: unknown } }).error.code;
}

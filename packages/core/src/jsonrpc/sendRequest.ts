import { isStandardSchema } from '../schemaCheck.js';
import type { StandardSchemaV1 } from '../standardSchema.js';
import type { OutgoingRequest, SendRequest } from './context.js';
import type { RequestOptions } from './requestOptions.js';
import { outputOf, type ResultCheck } from './resultCheck.js';

/** Sends a request whose result is checked. */
export type CheckedRequest = <T>(
  request: OutgoingRequest,
  check: ResultCheck<T>,
  options?: RequestOptions
) => Promise<T>;

/** Makes the request of users: a known method alone, or any method with the schema of its result. */
export function sendRequest(
  run: CheckedRequest,
  resultCheck: (method: string) => ResultCheck | undefined
): SendRequest {
  return (
    request: OutgoingRequest,
    schema?: StandardSchemaV1 | RequestOptions,
    options?: RequestOptions
  ): Promise<never> => {
    if (isStandardSchema(schema)) return run(request, outputOf(schema), options) as Promise<never>;
    const check = resultCheck(request.method);
    if (check !== undefined) return run(request, check, schema) as Promise<never>;
    const message = `${request.method} is not a method of MCP: pass the schema of its result as the second argument`;
    return Promise.reject(new TypeError(message));
  };
}

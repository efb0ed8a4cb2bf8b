import { type Misfit, parsed } from '../schemaCheck.js';
import { SdkError, SdkErrorCode } from '../errors.js';
import type { StandardSchemaV1 } from '../standardSchema.js';
import type { Result } from './types.js';

/** Checks the result of a request, once, and says what the caller gets. Throws when the result does not fit. */
export type ResultCheck<T = unknown> = (result: Result, method: string) => T | Promise<T>;

/** Makes the error for a result that does not fit. */
export function invalidResult(method: string): Misfit {
  return (reason, issues) =>
    new SdkError(SdkErrorCode.InvalidResult, `Invalid result for ${method}: ${reason}`, { method, issues });
}

/** Returns the check by a schema of the user, whose output the caller gets. */
export function outputOf<Schema extends StandardSchemaV1>(
  schema: Schema
): ResultCheck<StandardSchemaV1.InferOutput<Schema>> {
  return (result, method) => parsed(schema, result, invalidResult(method));
}

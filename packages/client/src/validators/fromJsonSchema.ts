import type {
  JsonSchemaType,
  JsonSchemaValidator,
  jsonSchemaValidator,
  StandardSchemaV1,
  StandardSchemaWithJSON
} from '@scopeful/core';

/**
 * Makes a Standard Schema of a JSON Schema, for where one is asked for. It is compiled when it is first used.
 * @param schema a JSON Schema; 2020-12 where it does not say otherwise
 * @param validator what compiles it; without one the default is loaded when needed, and the answer is a promise
 * @returns the schema; a value that fits is returned as it is
 * @see https://standardschema.dev; MCP 2026-07-28, JSON Schema Usage
 */
export function fromJsonSchema<T = unknown>(
  schema: JsonSchemaType,
  validator?: jsonSchemaValidator
): StandardSchemaWithJSON<T, T> {
  let compiled: JsonSchemaValidator<T> | undefined;
  const checked = (engine: jsonSchemaValidator, value: unknown): StandardSchemaV1.Result<T> => {
    compiled ??= engine.getValidator<T>(schema);
    const { valid, data, errorMessage } = compiled(value);
    return valid ? { value: data } : { issues: [{ message: errorMessage }] };
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'scopeful',
      validate: value => (validator === undefined ? byDefault(checked, value) : checked(validator, value)),
      jsonSchema: { input: () => schema, output: () => schema }
    }
  };
}

async function byDefault<R>(checked: (engine: jsonSchemaValidator, value: unknown) => R, value: unknown): Promise<R> {
  const { CfWorkerJsonSchemaValidator } = await import('./cfWorker.js');
  return checked(new CfWorkerJsonSchemaValidator(), value);
}

import type { JsonSchemaType, JsonSchemaValidator, jsonSchemaValidator } from '@scopeful/core';
import { assertBounded, dialectOf, type JsonSchemaDialect } from '@scopeful/core/internal';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** The part of Ajv that is needed: every one of its classes has it. */
interface AjvLike {
  compile: (schema: unknown) => AjvValidateFunction;
  getSchema: (keyRef: string) => AjvValidateFunction | undefined;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- upstream's declaration
  errorsText: (errors?: any) => string;
}

interface AjvValidateFunction {
  (input: unknown): boolean;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- upstream's declaration
  errors?: any;
}

/** The plugin with the formats of JSON Schema. */
export const addFormats = formats.default;
export { Ajv };

const ENGINES: { readonly [Dialect in JsonSchemaDialect]: typeof Ajv | typeof Ajv2019 | typeof Ajv2020 } = {
  '2020-12': Ajv2020,
  '2019-09': Ajv2019,
  '7': Ajv
};

/** Validates with Ajv, which generates code: faster for many results, slower for the first. */
export class AjvJsonSchemaValidator implements jsonSchemaValidator {
  readonly #given: AjvLike | undefined;

  /** @param ajv an instance of your own, for every schema */
  constructor(ajv?: AjvLike) {
    this.#given = ajv;
  }

  /** @throws when Ajv does, and for a schema of another dialect, one that is too large, and one that refers to others. */
  getValidator<T>(schema: JsonSchemaType): JsonSchemaValidator<T> {
    const engine = this.#given ?? newEngine(schema);
    const validate = engine.compile(schema);
    return input =>
      validate(input)
        ? { valid: true, data: input as T, errorMessage: undefined }
        : { valid: false, data: undefined, errorMessage: engine.errorsText(validate.errors) };
  }
}

/** One for each schema: an instance remembers `$id`, and two servers may use the same. */
function newEngine(schema: JsonSchemaType): AjvLike {
  assertBounded(schema);
  const engine = new ENGINES[dialectOf(schema)]({ strict: false, validateFormats: true, allErrors: false });
  addFormats(engine);
  return engine;
}

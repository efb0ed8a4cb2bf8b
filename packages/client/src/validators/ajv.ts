import type { JsonSchemaType, JsonSchemaValidator, jsonSchemaValidator } from '@scopeful/core';
import { assertBounded, dialectOf, type JsonSchemaDialect } from '@scopeful/core/engine';
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

type Engine = Ajv | Ajv2019 | Ajv2020;

/** Validates with Ajv, which generates code: faster for many results, slower for the first. */
export class AjvJsonSchemaValidator implements jsonSchemaValidator {
  private readonly _given: AjvLike | undefined;
  private readonly _engines = new Map<JsonSchemaDialect, Engine>();

  /** @param ajv an instance of your own, for every schema */
  constructor(ajv?: AjvLike) {
    this._given = ajv;
  }

  /** @throws when Ajv does, and for a schema of another dialect, one that is too large, and one that refers to others. */
  getValidator<T>(schema: JsonSchemaType): JsonSchemaValidator<T> {
    const [engine, validate]: [AjvLike, AjvValidateFunction] =
      this._given === undefined ? this._compile(schema) : [this._given, this._given.compile(schema)];
    return input =>
      validate(input)
        ? { valid: true, data: input as T, errorMessage: undefined }
        : { valid: false, data: undefined, errorMessage: engine.errorsText(validate.errors) };
  }

  private _compile(schema: JsonSchemaType): [AjvLike, AjvValidateFunction] {
    assertBounded(schema);
    const engine = this._engineFor(schema);
    const validate = engine.compile(schema);
    // An instance holds every schema it ever compiled.
    engine.removeSchema(schema);
    return [engine, validate];
  }

  private _engineFor(schema: JsonSchemaType): Engine {
    const dialect = dialectOf(schema);
    // An instance remembers `$id` for all schemas, and two servers may use the same.
    const isNamed = JSON.stringify(schema).includes('"$id"');
    const engine = (isNamed ? undefined : this._engines.get(dialect)) ?? newEngine(dialect);
    if (!isNamed) this._engines.set(dialect, engine);
    return engine;
  }
}

function newEngine(dialect: JsonSchemaDialect): Engine {
  const engine = new ENGINES[dialect]({ strict: false });
  addFormats(engine);
  return engine;
}

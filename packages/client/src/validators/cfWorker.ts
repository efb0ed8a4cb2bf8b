import type {
  JsonSchemaType,
  JsonSchemaValidator,
  jsonSchemaValidator,
  JsonSchemaValidatorResult
} from '@scopeful/core';
import { assertBounded, dialectOf } from '@scopeful/core/engine';
import { Validator } from '@cfworker/json-schema';

/** The drafts that the engine knows. */
export type CfWorkerSchemaDraft = '4' | '7' | '2019-09' | '2020-12';

/** Validates with `@cfworker/json-schema`, which interprets schemas and runs where code cannot be generated. */
export class CfWorkerJsonSchemaValidator implements jsonSchemaValidator {
  private readonly _shortcircuit: boolean;
  private readonly _draft: CfWorkerSchemaDraft | undefined;

  /** `shortcircuit`, by default, stops at the first error; `draft` is that of every schema, whatever `$schema` says. */
  constructor(options?: { shortcircuit?: boolean; draft?: CfWorkerSchemaDraft }) {
    this._shortcircuit = options?.shortcircuit ?? true;
    this._draft = options?.draft;
  }

  /** @throws {TypeError} for a schema of another dialect, one that is too large, and one that refers to others. */
  getValidator<T>(schema: JsonSchemaType): JsonSchemaValidator<T> {
    const draft = this._draft ?? dialectOf(schema);
    assertBounded(schema);
    const validator = new Validator(schema, draft, this._shortcircuit);
    return input => {
      const { valid, errors } = validator.validate(input);
      if (valid) return { valid, data: input as T, errorMessage: undefined };
      const errorMessage = errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`).join('; ');
      return { valid, data: undefined, errorMessage } satisfies JsonSchemaValidatorResult<T>;
    };
  }
}

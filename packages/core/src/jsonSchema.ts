/** A JSON Schema, of whatever dialect. */
export type JsonSchemaType = { $schema?: string; [keyword: string]: unknown };

/** What a validator says of a value. */
export type JsonSchemaValidatorResult<T> =
  { valid: true; data: T; errorMessage: undefined } | { valid: false; data: undefined; errorMessage: string };

export type JsonSchemaValidator<T> = (input: unknown) => JsonSchemaValidatorResult<T>;

/** An engine for JSON Schemas. `getValidator` compiles, and throws when it cannot. */
export interface jsonSchemaValidator {
  getValidator<T>(schema: JsonSchemaType): JsonSchemaValidator<T>;
}

/** The dialects that output schemas can be written in. */
export type JsonSchemaDialect = '2020-12' | '2019-09' | '7';

const DIALECTS = new Map<string, JsonSchemaDialect>([
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['https://json-schema.org/draft/2019-09/schema', '2019-09'],
  ['http://json-schema.org/draft-07/schema', '7'],
  ['https://json-schema.org/draft-07/schema', '7']
]);

/**
 * Returns the dialect of a schema: 2020-12 unless `$schema` says otherwise (2026-07-28, JSON Schema Usage).
 * @throws {TypeError} for one that is not supported.
 */
export function dialectOf({ $schema }: JsonSchemaType): JsonSchemaDialect {
  const dialect = $schema === undefined ? '2020-12' : DIALECTS.get($schema.replace(/#$/, ''));
  if (dialect !== undefined) return dialect;
  const supported = [...DIALECTS.keys()].slice(0, 3).join(', ');
  throw new TypeError(
    `The JSON Schema dialect ${JSON.stringify($schema)} is not supported; supported are ${supported}`
  );
}

// Generous for a schema that somebody wrote, and little work for a validator.
const MAX_DEPTH = 64;
const MAX_NODES = 20_000;

/**
 * Bounds what a schema from a server can cost, and what it can reach: no deeper than 64 levels, no more than 20,000
 * parts, and no `$ref` out of the document, which nobody will fetch (2026-07-28, `$ref` Resolution).
 * @throws {TypeError} when it goes beyond.
 */
export function assertBounded(schema: JsonSchemaType): void {
  const ids = new Set<unknown>();
  const references: string[] = [];
  let nodes = 0;
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_DEPTH) throw new TypeError(`The schema is nested more than ${MAX_DEPTH} levels deep`);
    if (++nodes > MAX_NODES) throw new TypeError(`The schema has more than ${MAX_NODES} parts`);
    const { $id, $ref, $dynamicRef } = value as Record<string, unknown>;
    if (typeof $id === 'string') ids.add(withoutFragment($id));
    for (const reference of [$ref, $dynamicRef]) if (typeof reference === 'string') references.push(reference);
    for (const each of Object.values(value)) visit(each, depth + 1);
  };
  visit(schema, 0);
  const foreign = references.find(reference => URL.canParse(reference) && !ids.has(withoutFragment(reference)));
  if (foreign !== undefined) {
    throw new TypeError(
      `The schema refers to ${JSON.stringify(foreign)}: references out of the schema are not followed`
    );
  }
}

function withoutFragment(uri: string): string {
  return uri.replace(/#.*$/s, '');
}

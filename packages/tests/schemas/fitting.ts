import * as fc from 'fast-check';
import * as z from 'zod';

/** The part of JSON Schema in which zod writes schemas down. */
interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | false;
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  format?: string;
}

/** Most are base64, since JSON Schema does not tell where zod wants that. */
const TEXTS = ['', 'text', 'aGk=', 'https://example.com/a', 'file:///a'];
const URLS = [
  'https://example.com/a?b#c',
  'http://localhost:3000',
  'http://[::1]/',
  'com.example:/callback',
  'urn:a:b'
];

const text = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...TEXTS) }, { weight: 1, arbitrary: fc.string() });
const json = fc.jsonValue({ maxDepth: 1 });
/** What JSON Schema tells nothing of is, where it is not left open, mostly an object that we check in our own way. */
const anything = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(fc.constantFrom('a', 'b'), json, { maxKeys: 1 }) },
  { weight: 1, arbitrary: json }
);
const unnamed = fc.dictionary(fc.constantFrom('com.example/other', 'x', 'toString'), json, { maxKeys: 1 });

const MAX_REFERENCES = 2;

/**
 * Values that fit the one schema, with the members that only the other one knows: as far as their JSON Schemas tell, for
 * zod may check more than can be said there. Complete ones have every member that may be there, and no empty array.
 */
export function fitting(schema: z.ZodType, other: z.ZodType, complete = false): fc.Arbitrary<unknown> {
  return fc.tuple(valuesOf(schema, complete), valuesOf(other, complete)).map(each => united(...each));
}

/** The first value, with the members that only the second has. */
function united(value: unknown, other: unknown): unknown {
  if (typeof value !== 'object' || value === null || typeof other !== 'object' || other === null) return value;
  const part = (key: string): unknown => (other as Record<string, unknown>)[key];
  if (Array.isArray(value)) return value.map((each: unknown, index) => united(each, part(String(index))));
  const members = Object.entries(value).map(([name, each]) => [name, united(each, part(name))]);
  return { ...(Array.isArray(other) ? {} : other), ...Object.fromEntries(members) };
}

function valuesOf(schema: z.ZodType, complete: boolean): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const resolve = (reference: string): JsonSchema => {
    const found = reference === '#' ? root : root.$defs?.[reference.replace('#/$defs/', '')];
    if (found === undefined) throw new Error(`${reference} is nowhere`);
    return found;
  };

  /** `references` have been followed to get here; they come round in the schema of JSON itself. */
  const build = (part: JsonSchema, references: number): fc.Arbitrary<unknown> => {
    const { $ref, type } = part;
    if ($ref !== undefined) return references < MAX_REFERENCES ? build(resolve($ref), references + 1) : text;
    if ('const' in part) return fc.constant(part.const);
    if (part.enum !== undefined) return fc.constantFrom(...part.enum);
    if (part.allOf !== undefined) return merged(part.allOf.map(each => build(each, references)));
    const variants = Array.isArray(type) ? type.map(each => ({ ...part, type: each })) : (part.anyOf ?? part.oneOf);
    if (variants !== undefined) return fc.oneof(...variants.map(each => build(each, references)));
    return ofType(part, each => build(each, references), complete);
  };
  return build(root, 0);
}

type Build = (part: JsonSchema) => fc.Arbitrary<unknown>;

function ofType(part: JsonSchema, build: Build, complete: boolean): fc.Arbitrary<unknown> {
  switch (part.type) {
    case undefined:
      return anything;
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return stringOf(part);
    case 'integer':
    case 'number':
      return numberOf(part);
    case 'array':
      return fc.array(build(part.items ?? {}), complete ? { minLength: 1, maxLength: 1 } : { maxLength: 2 });
    case 'object':
      return objectOf(complete ? { ...part, required: Object.keys(part.properties ?? {}) } : part, build);
    default:
      throw new Error(`no values are known of type ${JSON.stringify(part.type)}`);
  }
}

function stringOf({ format, pattern }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return format === 'uri' ? fc.constantFrom(...URLS) : text;
}

function numberOf({ type, minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const range = { ...(minimum !== undefined && { min: minimum }), ...(maximum !== undefined && { max: maximum }) };
  return type === 'integer'
    ? fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, ...range })
    : fc.double({ ...range, noNaN: true, noDefaultInfinity: true });
}

function objectOf({ properties = {}, required, additionalProperties }: JsonSchema, build: Build): fc.Arbitrary<object> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, build(part)]));
  const named = fc.record(members, { requiredKeys: required ?? [], noNullPrototype: true });
  if (additionalProperties === false) return named;
  const isRecord = additionalProperties !== undefined && Object.keys(additionalProperties).length > 0;
  const more = isRecord
    ? fc.dictionary(fc.constantFrom('a', 'b'), build(additionalProperties), { maxKeys: 2, noNullPrototype: true })
    : unnamed;
  return merged([named, more]);
}

/** Objects with the members of several; where two have the same, that of the first counts. */
function merged(parts: fc.Arbitrary<unknown>[]): fc.Arbitrary<object> {
  return fc.tuple(...parts).map(each => Object.assign({}, ...each.reverse()) as object);
}

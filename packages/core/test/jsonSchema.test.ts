import { describe, expect, it } from 'vitest';
import { assertBounded, dialectOf } from '../src/jsonSchema.js';

describe('the dialect of a schema', () => {
  it.each([
    [undefined, '2020-12'],
    ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
    ['http://json-schema.org/draft-07/schema#', '7']
  ])('The dialect of a schema with $schema %s is %s', ($schema, expected) => {
    expect(dialectOf({ $schema })).toBe(expected);
  });

  it('The dialect of a schema that is not known is refused', () => {
    expect(() => dialectOf({ $schema: 'http://json-schema.org/draft-03/schema#' })).toThrow('is not supported');
  });
});

describe('bounds', () => {
  it('Bounds hold what a person writes', () => {
    assertBounded({
      $id: 'https://a.example/s',
      $defs: { a: { type: 'string' } },
      properties: { a: { $ref: '#/$defs/a' } }
    });
    assertBounded({ $defs: { a: { $id: 'https://a.example/a' } }, $ref: 'https://a.example/a#/x' });
  });

  it('Bounds keep references within the document', () => {
    expect(() => assertBounded({ $ref: 'http://169.254.169.254/schema' })).toThrow('not followed');
  });

  it('Bounds refuse a schema that is too deep or too large', () => {
    const deep: { [keyword: string]: unknown } = {};
    let at = deep;
    for (let level = 0; level < 100; level++) at = at['not'] = {};
    expect(() => assertBounded(deep)).toThrow('levels deep');
    expect(() => assertBounded({ allOf: Array.from({ length: 30_000 }, () => ({})) })).toThrow('parts');
  });
});

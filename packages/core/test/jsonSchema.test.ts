import { describe, expect, it } from 'vitest';
import { assertBounded, dialectOf } from '../src/jsonSchema.js';

describe('the dialect of a schema', () => {
  it.each([
    [undefined, '2020-12'],
    ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
    ['http://json-schema.org/draft-07/schema#', '7']
  ])('with $schema %s is %s', ($schema, expected) => {
    expect(dialectOf({ $schema })).toBe(expected);
  });

  it('that is not known is refused', () => {
    expect(() => dialectOf({ $schema: 'http://json-schema.org/draft-03/schema#' })).toThrow('is not supported');
  });
});

describe('bounds', () => {
  it('hold what a person writes', () => {
    assertBounded({
      $id: 'https://a.example/s',
      $defs: { a: { type: 'string' } },
      properties: { a: { $ref: '#/$defs/a' } }
    });
    assertBounded({ $defs: { a: { $id: 'https://a.example/a' } }, $ref: 'https://a.example/a#/x' });
  });

  it('keep references in the document', () => {
    expect(() => assertBounded({ $ref: 'http://169.254.169.254/schema' })).toThrow('not followed');
  });

  it('end at a depth and at a size', () => {
    const deep: { [keyword: string]: unknown } = {};
    let at = deep;
    for (let level = 0; level < 100; level++) at = at['not'] = {};
    expect(() => assertBounded(deep)).toThrow('levels deep');
    expect(() => assertBounded({ allOf: Array.from({ length: 30_000 }, () => ({})) })).toThrow('parts');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeScopeUnion, isStrictScopeSuperset, mergeScopes } from '@scopeful/core';

const scopes = fc.array(fc.option(fc.stringMatching(/^( {0,2}[abcD:]{0,3}){0,4}$/), { nil: undefined }));

describe('mergeScopes (R1)', () => {
  it('`mergeScopes()` returns the union, each token once, in the order first seen', () => {
    expect(mergeScopes('b a', 'c a', 'b')).toBe('b a c');
  });

  it('`mergeScopes()` returns undefined when nothing is in the union', () => {
    expect(mergeScopes()).toBeUndefined();
    expect(mergeScopes(undefined, '', '  ')).toBeUndefined();
  });

  it('`mergeScopes()` splits at any white space', () => {
    expect(mergeScopes(' a\tb\n c  d ')).toBe('a b c d');
  });

  it('`mergeScopes()` tells upper case from lower case', () => {
    expect(mergeScopes('read', 'Read')).toBe('read Read');
  });

  it('`mergeScopes()` infers nothing from one scope about another', () => {
    expect(mergeScopes('notes', 'notes:read', 'notes:*')).toBe('notes notes:read notes:*');
  });

  it('`mergeScopes()` keeps every token, adds none, and does not change when merged again', () => {
    const tokens = (...all: (string | undefined)[]): Set<string> =>
      new Set(all.flatMap(scope => scope?.split(/\s+/) ?? []).filter(Boolean));
    fc.assert(
      fc.property(scopes, all => {
        const merged = mergeScopes(...all);
        expect(tokens(merged)).toEqual(tokens(...all));
        expect(mergeScopes(merged, ...all)).toBe(merged);
      })
    );
  });

  it('`mergeScopes()` goes by upstream’s name, too', () => {
    expect(computeScopeUnion('a', 'b')).toBe('a b');
  });
});

describe('isStrictScopeSuperset', () => {
  it.each([
    ['a b', 'a', true],
    ['a', 'a b', false],
    ['a', 'a', false],
    ['b', 'a', true],
    ['a', undefined, true],
    [undefined, 'a', false],
    [undefined, undefined, false]
  ])('`isStrictScopeSuperset()` says of %j over %j: %j', (union, current, expected) => {
    expect(isStrictScopeSuperset(union, current)).toBe(expected);
  });
});

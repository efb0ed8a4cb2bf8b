import { describe, expect, it } from 'vitest';
import { examples } from '../../schemas/examples.js';
import { ours, theirs } from '../../schemas/packages.js';
import { fitsType } from '../../schemas/specTypes.js';

describe.each([
  ['ours', ours],
  ['the official ones', theirs]
])('a value of the specification, to %s', (_, schemas) => {
  it.each(Object.entries(examples))('A value of the specification is %s, or not', (type, { valid, invalid }) => {
    const fits = fitsType(schemas, type);
    expect(valid.filter(value => !fits(value))).toEqual([]);
    expect(invalid.filter(value => fits(value))).toEqual([]);
    expect(valid.length * invalid.length).toBeGreaterThan(0);
  });
});

import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed, variations } from '../../schemas/changes.js';
import { intendedDifferences, keptByZod, seenByTheirs } from '../../schemas/differences.js';
import { fitting } from '../../schemas/fitting.js';
import { ours, theirs } from '../../schemas/packages.js';

const RUNS = 300;
/** Milliseconds for the runs of one schema, and for finding a smaller value when one fails. */
const TIME_LIMIT = 5_000;

function pairOf(name: string) {
  const [our, their] = [ours.schemas[name], theirs.schemas[name]];
  if (our === undefined || their === undefined) throw new Error(`${name} is not in both packages`);
  return { our, their };
}

describe('the schemas', () => {
  it('The schemas have the names of the official ones, and those of the client are the same', () => {
    expect(Object.keys(ours.schemas).sort()).toEqual(Object.keys(theirs.schemas).sort());
    for (const { schemas, specTypeSchemas, isSpecType } of [ours, theirs]) {
      expect(Object.keys(isSpecType)).toEqual(Object.keys(specTypeSchemas));
      for (const [type, schema] of Object.entries(specTypeSchemas)) expect(schema).toBe(schemas[`${type}Schema`]);
    }
    expect(Object.keys(ours.specTypeSchemas).sort()).toEqual(Object.keys(theirs.specTypeSchemas).sort());
  });

  it.each(Object.keys(theirs.schemas))(
    'The schemas accept what the official one accepts, and change nothing of it: %s',
    name => {
      const { our, their } = pairOf(name);
      const type = name.replace(/Schema$/, '');
      const [isOurs, isTheirs] = [ours.isSpecType[type], theirs.isSpecType[type]];
      const seen = { accepted: 0, refused: 0 };
      const agree = fc.property(changed(fitting(their, our)), value => {
        const instead = seenByTheirs(value, name);
        const accepted = their.safeParse(instead).success;
        seen[accepted ? 'accepted' : 'refused'] += 1;
        const result = our.safeParse(value);
        expect(result.success).toBe(accepted);
        expect(isOurs?.(value)).toBe(isTheirs?.(instead));
        if (result.success) expect(isDeepStrictEqual(keptByZod(result.data), keptByZod(value))).toBe(true);
      });
      fc.assert(agree, { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT });
      expect(seen.accepted).toBeGreaterThan(0);
      expect(seen.refused).toBeGreaterThan(0);
    }
  );
});

/** Whether both judge the value alike. What is meant to be different is looked at only when they do not. */
function judgeAlike(name: string, value: unknown): boolean {
  const { our, their } = pairOf(name);
  const accepted = our.safeParse(value).success;
  const accepts = (each: unknown): boolean => their.safeParse(each).success;
  return accepts(value) === accepted || accepts(seenByTheirs(value, name)) === accepted;
}

describe('each part of a complete value', () => {
  it.each(Object.keys(theirs.schemas))(
    'Each part of a complete value is looked at as by the official schema: %s',
    name => {
      const { our, their } = pairOf(name);
      const agree = fc.property(fitting(their, our, true), value => {
        expect([...variations(value)].filter(each => !judgeAlike(name, each))).toEqual([]);
      });
      fc.assert(agree, { numRuns: 3, endOnFailure: true });
    }
  );
});

describe('a difference from the official schemas is meant to be:', () => {
  it.each(intendedDifferences)('$why', ({ example: { schema, value, weAccept }, instead }) => {
    const { our, their } = pairOf(schema);
    expect([our.safeParse(value).success, their.safeParse(value).success]).toEqual([weAccept, !weAccept]);
    expect(their.safeParse(instead(value, schema)).success).toBe(weAccept);
  });
});

import { describe, expect, it } from 'vitest';
import { compareTypes } from '../surface/compare.js';
import { intendedDifferences } from '../surface/differences.js';

/** The entries of the official packages; ours are called alike. */
const entries = [
  'client',
  'client/stdio',
  'client/ext/skills',
  'client/validators/ajv',
  'client/validators/cf-worker',
  'core',
  'core/internal',
  'core/ext/skills'
];

/** The names that exist at run time. */
async function namesOf(entry: string): Promise<string[]> {
  return Object.keys((await import(entry)) as object);
}

describe('put in place of the official packages', () => {
  it.each(entries)('Every name of %s is there', async entry => {
    const [ours, theirs] = [await namesOf(`@scopeful/${entry}`), await namesOf(`@modelcontextprotocol/${entry}`)];
    expect(theirs.length).toBeGreaterThan(0);
    expect(theirs.filter(name => !ours.includes(name))).toEqual([]);
    const more = ours.filter(name => !theirs.includes(name));
    if (more.length > 0 && entry.startsWith('client')) console.log(`@scopeful/${entry} has more: ${more.join(', ')}`);
  });

  it('The types are those of 2.4.0, but for the differences that are meant to be', { timeout: 120_000 }, () => {
    const found = entries.flatMap(entry =>
      compareTypes({ ours: `@scopeful/${entry}`, theirs: `@modelcontextprotocol/${entry}` }).map(
        ({ name, kind }) => `${entry} ${name} ${kind}`
      )
    );
    for (const { why, where } of intendedDifferences) console.log(`${why}:\n  ${where.join('\n  ')}`);
    expect(found.sort()).toEqual(intendedDifferences.flatMap(({ where }) => where).sort());
  });
});

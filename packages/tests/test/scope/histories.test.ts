import process from 'node:process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { beginning, play, step } from '../../support/scopeHistorySteps.js';

// The histories are the same ones each time, so that a failure belongs to the change that was made. With
// SCOPE_HISTORY_SEED=random they are others. A failure prints the seed and the path that repeat it, and then make it shorter.
const { SCOPE_HISTORY_RUNS = '2000', SCOPE_HISTORY_SEED = '1', SCOPE_HISTORY_PATH } = process.env;
const seed = SCOPE_HISTORY_SEED === 'random' ? Date.now() & 0x7fffffff : Number(SCOPE_HISTORY_SEED);

/** Runs side by side: much of a run is waiting. */
const lanes = SCOPE_HISTORY_PATH === undefined ? 12 : 1;

it(
  `Whatever happens, no scope is lost, nothing goes where it does not belong, and everything can be reached again (seeds from ${seed})`,
  async () => {
    const histories = fc.asyncProperty(
      beginning,
      fc.array(step, { minLength: 1, maxLength: 24 }),
      async (begin, steps) => {
        expect(await play(begin, steps)).toEqual([]);
      }
    );
    const runs = Array.from({ length: lanes }, (_, lane) =>
      fc.assert(histories, {
        seed: seed + lane,
        numRuns: Math.ceil(Number(SCOPE_HISTORY_RUNS) / lanes),
        ...(SCOPE_HISTORY_PATH === undefined ? { endOnFailure: true } : { path: SCOPE_HISTORY_PATH })
      })
    );
    await Promise.all(runs);
  },
  15 * 60_000
);

import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { failuresOf, runSuite, type SuiteRun } from '../conformance/suite.js';

const LIMIT = 5 * 60_000;

/**
 * What is run, how many scenarios that is at least, and which of them fail. 0.1.16 knows no 2026-07-28; and its
 * `--spec-version` only leaves scenarios out, where 0.2 speaks that revision in all of them.
 */
const runs: (SuiteRun & { name: string; atLeast: number; fails?: string[] })[] = [
  {
    name: 'everything in 0.1.16',
    version: '0.1',
    what: ['--suite', 'all'],
    atLeast: 26,
    // Its mock publishes another issuer than its own.
    fails: ['auth/2025-03-26-oauth-metadata-backcompat']
  },
  { name: 'everything in 0.2.0-alpha.12', version: '0.2', what: ['--suite', 'all'], atLeast: 48 },
  {
    name: 'everything in 0.2.0-alpha.12 that is for 2026-07-28',
    version: '0.2',
    what: ['--suite', 'all', '--spec-version', '2026-07-28'],
    atLeast: 33
  },
  {
    name: 'what 2025-11-25 requires, and what is not scored, by 0.2.0-alpha.12',
    version: '0.2',
    what: ['--requirements', '2025-11-25'],
    atLeast: 25
  },
  {
    name: 'what 2026-07-28 requires, and what is not scored, by 0.2.0-alpha.12',
    version: '0.2',
    what: ['--requirements', '2026-07-28'],
    atLeast: 39
  }
];

describe('the official conformance suite', () => {
  it.each(runs)(
    'The client passes $name',
    async ({ fails = [], atLeast, ...run }) => {
      let results = await runSuite(run);
      // It measures when a stream is opened again; on a busy machine that may be late once.
      if (failuresOf(results).includes('sse-retry')) results = await runSuite(run);
      expect(failuresOf(results)).toEqual(fails);
      expect(results.length).toBeGreaterThanOrEqual(atLeast);
    },
    LIMIT
  );

  it.each([
    // To ask for no token is all that it wants to see.
    { version: '0.1' as const, passes: ['auth/resource-mismatch'] },
    { version: '0.2' as const, passes: [] }
  ])(
    'The official conformance suite fails a client that does nothing ($version)',
    async ({ version, passes }) => {
      const command = `${process.execPath} --eval 0`;
      const results = await runSuite({ version, what: ['--suite', 'all'], command });
      const failures = failuresOf(results);
      expect(results.map(({ name }) => name).filter(name => !failures.includes(name))).toEqual(passes);
    },
    LIMIT
  );
});

import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { failuresOf, runSuite, type SuiteRun } from '../conformance/suite.js';

const LIMIT = 5 * 60_000;

/** What is run, how many scenarios that is at least, and which of them may fail. */
const runs: (SuiteRun & { name: string; atLeast: number; mayFail: string[] })[] = [
  {
    name: 'everything in 0.1.16',
    version: '0.1',
    what: ['--suite', 'all'],
    atLeast: 26,
    mayFail: [
      // Its mock publishes another issuer than its own.
      'auth/2025-03-26-oauth-metadata-backcompat',
      // An extension that our conformance client does not drive yet.
      'auth/cross-app-access-complete-flow'
    ]
  },
  {
    name: 'what 2025-11-25 requires, by 0.2.0-alpha.12',
    version: '0.2',
    what: ['--requirements', '2025-11-25'],
    atLeast: 18,
    // Extensions and later additions, which are not scored.
    mayFail: [
      'auth/enterprise-managed-authorization',
      'auth/dpop',
      'auth/dpop-nonce',
      'auth/wif-jwt-bearer',
      'json-schema-2020-12-preservation'
    ]
  },
  {
    name: 'what 2026-07-28 requires, by 0.2.0-alpha.12',
    version: '0.2',
    what: ['--requirements', '2026-07-28'],
    atLeast: 32,
    mayFail: [
      'auth/enterprise-managed-authorization',
      'auth/dpop',
      'auth/dpop-nonce',
      'auth/wif-jwt-bearer',
      'json-schema-2020-12-preservation'
    ]
  }
];

describe('the official conformance suite', () => {
  it.each(runs)(
    'passes $name',
    async ({ mayFail, atLeast, ...run }) => {
      let results = await runSuite(run);
      // It measures when a stream is opened again; on a busy machine that may be late once.
      if (failuresOf(results).includes('sse-retry')) results = await runSuite(run);
      expect(failuresOf(results).filter(name => !mayFail.includes(name))).toEqual([]);
      expect(results.length).toBeGreaterThanOrEqual(atLeast);
    },
    LIMIT
  );

  it(
    'fails a client that does nothing',
    async () => {
      const command = `${process.execPath} --eval 0`;
      const results = await runSuite({ version: '0.1', what: ['--suite', 'auth'], command });
      expect(failuresOf(results)).toHaveLength(results.length);
    },
    LIMIT
  );
});

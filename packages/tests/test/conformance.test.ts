import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { failuresOf, runSuite } from '../conformance/suite.js';

const LIMIT = 5 * 60_000;

describe('the official conformance suite', () => {
  it(
    'passes authorization, version 0.1.16',
    async () => {
      const results = await runSuite({ version: '0.1', what: ['--suite', 'auth'] });
      expect(failuresOf(results)).toEqual([]);
      expect(results.length).toBeGreaterThanOrEqual(14);
    },
    LIMIT
  );

  it(
    'passes authorization, version 0.2.0-alpha.12',
    async () => {
      const results = await runSuite({ version: '0.2', what: ['--suite', 'auth'] });
      expect(failuresOf(results)).toEqual([]);
      expect(results.length).toBeGreaterThanOrEqual(14);
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

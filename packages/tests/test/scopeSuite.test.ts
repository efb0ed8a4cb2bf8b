import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../scope-suite/harness/scenario.js';
import { scenarios } from '../scope-suite/scenarios/index.js';

const suite = join(import.meta.dirname, '../scope-suite');

interface Result {
  id: string;
  outcome: string;
  reason?: string;
}

/** Runs the suite as its command does; what it printed as JSON, and its exit status. */
function run(...options: string[]): Promise<{ status: number; results: Result[] }> {
  return new Promise((resolve, reject) => {
    const command = ['--import', 'tsx', join(suite, 'main.ts'), '--json', ...options];
    execFile(process.execPath, command, { maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      if (stdout === '' || typeof status !== 'number') return reject(new Error(stderr));
      const [report] = JSON.parse(stdout) as { results: Result[] }[];
      resolve({ status, results: report?.results ?? [] });
    });
  });
}

function idsOf(results: Result[], outcome: string): string[] {
  return results.filter(result => result.outcome === outcome).map(({ id }) => id);
}

it('Every scenario of the scope suite has an id of its own', () => {
  const ids = runsOf(scenarios).map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

describe.concurrent('the scope suite', () => {
  it('The scope suite finds nothing wrong with this client', async () => {
    const { status, results } = await run();
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(results.length).toBeGreaterThan(200);
    expect(status).toBe(0);
  }, 120_000);

  it('The scope suite finds out a client that forgets what it asked for', async () => {
    const { status, results } = await run(
      ...['--client', join(suite, 'fixtures/forgetful.ts')],
      ...['--only', 'R2', '--only', 'R4', '--only', 'R8-01']
    );
    expect(idsOf(results, 'failed')).toEqual([
      'R2-08',
      ...['R4-01/streamable', 'R4-02/streamable', 'R4-03/streamable', 'R4-04', 'R4-05/streamable'],
      ...['R4-06/streamable', 'R4-07', 'R8-01/streamable']
    ]);
    expect(results.find(({ id }) => id === 'R4-01/streamable')?.reason).toBe(
      'scopes requested: expected ["a b c", "a b c d"], observed ["a b c", "d"]'
    );
    expect(status).toBe(1);
  }, 60_000);

  it('The scope suite goes on after a scenario in which the client never comes back', async () => {
    const { status, results } = await run(
      ...['--client', join(suite, 'fixtures/stuck.ts')],
      ...['--only', 'R8-01/streamable', '--only', 'R12-02/streamable', '--only', 'R11-01/streamable']
    );
    expect(idsOf(results, 'passed')).toEqual(['R8-01/streamable', 'R11-01/streamable']);
    expect(results.find(({ id }) => id === 'R12-02/streamable')?.reason).toContain('it blocked its process');
    expect(status).toBe(1);
  }, 60_000);
});

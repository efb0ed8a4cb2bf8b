import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** One run of the official conformance suite. */
export interface SuiteRun {
  /** Which of the two installed versions. */
  version: '0.1' | '0.2';
  /** What to run: `--suite all`, `--requirements 2025-11-25`, … */
  what: string[];
  /** The program to test; ours by default. */
  command?: string;
}

/** How one scenario ended. */
export interface ScenarioResult {
  name: string;
  passed: number;
  failed: number;
}

const require = createRequire(import.meta.url);
/** For one client, in milliseconds; they all run at once, and a busy machine takes long to start them. */
const CLIENT_LIMIT = '120000';
const preload = join(import.meta.dirname, 'supplyGlobSync.mjs');

/** Our client, as a command line. */
const ourClient = [process.execPath, '--import', require.resolve('tsx'), join(import.meta.dirname, 'client.ts')].join(
  ' '
);

/** Runs the suite, and returns what it said of each scenario. */
export function runSuite({ version, what, command = ourClient }: SuiteRun): Promise<ScenarioResult[]> {
  const program = join(import.meta.dirname, `../node_modules/conformance-${version}/dist/index.js`);
  const directory = mkdtempSync(join(tmpdir(), 'scopeful-conformance-'));
  const args = ['--import', preload, program, 'client', '--command', command, '--timeout', CLIENT_LIMIT, ...what];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: directory, maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) => {
      rmSync(directory, { recursive: true });
      const lines = [...stdout.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm)];
      const results = lines.map(([, name = '', passed, failed]) => ({
        name,
        passed: Number(passed),
        failed: Number(failed)
      }));
      if (results.length > 0) resolve(results);
      else reject(new Error(`the conformance suite named no scenario:\n${stdout}\n${stderr}`));
    });
  });
}

/** The scenarios that count as failed: a check failed, or none passed. */
export function failuresOf(results: ScenarioResult[]): string[] {
  return results.filter(({ passed, failed }) => failed > 0 || passed === 0).map(({ name }) => name);
}

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary, nodeVersions } from '../../runtimes/binaries.js';
import { bundleAlone } from '../../runtimes/bundle.js';
import { createRuntimeWorld, type RuntimeWorld } from '../../runtimes/world.js';

const ES_MODULES = 'program.mjs';
const COMMON_JS = 'program.cjs';
const LIMIT = 60_000;

/** Inside this package, so that the built packages are found by name. */
const scratch = mkdtempSync(join(resolve(import.meta.dirname, '../..'), '.runtimes-'));
afterAll(() => rmSync(scratch, { recursive: true }));

beforeAll(async () => {
  writeFileSync(join(scratch, ES_MODULES), await bundleAlone('commandLine', 'esm'));
  writeFileSync(join(scratch, COMMON_JS), await bundleAlone('commandLine', 'cjs'));
});

/** Runs the program to its end, which it has to find by itself. */
async function run(world: RuntimeWorld, runtime: string, ...args: string[]): Promise<void> {
  const { stdout, stderr } = await promisify(execFile)(runtime, [...args, JSON.stringify(world.places)], {
    cwd: scratch,
    timeout: LIMIT / 2,
    env: {
      ...process.env,
      // What Bun and Deno would otherwise keep in the home directory, and ask the network.
      BUN_RUNTIME_TRANSPILER_CACHE_PATH: '0',
      DENO_DIR: join(scratch, 'deno'),
      DENO_NO_UPDATE_CHECK: '1'
    }
  });
  expect(stderr).toBe('');
  world.expectComplete(JSON.parse(stdout));
}

const permissions = ['--no-prompt', '--allow-net=127.0.0.1', '--allow-read'];
const runtimes: [runtime: string, program: string, ...args: string[]][] = [
  ...nodeVersions().map((version): [string, string] => [`Node ${version}`, `node-${version}`]),
  ['Bun', 'bun', 'run', '--no-install'],
  ['Deno', 'deno', 'run', '--quiet', '--no-lock', '--no-remote', '--node-modules-dir=manual', ...permissions]
];

it.for(nodeVersions())('What is called Node %s is that version', (version, context) => {
  const printed = execFileSync(binary(`node-${version}`, context), ['--version'], { encoding: 'utf8' });
  expect(printed.startsWith(`v${version}.`)).toBe(true);
});

describe.for([
  ['ES modules', ES_MODULES],
  ['CommonJS', COMMON_JS]
] as const)('the built packages as %s sign in, step up, validate and speak both eras', ([, file]) => {
  it.for(runtimes)(
    'The built packages sign in, step up, validate and speak both eras in %s',
    { timeout: LIMIT },
    async ([, program, ...args], context) => {
      await run(await createRuntimeWorld(), binary(program, context), ...args, file);
    }
  );
});

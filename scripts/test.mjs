// `pnpm test`: everything that decides whether a change may land: first under the Node that runs this, then, of the tests
// alone, under each version in packages/tests/binaries. Closed by a line for each, and one that adds them up.
// `pnpm test:quick` leaves out other runtimes, and the tests that take minutes.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';

/** The tests of packages/tests that are run under one Node alone: they take minutes, or say nothing about Node. */
const ONCE = ['conformance', 'scopeSuite', 'cost/manyCalls', 'runtimes/*', 'workspace/override', 'workspace/release'];

const isQuick = process.argv.includes('--quick');

/** How many random histories are tried where it is not the one run that counts. */
const FEW_HISTORIES = { SCOPE_HISTORY_RUNS: '200' };

const packages = readdirSync('packages');
const binaries = 'packages/tests/binaries';
const { optionalDependencies } = JSON.parse(readFileSync(join(binaries, 'package.json'), 'utf8'));
const otherNodes = Object.keys(optionalDependencies).filter(name => name.startsWith('node-'));

for (const name of packages) rmSync(join('packages', name, '.test-results'), { recursive: true, force: true });

function run(command, args, { cwd, env } = {}) {
  const { status } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...env }
  });
  return status === 0;
}

let succeeded = true;
const all = { passed: 0, failed: 0, skipped: 0 };

function told({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Adds up what the tests of every package left behind in files of one name. */
function total(file) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const name of packages) {
    const path = join('packages', name, '.test-results', file);
    if (!existsSync(path)) {
      console.error(`${path} is missing: those tests did not finish`);
      succeeded = false;
      continue;
    }
    const results = JSON.parse(readFileSync(path, 'utf8'));
    sum.passed += results.numPassedTests;
    sum.failed += results.numFailedTests;
    sum.skipped += results.numPendingTests;
  }
  if (sum.passed === 0 || sum.failed > 0) succeeded = false;
  for (const outcome of Object.keys(all)) all[outcome] += sum[outcome];
  return told(sum);
}

/** Runs the tests that say something under each Node, and all that they start by the name of `node` with them. */
function testWith(program, file) {
  const env = { PATH: `${dirname(program)}${delimiter}${process.env.PATH}`, ...FEW_HISTORIES };
  for (const name of packages) {
    const cwd = join('packages', name);
    const vitest = resolve(cwd, 'node_modules/vitest/vitest.mjs');
    const without = name === 'tests' ? ONCE.map(test => `--exclude=test/${test}.test.ts`) : [];
    const args = [vitest, 'run', `--outputFile.json=${join('.test-results', file)}`, ...without];
    succeeded = run(program, args, { cwd, env }) && succeeded;
  }
}

/** Runs the tests under another Node. */
function testUnder(node) {
  const program = resolve(binaries, 'node_modules', node, 'bin/node');
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (status !== 0) {
    if (process.env.CI) succeeded = false;
    return `${node} does not run on ${process.platform}-${process.arch}`;
  }
  const version = stdout.trim();
  console.log(`\nThe tests under Node ${version}`);
  const file = `${node}.json`;
  testWith(program, file);
  return `Node ${version}: ${total(file)}`;
}

const tasks = ['build', 'typecheck', 'lint', 'check'];
const output = ['--continue', '--output-logs=new-only'];
if (!isQuick) succeeded = run('pnpm', ['install', '--ignore-workspace', '--frozen-lockfile'], { cwd: binaries });
succeeded = run('turbo', ['run', ...tasks, ...(isQuick ? [] : ['test']), ...output]) && succeeded;
succeeded = run('prettier', ['--check', '--log-level=warn', '.']) && succeeded;
succeeded = run('knip', []) && succeeded;
if (isQuick) testWith(process.execPath, 'vitest.json');

const again = isQuick ? [] : otherNodes.map(testUnder);
console.log([`Node ${process.version}: ${total('vitest.json')}`, ...again].join('\n'));
console.log(told(all));
process.exitCode = succeeded ? 0 : 1;

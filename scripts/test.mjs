// `pnpm test`: everything that decides whether a change may land, closed by one line that adds the packages up.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const resultFiles = readdirSync('packages').map(name => join('packages', name, '.test-results', 'vitest.json'));
for (const file of resultFiles) rmSync(file, { force: true });

function run(command, ...args) {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  });
  return status === 0;
}

const tasks = ['build', 'typecheck', 'lint', 'check', 'test'];
let succeeded = run('turbo', 'run', ...tasks, '--continue', '--output-logs=new-only');
succeeded = run('prettier', '--check', '--log-level=warn', '.') && succeeded;
succeeded = run('knip') && succeeded;

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of resultFiles) {
  if (!existsSync(file)) {
    console.error(`${file} is missing: that package's tests did not finish`);
    succeeded = false;
    continue;
  }
  const results = JSON.parse(readFileSync(file, 'utf8'));
  total.passed += results.numPassedTests;
  total.failed += results.numFailedTests;
  total.skipped += results.numPendingTests;
}
if (total.passed === 0) succeeded = false;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = succeeded && total.failed === 0 ? 0 : 1;

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { FileProvider } from '../../support/fileProvider.js';
import { createWorld } from '../../support/scriptedWorld.js';

const program = join(import.meta.dirname, '../../support/scopeClosing.ts');

/** How long a process took to end after it had closed its client, in milliseconds. */
function lingering(...args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
      stdio: ['ignore', 'pipe', 'inherit']
    });
    let closed = 0;
    child.stdout.on('data', () => (closed ||= performance.now()));
    child.once('error', reject);
    child.once('exit', () => (closed > 0 ? resolve(performance.now() - closed) : reject(new Error('it never closed'))));
    onTestFinished(() => void child.kill('SIGKILL'));
  });
}

it.each(['provider', 'policy'])(
  'close() lets the process end at once though a %s never answers',
  async which => {
    const directory = mkdtempSync(join(tmpdir(), 'scopeful-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'provider.json');
    const world = await createWorld({
      resource: { needs: { 'tools/call write': 'd' }, unauthorized: () => 'Bearer scope="a"' }
    });
    await world.connect();
    new FileProvider(file).saveTokens(world.provider.tokens() ?? { access_token: '', token_type: 'Bearer' });
    expect(await lingering(world.rs.url.href, file, which)).toBeLessThan(2_000);
  },
  30_000
);

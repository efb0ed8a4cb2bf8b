import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { FileProvider } from '../../support/fileProvider.js';
import { createWorld } from '../../support/scriptedWorld.js';

const program = join(import.meta.dirname, '../../support/restartedClient.ts');
const SIGN_IN_NEEDED = 3;

/** Runs one leg in a process of its own, and answers with its exit status. */
function leg(...args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', 'tsx', program, ...args], (error, _, stderr) => {
      const status = error === null ? 0 : error.code;
      if (typeof status === 'number' && status !== 1) resolve(status);
      else reject(new Error(stderr));
    });
  });
}

it('A second process knows what the first one asked for, before the callback and after (R9, R10)', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'scopeful-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'provider.json');
  const provider = new FileProvider(file);
  const world = await createWorld({
    resource: {
      metadata: { scopes_supported: ['a', 'b', 'c'] },
      needs: { 'tools/call write': 'd', 'tools/call purge': 'e' }
    }
  });
  const callback = async (): Promise<string> =>
    (await world.as.approve(new URL(provider.read().authorizationUrl ?? ''))).toString();
  const server = world.rs.url.href;

  expect(await leg(server, file, 'write')).toBe(SIGN_IN_NEEDED);
  expect(await leg(server, file, 'write', await callback())).toBe(SIGN_IN_NEEDED);
  expect(provider.tokens()?.scope).toBe('a b c');
  expect(await leg(server, file, 'write', await callback())).toBe(0);
  expect(provider.tokens()?.scope).toBe('a b c d');
  expect(await leg(server, file, 'purge')).toBe(SIGN_IN_NEEDED);
  expect(await leg(server, file, 'purge', await callback())).toBe(0);
  expect(world.as.requestedScopes).toEqual(['a b c', 'a b c d', 'a b c d e']);
}, 60_000);

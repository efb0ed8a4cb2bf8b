import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';

const packages = resolve(import.meta.dirname, '../../..');

/** Runs pnpm, which `npx pnpm@… test` has put on the path; its chatter names hosts, so it is kept to itself. */
function pnpm(cwd: string, ...args: string[]): void {
  execFileSync('pnpm', args, { cwd, stdio: 'pipe', env: { ...process.env, CI: 'true' } });
}

it('The packed packages go in place of the official client through pnpm overrides', () => {
  const directory = mkdtempSync(join(tmpdir(), 'scopeful-override-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const name of ['core', 'client']) pnpm(join(packages, name), 'pack', '--pack-destination', directory);
  const tarball = (name: string): string =>
    `file:./${readdirSync(directory).find(file => file.startsWith(`scopeful-${name}-`)) ?? ''}`;
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({
      name: 'host',
      private: true,
      type: 'module',
      dependencies: { '@modelcontextprotocol/client': '2.4.0' }
    })
  );
  writeFileSync(
    join(directory, 'pnpm-workspace.yaml'),
    `overrides:\n  '@modelcontextprotocol/client': ${tarball('client')}\n  '@scopeful/core': ${tarball('core')}\n`
  );
  writeFileSync(
    join(directory, 'host.js'),
    `import { Client, StreamableHTTPClientTransport, mergeScopes } from '@modelcontextprotocol/client';
     const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'));
     console.log(mergeScopes('a', 'b'), typeof new Client({ name: 'host', version: '1' }).callTool, typeof transport.finishAuth);`
  );
  pnpm(directory, 'install', '--prefer-offline', '--no-frozen-lockfile');
  const printed = execFileSync(process.execPath, ['host.js'], { cwd: directory, encoding: 'utf8' });
  expect(printed.trim()).toBe('a b function function');
}, 120_000);

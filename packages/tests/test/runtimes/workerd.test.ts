import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { binary } from '../../runtimes/binaries.js';
import { bundleWhole } from '../../runtimes/bundle.js';
import { createRuntimeWorld } from '../../runtimes/world.js';

const ENTRY = 'workerd';

/** One worker of these modules, the entry first, which may go to this machine only. */
function configure(modules: string[]): string {
  const embedded = modules.map(name => `(name = "${name}", esModule = embed "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "client", worker = .client),
    (name = "loopback", network = (allow = ["local"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "client")]
);
const client :Workerd.Worker = (
  modules = [${embedded.join(', ')}],
  compatibilityDate = "2026-11-17",
  globalOutbound = "loopback"
);
`;
}

/** Serves a worker for the test that is running; where, and what it says. */
async function serve(workerd: string, files: Map<string, string>): Promise<{ url: string; output: string[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'scopeful-workerd-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, code] of files) writeFileSync(join(directory, name), code);
  const entry = `${ENTRY}.js`;
  writeFileSync(
    join(directory, 'config.capnp'),
    configure([entry, ...[...files.keys()].filter(name => name !== entry)])
  );

  // What it listens on is written to the fourth descriptor.
  const child = spawn(workerd, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe']
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr] as Readable[])
    createInterface(stream).on('line', line => output.push(line));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdio[3] as Readable).on('line', line => {
      const event = JSON.parse(line) as { event: string; port?: number };
      if (event.event === 'listen' && event.port !== undefined) resolve(event.port);
    });
    child.once('error', reject);
    void ended.then(() => reject(new Error(`workerd ended: ${output.join('\n')}`)));
  });
  return { url: `http://127.0.0.1:${port}`, output };
}

it('The built client signs in, steps up, validates and speaks both eras in workerd', async context => {
  const workerd = binary('workerd', context);
  const world = await createRuntimeWorld();
  const { url, output } = await serve(workerd, await bundleWhole(ENTRY));
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(world.places) });
  const text = await response.text();
  expect({ status: response.status, text: response.ok || text, output }).toEqual({
    status: 200,
    text: true,
    output: []
  });
  world.expectComplete(JSON.parse(text));
}, 60_000);

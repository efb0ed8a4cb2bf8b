import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { CallToolResult } from '@scopeful/client';
import { StdioClientTransport } from '@scopeful/client/stdio';

const { resolve } = createRequire(import.meta.url);

/** A server of another package that runs in a process of its own. */
export interface RunningServer {
  readonly origin: string;
  close(): Promise<void>;
}

type Program = { command: string; args: string[] };

/** The server of an installed package, by its main file. */
export function installed(file: string, ...args: string[]): Program {
  return { command: process.execPath, args: [resolve(file), ...args] };
}

/** A server of `fixtures`, which is TypeScript. */
export function fixture(name: string, ...args: string[]): Program {
  const loader = pathToFileURL(resolve('tsx')).href;
  return {
    command: process.execPath,
    args: ['--import', loader, join(import.meta.dirname, 'fixtures', name), ...args]
  };
}

export function overStdio(program: Program, env?: Record<string, string>): StdioClientTransport {
  return new StdioClientTransport({ ...program, env, stderr: 'ignore' });
}

/** Starts a server that chooses its port, and writes its origin as the first line. */
export async function serve({ command, args }: Program): Promise<RunningServer> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closing = closer(child);
  const ended = once(child, 'exit').then(() => {
    throw new Error('The server ended before it said where it listens');
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
  return { origin: String(line).trim(), ...closing };
}

/** Starts a server that is told its port, and waits until it answers. */
export async function serveOnFreePort(start: (port: number) => Program & { env?: object }): Promise<RunningServer> {
  const port = await freePort();
  const { command, args, env } = start(port);
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  const server = { origin: `http://127.0.0.1:${port}`, ...closer(child) };
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
    const isUp = await fetch(server.origin).then(
      () => true,
      () => false
    );
    if (isUp) return server;
    await new Promise(done => setTimeout(done, 50));
  }
  await server.close();
  throw new Error('The server did not come up');
}

function closer(child: ChildProcess): Pick<RunningServer, 'close'> {
  return {
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
  };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(listening => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise(closed => probe.close(closed));
  return port;
}

/** What the text of a result says, which is JSON. */
export function saidBy(result: CallToolResult): unknown {
  const [first] = result.content;
  return first?.type === 'text' ? JSON.parse(first.text) : undefined;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import type { JSONRPCMessage } from '@scopeful/client';
import { StdioClientTransport, type StdioServerParameters } from '@scopeful/client/stdio';

export { DEFAULT_INHERITED_ENV_VARS, getDefaultEnvironment, StdioError } from '@scopeful/client/stdio';
export { StdioClientTransport };

/** A fixture, by name, and its arguments. */
export function fixture(name: string, ...args: string[]): Pick<StdioServerParameters, 'command' | 'args'> {
  return { command: process.execPath, args: [join(import.meta.dirname, 'fixtures', name), ...args] };
}

/** A transport that is closed with the test, and all that it told. */
export interface Observed {
  transport: StdioClientTransport;
  messages: JSONRPCMessage[];
  errors: Error[];
  closes: number;
}

export function observe(parameters: StdioServerParameters): Observed {
  const transport = new StdioClientTransport(parameters);
  const observed: Observed = { transport, messages: [], errors: [], closes: 0 };
  transport.onmessage = message => observed.messages.push(message);
  transport.onerror = error => observed.errors.push(error);
  transport.onclose = () => observed.closes++;
  onTestFinished(() => transport.close());
  return observed;
}

/** A server of the fixture `server.mjs` that runs. */
export async function start(...args: string[]): Promise<Observed> {
  const observed = observe(fixture('server.mjs', ...args));
  await observed.transport.start();
  return observed;
}

/** Whether there is a process of that id; one that nobody has reaped yet is none. */
export function isRunning(pid: number | null): boolean {
  try {
    process.kill(pid ?? Number.NaN, 0);
    return process.platform !== 'linux' || !/\) Z/.test(readFileSync(`/proc/${pid ?? ''}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Sends a request and waits for its result. */
export async function ask({ transport, messages }: Observed, method: string, params: object = {}): Promise<unknown> {
  const id = `${method}-${messages.length}`;
  await transport.send({ jsonrpc: '2.0', id, method, params: { ...params } });
  const answer = await until(() => messages.find(message => 'id' in message && message.id === id));
  return (answer as { result: unknown }).result;
}

/** Polls until there is something; fails after five seconds. */
export async function until<T>(find: () => T | undefined | false): Promise<T> {
  for (const end = Date.now() + 5_000; ;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`still not so: ${find.toString()}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it was not rejected');
    },
    (error: unknown) => error as Error
  );
}

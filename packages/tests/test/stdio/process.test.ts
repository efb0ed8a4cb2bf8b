import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ask,
  DEFAULT_INHERITED_ENV_VARS,
  fixture,
  getDefaultEnvironment,
  isRunning,
  observe,
  rejection,
  start,
  StdioClientTransport,
  StdioError,
  until
} from './harness.js';

afterEach(() => void vi.unstubAllEnvs());

async function textOf(stream: unknown): Promise<string> {
  let text = '';
  for await (const chunk of stream as Readable) text += String(chunk);
  return text;
}

describe('the process of a stdio server', () => {
  it('The process of a stdio server gets a safe environment, and what it is given beside', async () => {
    vi.stubEnv('SCOPEFUL_SECRET', 'secret');
    vi.stubEnv('TERM', '() { :; }');
    const server = observe({ ...fixture('server.mjs'), env: { GIVEN: 'yes' } });
    await server.transport.start();
    const environment = (await ask(server, 'environment')) as Record<string, string>;
    expect(environment).toEqual({ ...getDefaultEnvironment(), GIVEN: 'yes' });
    expect(environment['PATH']).toBe(process.env['PATH']);
    expect(environment).not.toHaveProperty('TERM');
    for (const name of Object.keys(getDefaultEnvironment())) expect(DEFAULT_INHERITED_ENV_VARS).toContain(name);
  });

  it('The process of a stdio server runs where it is told to', async () => {
    const server = observe({ ...fixture('server.mjs'), cwd: tmpdir() });
    await server.transport.start();
    await expect(ask(server, 'directory')).resolves.toEqual({ cwd: realpathSync(tmpdir()) });
  });

  it('The process of a stdio server is not run through a shell', async () => {
    const { command, args = [] } = fixture('server.mjs');
    const server = observe({ command, args: [...args, '; exit 9', '$(exit 9)', '"'] });
    await server.transport.start();
    await expect(ask(server, 'echo', { a: 1 })).resolves.toEqual({ a: 1 });
  });

  it('The process of a stdio server has its standard error read from before it starts', async () => {
    const { transport } = observe({ ...fixture('server.mjs', 'complain'), stderr: 'pipe' });
    expect(transport.pid).toBeNull();
    const text = textOf(transport.stderr);
    await transport.start();
    expect(transport.pid).toBeGreaterThan(0);
    await until(() => (transport.stderr as Readable).readableFlowing !== null);
    await transport.close();
    await expect(text).resolves.toBe('complaint\n');
    expect(observe(fixture('server.mjs')).transport.stderr).toBeNull();
  });

  it('The process of a stdio server that cannot be started is reported, with the reason', async () => {
    const server = observe({ command: 'no-such-program-anywhere' });
    const error = await rejection(server.transport.start());
    expect(error).toBeInstanceOf(StdioError);
    expect(error).toMatchObject({ code: 'ENOENT' });
    expect(error.message).toContain('"no-such-program-anywhere"');
    expect(server.closes).toBe(0);
    await expect(server.transport.close()).resolves.toBeUndefined();
  });

  it('The process of a stdio server whose directory is missing is reported, and another start is possible', async () => {
    const { transport } = observe({ ...fixture('server.mjs'), cwd: '/no/such/directory' });
    expect((await rejection(transport.start())).message).toContain('"/no/such/directory"');
    expect(await rejection(transport.start())).toMatchObject({ code: 'ENOENT' });
  });

  it('The process of a stdio server is started once', async () => {
    const { transport } = await start();
    expect(await rejection(transport.start())).toMatchObject({ code: 'ALREADY_CONNECTED' });
  });

  it.each([
    ['exit-3', 'exited with code 3', 1],
    ['die', 'was ended by SIGKILL', 1],
    ['exit-0', 'exited with code 0', 0]
  ])('The process of a stdio server that ends by itself is noticed: %s', async (how, message, errors) => {
    const server = await start(how);
    await until(() => server.closes === 1);
    expect(server.transport.closeReason).toMatchObject({ code: 'SERVER_EXITED' });
    expect(server.transport.closeReason?.message).toContain(message);
    expect(server.errors).toHaveLength(errors);
    expect(server.transport.pid).toBeNull();
    const error = await rejection(server.transport.send({ jsonrpc: '2.0', method: 'x' }));
    expect(error.message).toContain(message);
  });

  it('The process of a stdio server that closes its output is ended', async () => {
    const server = await start('close-output', 'ignore-end');
    const { pid } = server.transport;
    await until(() => server.closes === 1);
    expect(isRunning(pid)).toBe(false);
  });

  it('The process of a stdio server can be started again after it ended or was closed', async () => {
    const server = await start();
    const first = server.transport.pid;
    await server.transport.send({ jsonrpc: '2.0', id: 1, method: 'exit' });
    await until(() => server.closes === 1);
    await server.transport.start();
    await expect(ask(server, 'echo', { a: 1 })).resolves.toEqual({ a: 1 });
    void server.transport.close();
    await server.transport.start();
    await expect(ask(server, 'echo', { a: 2 })).resolves.toEqual({ a: 2 });
    expect(server.transport.pid).not.toBe(first);
    expect(server.closes).toBe(2);
  });
});

describe('closing a stdio transport', () => {
  it('Closing a stdio transport lets a server end that does so when its input ends', async () => {
    const server = await start();
    const { pid } = server.transport;
    const began = Date.now();
    await Promise.all([server.transport.close(), server.transport.close()]);
    expect(Date.now() - began).toBeLessThan(1_500);
    expect(isRunning(pid)).toBe(false);
    expect(server).toMatchObject({ closes: 1, errors: [] });
  });

  it('Closing a stdio transport asks a server to terminate that does not, which can clean up', async () => {
    const { transport } = observe({ ...fixture('server.mjs', 'ignore-end', 'clean-up'), stderr: 'pipe' });
    const text = textOf(transport.stderr);
    await transport.start();
    const { pid } = transport;
    await new Promise(resolve => setTimeout(resolve, 300));
    await transport.close();
    expect(isRunning(pid)).toBe(false);
    await expect(text).resolves.toBe('cleaned up\n');
  });

  it('Closing a stdio transport kills a server that will not terminate, within five seconds', async () => {
    const server = await start('ignore-end', 'ignore-sigterm');
    await expect(ask(server, 'echo')).resolves.toEqual({});
    const { pid } = server.transport;
    const began = Date.now();
    await server.transport.close();
    expect(Date.now() - began).toBeLessThan(5_500);
    expect(isRunning(pid)).toBe(false);
    expect(server).toMatchObject({ closes: 1, errors: [] });
  });

  it.runIf(process.platform !== 'win32')(
    'Closing a stdio transport leaves nothing behind of what the server started',
    async () => {
      const { transport } = observe({ ...fixture('server.mjs', 'with-helper', 'ignore-end'), stderr: 'pipe' });
      let helper = '';
      (transport.stderr as Readable).on('data', chunk => (helper += String(chunk)));
      await transport.start();
      await until(() => helper.endsWith('\n'));
      expect(isRunning(Number(helper))).toBe(true);
      await transport.close();
      await until(() => !isRunning(Number(helper)));
    }
  );

  it('Closing a stdio transport does not wait for what a server that ended left behind', async () => {
    const server = observe({ ...fixture('server.mjs', 'with-helper'), stderr: 'pipe' });
    let helper = '';
    (server.transport.stderr as Readable).on('data', chunk => (helper += String(chunk)));
    await server.transport.start();
    await until(() => helper.endsWith('\n'));
    process.kill(server.transport.pid ?? 0, 'SIGKILL');
    await until(() => server.closes === 1);
    process.kill(Number(helper), 'SIGKILL');
  });

  it('Closing a stdio transport while it is started stops the start', async () => {
    const server = observe(fixture('server.mjs'));
    const starting = rejection(server.transport.start());
    const { pid } = server.transport;
    await server.transport.close();
    expect((await starting).message).toMatch(/closed|not connected/i);
    expect(isRunning(pid)).toBe(false);
  });

  it('Closing a stdio transport before the start does nothing', async () => {
    const server = observe(fixture('server.mjs'));
    await server.transport.close();
    expect(server.closes).toBe(0);
  });

  it('Closing a stdio transport leaves nothing that keeps this process alive', () => {
    const { command, args = [] } = fixture('closing.ts');
    const { status, stdout } = spawnSync(command, ['--import', 'tsx', ...args], { encoding: 'utf8', timeout: 15_000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'closed' });
  });
});

it('A server ends with its client, though nobody closed it', async () => {
  const { command, args = [] } = fixture('abandon.ts');
  const { status, stdout } = spawnSync(command, ['--import', 'tsx', ...args], { encoding: 'utf8', timeout: 15_000 });
  expect(status).toBe(0);
  await until(() => !isRunning(Number(stdout)));
});

it('A thousand transports that are not started cost no process', () => {
  const transports = Array.from({ length: 1_000 }, () => new StdioClientTransport({ command: 'x' }));
  expect(transports.every(({ pid }) => pid === null)).toBe(true);
});

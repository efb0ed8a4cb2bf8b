import { describe, expect, it } from 'vitest';
import { Client } from '@scopeful/client';
import { ask, fixture, observe, rejection, start, StdioClientTransport, until } from './harness.js';

describe('messages over stdio', () => {
  it('Messages over stdio go to the server and back', async () => {
    const server = await start();
    await expect(ask(server, 'echo', { text: 'line\nbreak, é€𝄞' })).resolves.toEqual({ text: 'line\nbreak, é€𝄞' });
  });

  it('Messages over stdio are put together from whatever pieces they come in', async () => {
    const server = await start('in-pieces');
    await expect(ask(server, 'multibyte', { count: 20 })).resolves.toEqual({ text: 'é€𝄞'.repeat(20) });
    await until(() => server.messages.length === 2);
    expect(server.messages[1]).toEqual({ jsonrpc: '2.0', method: 'next' });
  });

  it('Messages over stdio may be large', async () => {
    const server = await start();
    const text = 'x'.repeat(4 * 1024 * 1024);
    await expect(ask(server, 'echo', { text })).resolves.toEqual({ text });
  });

  it('Messages over stdio are taken although the server writes other things, which are reported', async () => {
    const server = await start('chatter');
    await expect(ask(server, 'echo', { a: 1 })).resolves.toEqual({ a: 1 });
    expect(server.errors.map(error => (error as { code?: unknown }).code)).toEqual([
      'INVALID_MESSAGE',
      'INVALID_MESSAGE'
    ]);
    expect(server.errors[0]?.message).toContain('"Server is starting"');
  });

  it('Messages over stdio are taken although the server ends right after, without a line end', async () => {
    const server = await start();
    await expect(ask(server, 'last-words')).resolves.toEqual({});
    await until(() => server.closes === 1);
    expect(server.errors).toEqual([]);
  });

  it('Messages over stdio are taken although a handler throws, which is reported', async () => {
    const server = await start();
    const failure = new Error('handler');
    const keep = server.transport.onmessage;
    server.transport.onmessage = () => {
      throw failure;
    };
    await server.transport.send({ jsonrpc: '2.0', id: 1, method: 'echo' });
    await until(() => server.errors.length === 1);
    expect(server.errors).toEqual([failure]);
    server.transport.onmessage = keep;
    await expect(ask(server, 'echo', { a: 1 })).resolves.toEqual({ a: 1 });
  });

  it.each([
    ['with its end', 0],
    ['without ever ending', 300_000]
  ])(
    'Messages over stdio longer than maxBufferSize close the connection instead of filling the memory: one %s',
    async (_, more) => {
      const server = observe({ ...fixture('server.mjs'), maxBufferSize: 50_000 });
      await server.transport.start();
      await expect(ask(server, 'large', { size: 40_000 })).resolves.toMatchObject({});
      await server.transport.send({ jsonrpc: '2.0', id: 1, method: 'large', params: { size: 50_000 + more } });
      await until(() => server.closes === 1);
      expect(server.errors).toMatchObject([{ code: 'INVALID_RESULT' }]);
      expect(server.errors[0]?.message).toContain('50000 bytes');
      expect(server.messages).toHaveLength(1);
    }
  );

  it('Messages over stdio wait for a server that does not read', async () => {
    const { transport } = await start('deaf');
    let isSent = false;
    const sending = transport
      .send({ jsonrpc: '2.0', method: 'x', params: { text: 'x'.repeat(8 * 1024 * 1024) } })
      .finally(() => (isSent = true));
    const outcome = rejection(sending);
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(isSent).toBe(false);
    await transport.close();
    expect(await outcome).toMatchObject({ code: 'SEND_FAILED' });
  });

  it('Messages over stdio cannot be sent before the start or after the end', async () => {
    const { transport } = observe(fixture('server.mjs'));
    const message = { jsonrpc: '2.0' as const, method: 'x' };
    expect(await rejection(transport.send(message))).toMatchObject({ code: 'NOT_CONNECTED' });
    await transport.start();
    const closing = transport.close();
    expect(await rejection(transport.send(message))).toMatchObject({ code: 'NOT_CONNECTED' });
    await closing;
    expect(await rejection(transport.send(message))).toMatchObject({ code: 'NOT_CONNECTED' });
  });

  it('Messages over stdio to a server that ended are refused, and end nobody else', async () => {
    const server = await start();
    process.kill(server.transport.pid ?? 0, 'SIGKILL');
    const failures: Error[] = [];
    for (let i = 0; i < 200 && server.closes === 0; i++) {
      const message = { jsonrpc: '2.0' as const, method: 'x', params: { text: 'x'.repeat(100_000) } };
      await server.transport.send(message).catch((error: unknown) => failures.push(error as Error));
    }
    await until(() => server.closes === 1);
    for (const failure of failures)
      expect(['SEND_FAILED', 'NOT_CONNECTED']).toContain((failure as { code?: unknown }).code);
    const error = await rejection(server.transport.send({ jsonrpc: '2.0', method: 'x' }));
    expect(error.message).toContain('SIGKILL');
  });
});

describe('a client over stdio', () => {
  it('A client over stdio uses a server of the official SDK', async () => {
    const client = new Client({ name: 'test', version: '1.0.0' });
    const transport = new StdioClientTransport(fixture('sdkServer.mjs'));
    await client.connect(transport);
    const result = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } });
    expect(result.content).toEqual([{ type: 'text', text: '5' }]);
    await client.close();
    expect(transport.pid).toBeNull();
    await client.connect(transport);
    await expect(client.listTools()).resolves.toMatchObject({ tools: [{ name: 'add' }] });
    await client.close();
  });

  it('A client over stdio does not wait for a server that ends while it connects, and can tell why', async () => {
    const client = new Client({ name: 'test', version: '1.0.0' });
    const transport = new StdioClientTransport(fixture('server.mjs', 'exit-3'));
    const errors: Error[] = [];
    client.onerror = error => errors.push(error);
    await expect(client.connect(transport)).rejects.toBeInstanceOf(Error);
    expect(transport.closeReason?.message).toContain('exited with code 3');
    expect(errors.map(({ message }) => message).join()).toContain('exited with code 3');
  });

  it('A client over stdio can have a thousand calls under way', async () => {
    const server = await start();
    const ids = Array.from({ length: 1_000 }, (_, id) => id);
    await Promise.all(ids.map(id => server.transport.send({ jsonrpc: '2.0', id, method: 'echo' })));
    await until(() => server.messages.length === 1_000);
  });
});

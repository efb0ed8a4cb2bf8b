import {
  type JSONRPCRequest,
  LATEST_PROTOCOL_VERSION,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SUPPORTED_PROTOCOL_VERSIONS
} from '@scopeful/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Client } from '../src/client.js';
import { FlakyTransport } from './support/flakyTransport.js';
import { shaped } from './support/schema.js';
import { type Answers, caught, connected, INFO, Server, SERVER_INFO, turn } from './support/server.js';

describe('connect', () => {
  it('`connect()` offers the latest revision, and says when it is ready', async () => {
    const { server } = await connected({}, { capabilities: { roots: {} } });
    expect(server.received).toEqual([
      {
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: { roots: {} }, clientInfo: INFO }
      },
      { jsonrpc: '2.0', method: 'notifications/initialized' }
    ]);
  });

  it('`connect()` tells what the server said of itself', async () => {
    const { client } = await connected();
    expect({
      capabilities: client.getServerCapabilities(),
      version: client.getServerVersion(),
      instructions: client.getInstructions(),
      protocol: client.getNegotiatedProtocolVersion(),
      era: client.getProtocolEra()
    }).toEqual({
      capabilities: { tools: {} },
      version: SERVER_INFO,
      instructions: 'Be kind.',
      protocol: LATEST_PROTOCOL_VERSION,
      era: 'legacy'
    });
  });

  it('`connect()` accepts an older revision that is supported, and tells the transport', async () => {
    const server = new Server({
      initialize: () => ({ protocolVersion: '2024-11-05', capabilities: {}, serverInfo: SERVER_INFO })
    });
    const told: unknown[] = [];
    const transport = Object.assign(server.other, {
      setProtocolVersion: (version: string) => void told.push(version),
      setSupportedProtocolVersions: (versions: string[]) => void told.push(versions)
    });
    const client = new Client(INFO);
    await client.connect(transport);
    expect(client.getNegotiatedProtocolVersion()).toBe('2024-11-05');
    expect(told).toEqual([SUPPORTED_PROTOCOL_VERSIONS, '2024-11-05']);
  });

  it('`connect()` refuses a revision that is not supported, and closes', async () => {
    const server = new Server({
      initialize: () => ({ protocolVersion: '1999-01-01', capabilities: {}, serverInfo: SERVER_INFO })
    });
    let closed = false;
    server.transport.onclose = () => (closed = true);
    const client = new Client(INFO);
    const error = await caught(client.connect(server.other));
    expect(error).toBeInstanceOf(SdkError);
    expect(error).toMatchObject({ code: SdkErrorCode.EraNegotiationFailed, data: { received: '1999-01-01' } });
    expect([closed, client.transport]).toEqual([true, undefined]);
  });

  it('`connect()` offers the first legacy revision of those it is given', async () => {
    const { server } = await connected({}, { supportedProtocolVersions: ['2026-07-28', '2025-06-18', '2025-03-26'] });
    expect(server.received[0]).toMatchObject({ params: { protocolVersion: '2025-06-18' } });
  });

  it('`connect()` refuses to begin without a legacy revision', async () => {
    const server = new Server();
    const client = new Client(INFO, { supportedProtocolVersions: ['2026-07-28'] });
    const error = await caught(client.connect(server.other));
    expect(error).toMatchObject({ code: SdkErrorCode.EraNegotiationFailed });
    expect(server.received).toEqual([]);
  });

  it('`connect()` refuses a second connection', async () => {
    const { client } = await connected();
    const error = await caught(client.connect(new Server().other));
    expect(error).toMatchObject({ code: SdkErrorCode.AlreadyConnected });
  });

  it('`connect()` refuses a connection while another is being made', async () => {
    const client = new Client(INFO);
    const first = client.connect(new Server().other);
    expect(await caught(client.connect(new Server().other))).toMatchObject({ code: SdkErrorCode.AlreadyConnected });
    await first;
  });

  it('`connect()` rejects when the server answers with an error', async () => {
    const server = new Server();
    server.transport.onmessage = message => {
      server.send({ id: (message as JSONRPCRequest).id, error: { code: -32000, message: 'go away' } });
    };
    const error = await caught(new Client(INFO).connect(server.other));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: -32000, message: 'go away' });
  });

  it('`connect()` rejects when the connection is lost meanwhile', async () => {
    const server = new Server();
    server.transport.onmessage = () => void server.transport.close();
    const error = await caught(new Client(INFO).connect(server.other));
    expect(error).toMatchObject({ code: SdkErrorCode.ConnectionClosed });
  });

  it('`connect()` gives up when its signal aborts, without cancelling initialize', async () => {
    const server = new Server();
    const got: string[] = [];
    server.transport.onmessage = message => got.push((message as JSONRPCRequest).method);
    const controller = new AbortController();
    const reason = new Error('enough');
    const error = caught(new Client(INFO).connect(server.other, { signal: controller.signal }));
    await turn();
    controller.abort(reason);
    expect(await error).toBe(reason);
    await turn();
    expect(got).toEqual(['initialize']);
  });
});

describe('a connect that fails', () => {
  it.each(['start', 'initialize', 'notifications/initialized'])(
    'A `connect()` that fails in %s rejects with the very error and closes the transport',
    async step => {
      const transport = new FlakyTransport();
      transport.failing = step;
      const error = await caught(new Client(INFO).connect(transport));
      expect(error).toBe(transport.failure);
      expect(transport.calls.at(-1)).toBe('close');
    }
  );

  it('A `connect()` that fails keeps its error when closing fails too, and reports that', async () => {
    const transport = new FlakyTransport();
    transport.failing = 'start';
    const closing = new Error('cannot close');
    transport.close = () => Promise.reject(closing);
    const client = new Client(INFO);
    const errors: Error[] = [];
    client.onerror = error => errors.push(error);
    expect(await caught(client.connect(transport))).toBe(transport.failure);
    expect(errors).toEqual([closing]);
  });

  it('A `connect()` that fails can be tried again with the same transport', async () => {
    const transport = new FlakyTransport();
    const client = new Client(INFO);
    transport.failing = 'initialize';
    await caught(client.connect(transport));
    transport.failing = undefined;
    await client.connect(transport);
    expect(client.getNegotiatedProtocolVersion()).toBe('2025-06-18');
  });

  it('A `connect()` that fails does not wait for a transport that is slow to start once its signal aborts', async () => {
    const transport = new FlakyTransport();
    transport.start = () => new Promise(() => undefined);
    const reason = new Error('enough');
    const controller = new AbortController();
    const error = caught(new Client(INFO).connect(transport, { signal: controller.signal }));
    controller.abort(reason);
    expect(await error).toBe(reason);
  });
});

describe('a session that is resumed', () => {
  it('A session that is resumed skips the handshake and keeps the revision of the transport', async () => {
    const transport = Object.assign(new FlakyTransport(), { sessionId: 's', protocolVersion: '2025-03-26' });
    const client = new Client(INFO);
    await client.connect(transport);
    expect(transport.calls).toEqual(['start']);
    expect([client.getNegotiatedProtocolVersion(), client.getProtocolEra()]).toEqual(['2025-03-26', 'legacy']);
  });

  it('A session that is resumed keeps what the client knew, and goes on counting ids, after the connection was lost', async () => {
    const client = new Client(INFO);
    const first = new FlakyTransport();
    await client.connect(first);
    first.onclose?.();
    const ids: unknown[] = [];
    const second = Object.assign(new FlakyTransport(), { sessionId: 's' });
    second.onmessage = message => ids.push((message as JSONRPCRequest).id);
    await client.connect(second);
    await client.ping();
    expect([client.getServerVersion(), second.versions, ids]).toEqual([SERVER_INFO, ['2025-06-18'], [1]]);
  });

  it('A session that is resumed asks for tools although it does not know whether there are any', async () => {
    const { client, server } = await connected({ 'tools/list': () => ({ tools: [] }) }, {}, {});
    await client.close();
    const again = new Server({ 'tools/list': () => ({ tools: [] }) });
    again.other.sessionId = 's';
    await client.connect(again.other);
    await client.listTools();
    expect([server.methods.includes('tools/list'), again.methods]).toEqual([false, ['tools/list']]);
  });
});

describe('close', () => {
  it('`close()` forgets the server, and lets the client connect again', async () => {
    const { client } = await connected();
    await client.close();
    expect([client.transport, client.getServerVersion(), client.getProtocolEra()]).toEqual([
      undefined,
      undefined,
      undefined
    ]);
    await client.connect(new Server().other);
    expect(client.getServerVersion()).toEqual(SERVER_INFO);
  });

  it('`close()` calls onclose, as the server does when it closes', async () => {
    let calls = 0;
    for (const side of ['client', 'server'] as const) {
      const { client, server } = await connected();
      client.onclose = () => calls++;
      await (side === 'client' ? client.close() : server.transport.close());
    }
    expect(calls).toBe(2);
  });

  it('`close()` leaves nothing to send with', async () => {
    const { client } = await connected();
    await client.close();
    const errors = [client.ping(), client.listTools(), client.notification({ method: 'acme/x' })].map(caught);
    expect((await Promise.all(errors)).map(error => (error as { code: unknown }).code)).toEqual(
      Array(3).fill(SdkErrorCode.NotConnected)
    );
  });

  it('`close()` before connecting does nothing', async () => {
    await expect(new Client(INFO).close()).resolves.toBeUndefined();
  });
});

describe('request', () => {
  it('`request()` returns the very result of a known method', async () => {
    const result = { content: [{ type: 'text', text: 'hi' }], extra: 1 };
    const { client } = await connected({ 'tools/call': () => result });
    const answer = await client.request({ method: 'tools/call', params: { name: 'a' } });
    expect(answer).toBe(result);
    expectTypeOf(answer.isError).toEqualTypeOf<boolean | undefined>();
  });

  it('`request()` returns what a schema makes of the result of any method', async () => {
    const { client } = await connected({ 'acme/add': () => ({ sum: 3 }) });
    const answer = await client.request({ method: 'acme/add' }, shaped({ sum: 0 }));
    expect(answer.sum).toBe(3);
  });

  it('`request()` is refused for what the server does not declare, when that is enforced', async () => {
    const { client, server } = await connected({}, { enforceStrictCapabilities: true }, {});
    const errors = [client.callTool({ name: 'a' }), client.listTools()].map(caught);
    for (const error of await Promise.all(errors)) {
      expect(error).toMatchObject({ code: SdkErrorCode.CapabilityNotSupported, data: { capability: 'tools' } });
    }
    expect(server.methods).toEqual(['initialize', 'notifications/initialized']);
  });
});

describe('callTool', () => {
  it('`callTool()` sends name and arguments', async () => {
    const { client, server } = await connected({ 'tools/call': () => ({ content: [] }) });
    await client.callTool({ name: 'add', arguments: { a: 1 } });
    expect(server.received.at(-1)).toMatchObject({
      method: 'tools/call',
      params: { name: 'add', arguments: { a: 1 } }
    });
  });

  it('`callTool()` rejects a result that does not fit', async () => {
    const { client } = await connected({ 'tools/call': () => ({ content: [{ type: 'text' }] }) });
    await expect(client.callTool({ name: 'a' })).rejects.toThrow(
      'Invalid result for tools/call: content.0.text: expected string'
    );
  });
});

describe('listTools', () => {
  const tool = (name: string): object => ({ name, inputSchema: { type: 'object' } });
  const cursorOf = ({ params }: JSONRPCRequest): number => Number(params?.['cursor'] ?? 0);
  const pages = (count: number): Answers => ({
    'tools/list': request => {
      const page = cursorOf(request);
      const next = page + 1 < count ? { nextCursor: String(page + 1) } : {};
      return { tools: [tool(`tool${page}`)], ...next };
    }
  });
  const listed = (server: Server): number => server.methods.filter(method => method === 'tools/list').length;

  it('`listTools()` returns the very page when there is one', async () => {
    const result = { tools: [tool('a')] };
    const { client } = await connected({ 'tools/list': () => result });
    expect(await client.listTools()).toBe(result);
  });

  it('`listTools()` joins all pages', async () => {
    const { client } = await connected(pages(3));
    const result = await client.listTools();
    expect(result.tools.map(({ name }) => name)).toEqual(['tool0', 'tool1', 'tool2']);
    expect(result.nextCursor).toBeUndefined();
  });

  it('`listTools()` sends the params of the caller with each page', async () => {
    const { client, server } = await connected(pages(2));
    await client.listTools({ _meta: { trace: 'x' } });
    expect(server.received.slice(2)).toMatchObject([
      { params: { _meta: { trace: 'x' } } },
      { params: { _meta: { trace: 'x' }, cursor: '1' } }
    ]);
  });

  it('`listTools()` fetches one page for a cursor', async () => {
    const { client } = await connected(pages(3));
    const result = await client.listTools({ cursor: '1' });
    expect([result.tools.length, result.nextCursor]).toEqual([1, '2']);
  });

  it.each([
    ['64 by default', undefined, 64],
    ['as listMaxPages says', 2, 2]
  ])('`listTools()` stops after too many pages, %s', async (_what, listMaxPages, expected) => {
    const { client, server } = await connected(pages(100), { listMaxPages });
    const error = await caught(client.listTools());
    expect(error).toMatchObject({ code: SdkErrorCode.ListPaginationExceeded, data: { maxPages: expected } });
    expect(listed(server)).toBe(expected);
  });

  it('`listTools()` has no limit when listMaxPages is 0', async () => {
    const { client } = await connected(pages(100), { listMaxPages: 0 });
    expect((await client.listTools()).tools).toHaveLength(100);
  });

  it('`listTools()` ends when a page repeats its own cursor', async () => {
    const { client, server } = await connected({ 'tools/list': () => ({ tools: [tool('a')], nextCursor: 'same' }) });
    await client.listTools();
    expect(listed(server)).toBe(2);
  });

  it('`listTools()` ends at an empty cursor', async () => {
    const { client, server } = await connected({ 'tools/list': () => ({ tools: [tool('a')], nextCursor: '' }) });
    expect((await client.listTools()).nextCursor).toBeUndefined();
    expect(listed(server)).toBe(1);
  });

  it('`listTools()` returns no tools, without asking, when the server declares none', async () => {
    const { client, server } = await connected({}, {}, {});
    expect(await client.listTools()).toEqual({ tools: [] });
    expect(listed(server)).toBe(0);
  });
});

describe('notification', () => {
  it('A notification reaches the server', async () => {
    const { client, server } = await connected();
    await client.notification({ method: 'acme/news', params: { a: 1 } });
    await turn();
    expect(server.received.at(-1)).toEqual({ jsonrpc: '2.0', method: 'acme/news', params: { a: 1 } });
  });

  it('A notification of changed roots needs the capability', async () => {
    const { client } = await connected({}, { capabilities: { roots: {} } });
    const error = await caught(client.sendRootsListChanged());
    expect(error).toMatchObject({ code: SdkErrorCode.CapabilityNotSupported });
  });

  it('A notification of changed roots is sent with the capability', async () => {
    const { client, server } = await connected({}, { capabilities: { roots: { listChanged: true } } });
    await client.sendRootsListChanged();
    await turn();
    expect(server.methods.at(-1)).toBe('notifications/roots/list_changed');
  });
});

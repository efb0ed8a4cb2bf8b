import { InMemoryResponseCacheStore, ProtocolErrorCode, SdkErrorCode, type Tool } from '@scopeful/client';
import type { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connected, startServer, text } from './support.js';

/** A tool whose schema the official server passes on as it is. */
function addTool(peer: McpServer, name: string, properties: object): void {
  peer.server.registerCapabilities({ tools: {} });
  const inputSchema = { type: 'object' as const, properties } as Tool['inputSchema'];
  peer.server.setRequestHandler('tools/list', () => ({ tools: [{ name, inputSchema }] }));
  peer.server.setRequestHandler('tools/call', () => text('done'));
}

describe('parameters in headers', () => {
  const marked = { region: { type: 'string', 'x-mcp-header': 'Region' }, query: { type: 'string' } };

  it('Parameters in headers repeat the arguments of a tool that was listed', async () => {
    const server = await startServer(peer => addTool(peer, 'query', marked));
    const client = await connected(server);
    await client.listTools();
    await client.callTool({ name: 'query', arguments: { region: ' eu ', query: 'x' } });
    expect(server.received.at(-1)?.headers['mcp-param-region']).toBe(`=?base64?${btoa(' eu ')}?=`);
    await client.callTool({ name: 'query', arguments: { query: 'x' } });
    expect(server.received.at(-1)?.headers['mcp-param-region']).toBeUndefined();
  });

  it('Parameters in headers follow a definition that the caller brings', async () => {
    const server = await startServer(peer => addTool(peer, 'query', marked));
    const client = await connected(server);
    const toolDefinition: Tool = { name: 'query', inputSchema: { type: 'object', properties: marked } };
    await client.callTool({ name: 'query', arguments: { region: 'eu' } }, { toolDefinition });
    expect(server.received.at(-1)?.headers['mcp-param-region']).toBe('eu');
    expect(server.methods).not.toContain('tools/list');
  });

  it('A tool that marks its parameters wrongly is left out, and the client says why', async () => {
    const server = await startServer(peer => addTool(peer, 'bad', { n: { type: 'number', 'x-mcp-header': 'N' } }));
    const client = await connected(server);
    const errors: string[] = [];
    client.onerror = error => errors.push(error.message);
    expect((await client.listTools()).tools).toEqual([]);
    expect(errors).toEqual([expect.stringContaining('"bad" is left out') as string]);
  });

  it('Parameters in headers are of no concern before 2026-07-28', async () => {
    const server = await startServer(peer => addTool(peer, 'bad', { n: { type: 'number', 'x-mcp-header': 'N' } }));
    const client = await connected(server, { versionNegotiation: undefined });
    expect((await client.listTools()).tools).toHaveLength(1);
  });
});

describe('results that may be served again', () => {
  const cached = (cacheScope: 'public' | 'private') =>
    startServer(
      peer => {
        peer.registerTool('a', { inputSchema: z.object({}) }, () => text('a'));
        peer.registerResource('r', 'note://1', {}, uri => ({ contents: [{ uri: uri.href, text: 'hello' }] }));
      },
      {},
      { cacheHints: { 'tools/list': { ttlMs: 60_000, cacheScope }, 'resources/read': { ttlMs: 60_000, cacheScope } } }
    );

  it('Results are served again while they are fresh', async () => {
    const server = await cached('private');
    const client = await connected(server);
    const first = await client.listTools();
    const second = await client.listTools();
    expect(second.tools).toEqual(first.tools);
    await client.readResource({ uri: 'note://1' });
    expect(await client.readResource({ uri: 'note://1' })).toMatchObject({ contents: [{ text: 'hello' }] });
    expect(server.methods.slice(1)).toEqual(['tools/list', 'resources/read']);
  });

  it('Results are not served again when the caller wants them anew', async () => {
    const server = await cached('private');
    const client = await connected(server);
    await client.listTools();
    await client.listTools(undefined, { cacheMode: 'refresh' });
    await client.listTools(undefined, { cacheMode: 'bypass' });
    expect(server.methods.slice(1)).toEqual(['tools/list', 'tools/list', 'tools/list']);
  });

  it('Results of a list that is not to be kept leave nothing behind, definitions of tools neither', async () => {
    const marked = { region: { type: 'string', 'x-mcp-header': 'Region' } };
    const server = await startServer(peer => addTool(peer, 'query', marked));
    const client = await connected(server);
    await client.listTools(undefined, { cacheMode: 'bypass' });
    await client.callTool({ name: 'query', arguments: { region: 'eu' } });
    const [first] = server.received.filter(({ body }) => body.method === 'tools/call');
    expect(first?.headers['mcp-param-region']).toBeUndefined();
  });

  it('Results are not served again once the server told of a change', async () => {
    const server = await cached('private');
    const client = await connected(server);
    await client.listTools();
    const changed = new Promise<void>(resolve => {
      client.setNotificationHandler('notifications/tools/list_changed', () => resolve());
    });
    await client.listen({ toolsListChanged: true });
    server.handler.notify.toolsChanged();
    await changed;
    await client.listTools();
    expect(server.methods.filter(method => method === 'tools/list')).toHaveLength(2);
  });

  it.each([
    ['private ones stay with their user', 'private', 2],
    ['public ones are for everyone', 'public', 1]
  ] as const)('Results in a shared store are for whom they say: %s', async (_what, scope, lists) => {
    const server = await cached(scope);
    const responseCacheStore = new InMemoryResponseCacheStore();
    for (const cachePartition of ['ada', 'bob']) {
      const client = await connected(server, { responseCacheStore, cachePartition });
      await client.listTools();
    }
    expect(server.methods.filter(method => method === 'tools/list')).toHaveLength(lists);
  });
});

describe('an output schema', () => {
  const sum = { inputSchema: z.object({}), outputSchema: z.object({ sum: z.number() }) };

  it.each([
    ['modern', { mode: 'auto' } as const],
    ['legacy', undefined]
  ])('An output schema is kept to by a %s server', async (_era, mode) => {
    const server = await startServer(peer => {
      peer.registerTool('sum', sum, () => ({ ...text('3'), structuredContent: { sum: 3 } }));
    });
    const client = await connected(server, { versionNegotiation: mode });
    await client.listTools();
    expect(await client.callTool({ name: 'sum', arguments: {} })).toMatchObject({ structuredContent: { sum: 3 } });
  });

  it('An output schema that the caller brings is what counts', async () => {
    const server = await startServer(peer => {
      peer.registerTool('sum', sum, () => ({ ...text('3'), structuredContent: { sum: 3 } }));
    });
    const client = await connected(server);
    const toolDefinition: Tool = {
      name: 'sum',
      inputSchema: { type: 'object' },
      outputSchema: { type: 'object', required: ['product'] }
    };
    await expect(client.callTool({ name: 'sum', arguments: {} }, { toolDefinition })).rejects.toMatchObject({
      code: ProtocolErrorCode.InvalidParams
    });
  });
});

it('Subscribing to one resource is not part of 2026-07-28', async () => {
  const client = await connected(await startServer(() => undefined));
  await expect(client.subscribeResource({ uri: 'note://1' })).rejects.toMatchObject({
    code: SdkErrorCode.MethodNotSupportedByProtocolVersion
  });
});

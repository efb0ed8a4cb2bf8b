import type { Result } from '@scopeful/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../src/client.js';
import { InMemoryResponseCacheStore, MAX_CACHE_TTL_MS } from '../src/offers/responseCache.js';
import { connectedTo, discovered, ModernServer } from './support/modernServer.js';
import { turn } from './support/server.js';

const capabilities = { tools: { listChanged: true }, resources: {} };
const page = (more: object): Result => ({ resultType: 'complete', tools: [], ...more });
const serverInfo = { _meta: { 'io.modelcontextprotocol/serverInfo': { name: 's', version: '1' } } };

const lists = (answer: (cursor: unknown) => Result): ModernServer =>
  new ModernServer({
    'server/discover': () => discovered({ capabilities, ...serverInfo }),
    'tools/list': ({ params }) => answer(params?.['cursor']),
    'resources/read': ({ params }) => ({ contents: [{ uri: params?.['uri'], text: '' }], ttlMs: 1_000 })
  });
const asked = (server: ModernServer, method = 'tools/list'): number =>
  server.methods.filter(each => each === method).length;

async function twice(client: Client, elapsed: number): Promise<void> {
  await client.listTools();
  vi.setSystemTime(Date.now() + elapsed);
  await client.listTools();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a list is served again', () => {
  it.each<[string, object, number, number]>([
    ['for as long as it says', { ttlMs: 1_000 }, 999, 1],
    ['no longer than it says', { ttlMs: 1_000 }, 1_000, 2],
    ['not at all at 0', { ttlMs: 0 }, 0, 2],
    ['not at all below 0', { ttlMs: -1 }, 0, 2],
    ['not at all when it says nothing', {}, 0, 2],
    ['for a day at most', { ttlMs: 1e12 }, MAX_CACHE_TTL_MS, 2]
  ])('A list is served again %s', async (_what, more, elapsed, expected) => {
    const server = lists(() => page(more));
    await twice(await connectedTo(server), elapsed);
    expect(asked(server)).toBe(expected);
  });

  it('A list is served again for the default time when it says nothing', async () => {
    const server = lists(() => page({}));
    await twice(await connectedTo(server, { defaultCacheTtlMs: 500 }), 400);
    expect(asked(server)).toBe(1);
  });

  it('A list is served again for the shortest time of its pages', async () => {
    const server = lists(cursor => page(cursor === undefined ? { nextCursor: '2', ttlMs: 1_000 } : { ttlMs: 10 }));
    await twice(await connectedTo(server), 100);
    expect(asked(server)).toBe(4);
  });

  it('A list is not served again by the page', async () => {
    const server = lists(() => page({ ttlMs: 1_000 }));
    const client = await connectedTo(server);
    await client.listTools({ cursor: 'a' });
    await client.listTools({ cursor: 'a' });
    expect(asked(server)).toBe(2);
  });

  it('A list is served again as a copy that the caller owns', async () => {
    const client = await connectedTo(lists(() => page({ ttlMs: 1_000 })));
    await client.listTools();
    const served = await client.listTools();
    served.tools.push({ name: 'mine', inputSchema: { type: 'object' } });
    expect((await client.listTools()).tools).toEqual([]);
  });

  it('A list is not served again when it changed while it was fetched', async () => {
    const server: ModernServer = lists(() => {
      server.send({ method: 'notifications/tools/list_changed' });
      return page({ ttlMs: 1_000 });
    });
    await twice(await connectedTo(server), 0);
    expect(asked(server)).toBe(2);
  });

  it('A list is served again to no other server', async () => {
    const responseCacheStore = new InMemoryResponseCacheStore();
    const nameless = () => new ModernServer({ 'tools/list': () => page({ ttlMs: 1_000, cacheScope: 'public' }) });
    for (const server of [nameless(), nameless()]) {
      await (await connectedTo(server, { responseCacheStore })).listTools();
      expect(asked(server)).toBe(1);
    }
  });

  it('A list is served again whatever a store does', async () => {
    const failing = new InMemoryResponseCacheStore();
    failing.get = () => {
      throw new Error('disk full');
    };
    const client = await connectedTo(
      lists(() => page({ ttlMs: 1_000 })),
      { responseCacheStore: failing }
    );
    const errors: string[] = [];
    client.onerror = error => errors.push(error.message);
    expect((await client.listTools()).tools).toEqual([]);
    expect(errors).toContain('disk full');
  });

  it('A list is not served again when what a store has is no result', async () => {
    const broken = new InMemoryResponseCacheStore();
    broken.get = () => ({ value: 'null', stamp: 1, expiresAt: Date.now() + 1_000, scope: 'public' });
    const client = await connectedTo(
      lists(() => page({})),
      { responseCacheStore: broken }
    );
    expect((await client.listTools()).tools).toEqual([]);
  });
});

describe('a resource is served again', () => {
  it('A resource is served again under its own URI, until it is said to have changed', async () => {
    const server = lists(() => page({}));
    const client = await connectedTo(server);
    for (const uri of ['a', 'b', 'a', 'b']) await client.readResource({ uri });
    expect(asked(server, 'resources/read')).toBe(2);
    server.send({ method: 'notifications/resources/updated', params: { uri: 'a' } });
    await turn();
    for (const uri of ['a', 'b']) await client.readResource({ uri });
    expect(asked(server, 'resources/read')).toBe(3);
  });

  it('A resource is not served again when the request carried input', async () => {
    const server = lists(() => page({}));
    const client = await connectedTo(server);
    const params = { uri: 'a', requestState: 's' };
    await client.readResource(params);
    await client.readResource({ uri: 'a' });
    expect(asked(server, 'resources/read')).toBe(2);
  });
});

it('A store in memory forgets the oldest resource, and no list', () => {
  const store = new InMemoryResponseCacheStore({ maxEntries: 2 });
  store.set({ method: 'tools/list' }, { value: '{}' });
  for (const params of ['a', 'b', 'c']) store.set({ method: 'resources/read', params }, { value: '{}' });
  expect([
    store.size,
    store.get({ method: 'resources/read', params: 'a' }),
    store.get({ method: 'tools/list' })?.value
  ]).toEqual([3, undefined, '{}']);
  store.evict('tools/list');
  store.clear();
  expect(store.size).toBe(0);
});

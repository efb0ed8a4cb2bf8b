import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ListChangedHandlers } from '../src/offers/listWatcher.js';
import { type Answers, connected } from './support/server.js';

const CHANGED = { method: 'notifications/tools/list_changed' };
const answers: Answers = { 'tools/list': () => ({ tools: [{ name: 'a', inputSchema: { type: 'object' } }] }) };

/** A client that watches the tools, and what it is told. */
async function watching(options: Partial<NonNullable<ListChangedHandlers['tools']>> = {}, given = answers) {
  const told: unknown[] = [];
  const onChanged = (error: Error | null, tools: { name: string }[] | null): void =>
    void told.push(error?.message ?? tools?.map(({ name }) => name) ?? null);
  const listChanged = { tools: { onChanged, ...options } };
  return { told, ...(await connected(given, { listChanged }, { tools: { listChanged: true } })) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a changed list', () => {
  it('A changed list is fetched once for many changes', async () => {
    const { server, told } = await watching();
    for (let change = 0; change < 3; change++) {
      server.send(CHANGED);
      await vi.advanceTimersByTimeAsync(299);
    }
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual([['a']]);
  });

  it('A changed list is told of without fetching when that is asked for', async () => {
    const { server, told } = await watching({ autoRefresh: false, debounceMs: 0 });
    server.send(CHANGED);
    await vi.advanceTimersByTimeAsync(0);
    expect([told, server.methods.includes('tools/list')]).toEqual([[null], false]);
  });

  it('A changed list that cannot be fetched is told of with the error', async () => {
    const { server, told } = await watching({ debounceMs: 0 }, { 'tools/list': () => ({ tools: 1 }) });
    server.send(CHANGED);
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([expect.stringContaining('Invalid result for tools/list') as string]);
  });

  it('A changed list still reaches the handler of its notification', async () => {
    const { client, server } = await watching();
    const handler = vi.fn();
    client.setNotificationHandler('notifications/tools/list_changed', handler);
    server.send(CHANGED);
    await vi.advanceTimersByTimeAsync(0);
    expect(handler).toHaveBeenCalledOnce();
  });

  it('A changed list is not told of once the connection closed', async () => {
    const { client, server, told } = await watching();
    server.send(CHANGED);
    await vi.advanceTimersByTimeAsync(0);
    await client.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(told).toEqual([]);
  });
});

import { SdkErrorCode } from '@scopeful/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../src/client.js';
import { connectedTo, discovered, MODERN, ModernServer } from './support/modernServer.js';
import { caught, INFO, Server, SERVER_INFO } from './support/server.js';

const REFUSED = { error: { code: -32022, message: 'no', data: { supported: [MODERN], requested: MODERN } } };
const initialized = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: SERVER_INFO };

afterEach(() => {
  vi.useRealTimers();
});

describe('asking a server what it speaks', () => {
  it.each([-32601, -32602, -32000, 1])('The client falls back to initialize at the error %i', async code => {
    const server = new ModernServer({
      'server/discover': () => ({ error: { code, message: 'what?' } }),
      initialize: () => initialized
    });
    const client = await connectedTo(server);
    expect(client.getProtocolEra()).toBe('legacy');
    expect(server.methods).toEqual(['server/discover', 'initialize', 'notifications/initialized']);
    expect(server.received[1]?.params?.['_meta']).toBeUndefined();
  });

  it('The client falls back at an answer that is none', async () => {
    const server = new ModernServer({ 'server/discover': () => ({ hello: 'world' }), initialize: () => initialized });
    expect((await connectedTo(server)).getProtocolEra()).toBe('legacy');
  });

  it.each([-32020, -32021, -32022])(
    'The client does not fall back at the error %i, which only a modern server sends',
    async code => {
      const server = new ModernServer({ 'server/discover': () => ({ error: { code, message: 'no' } }) });
      expect(await caught(connectedTo(server))).toMatchObject({ code });
      expect(server.methods).toEqual(['server/discover']);
    }
  );

  it('The client takes a revision that an error names', async () => {
    const versions = ['2027-01-01', MODERN];
    const server = new ModernServer({
      'server/discover': ({ params }) =>
        params?._meta?.['io.modelcontextprotocol/protocolVersion'] === MODERN
          ? discovered()
          : { error: { code: -32022, message: 'no', data: { supported: [MODERN], requested: '2027-01-01' } } }
    });
    const client = await connectedTo(server, { supportedProtocolVersions: versions });
    expect(client.getNegotiatedProtocolVersion()).toBe(MODERN);
  });

  it('The client asks once more for a revision that is refused and named in one breath', async () => {
    let asked = 0;
    const server = new ModernServer({ 'server/discover': () => (asked++ === 0 ? REFUSED : discovered()) });
    const client = await connectedTo(server, { versionNegotiation: { mode: { pin: MODERN } } });
    expect(client.getNegotiatedProtocolVersion()).toBe(MODERN);
  });

  it('The client does not ask a third time', async () => {
    const server = new ModernServer({ 'server/discover': () => REFUSED });
    expect(await caught(connectedTo(server))).toMatchObject({ code: SdkErrorCode.EraNegotiationFailed });
    expect(server.methods).toEqual(['server/discover', 'server/discover']);
  });

  it('The client falls back to a legacy revision that a modern server names', async () => {
    const server = new ModernServer({
      'server/discover': () => discovered({ supportedVersions: ['2099-01-01', '2025-11-25'] }),
      initialize: () => initialized
    });
    expect((await connectedTo(server)).getProtocolEra()).toBe('legacy');
  });

  it('Asking a server what it speaks fails when there is nothing in common', async () => {
    const server = new ModernServer({ 'server/discover': () => discovered({ supportedVersions: ['2099-01-01'] }) });
    expect(await caught(connectedTo(server))).toMatchObject({ code: SdkErrorCode.EraNegotiationFailed });
  });

  it('The client takes silence on a channel for a legacy server, after as many tries as are asked for', async () => {
    vi.useFakeTimers();
    const server = new ModernServer({ 'server/discover': () => undefined, initialize: () => initialized });
    const probe = { timeoutMs: 100, maxRetries: 1 };
    const connecting = connectedTo(server, { versionNegotiation: { mode: 'auto', probe } });
    await vi.advanceTimersByTimeAsync(250);
    expect((await connecting).getProtocolEra()).toBe('legacy');
    expect(server.methods.filter(method => method === 'server/discover')).toHaveLength(2);
  });

  it('The client takes silence over HTTP for an outage', async () => {
    vi.useFakeTimers();
    const server = new ModernServer({ 'server/discover': () => undefined });
    Object.assign(server.other, { hasPerRequestStream: true });
    const connecting = caught(connectedTo(server, {}, { timeout: 100 }));
    await vi.advanceTimersByTimeAsync(150);
    expect(await connecting).toMatchObject({ code: SdkErrorCode.RequestTimeout });
    expect(server.methods).toEqual(['server/discover']);
  });

  it('The client does not fall back from a pin', async () => {
    const server = new ModernServer({ 'server/discover': () => ({ error: { code: -32601, message: 'what?' } }) });
    const error = await caught(connectedTo(server, { versionNegotiation: { mode: { pin: MODERN } } }));
    expect(error).toMatchObject({ code: SdkErrorCode.EraNegotiationFailed, cause: { code: -32601 } });
    expect(server.methods).toEqual(['server/discover']);
  });

  it('The client starts a server again that ended when it was asked, and nobody hears of that', async () => {
    const first = new ModernServer({ 'server/discover': () => void first.transport.close() });
    const second = new ModernServer({ initialize: () => initialized });
    const ends = [first.other, second.other];
    let closed = 0;
    const client = new Client(INFO, { versionNegotiation: { mode: 'auto' } });
    client.onclose = () => closed++;
    await client.connect(restartable(ends));
    expect([client.getProtocolEra(), closed]).toEqual(['legacy', 0]);
    await client.close();
    expect(closed).toBe(1);
  });

  it('Asking a server what it speaks is over when it is we who close', async () => {
    const server = new ModernServer({ 'server/discover': () => undefined, initialize: () => initialized });
    const client = new Client(INFO, { versionNegotiation: { mode: 'auto' } });
    let closed = 0;
    client.onclose = () => closed++;
    const connecting = caught(client.connect(server.other));
    await vi.waitFor(() => expect(server.methods).toEqual(['server/discover']));
    await client.close();
    expect(await connecting).toMatchObject({ code: SdkErrorCode.ConnectionClosed });
    expect([server.methods, closed]).toEqual([['server/discover'], 1]);
  });

  it('A server is not asked what it speaks when only legacy revisions are to be spoken', async () => {
    const server = new Server();
    const client = new Client(INFO, {
      versionNegotiation: { mode: 'auto' },
      supportedProtocolVersions: ['2025-11-25']
    });
    await client.connect(server.other);
    expect(server.methods[0]).toBe('initialize');
  });
});

/** A transport that is another one each time it is started, as a child process is. */
function restartable(ends: ModernServer['other'][]): ModernServer['other'] {
  const [first] = ends;
  if (first === undefined) throw new Error('no ends');
  let current = first;
  const transport = {
    onclose: undefined as (() => void) | undefined,
    onerror: undefined,
    onmessage: undefined as ((message: unknown) => void) | undefined,
    start: () => {
      current = ends.shift() ?? current;
      current.onclose = () => transport.onclose?.();
      current.onmessage = message => transport.onmessage?.(message);
      return current.start();
    },
    send: (message: never) => current.send(message),
    close: () => current.close()
  };
  return transport as unknown as ModernServer['other'];
}

describe('connecting with what is known', () => {
  it('Connecting with what is known sends nothing', async () => {
    const server = new ModernServer();
    const discover = discovered({ instructions: 'Be kind.' }) as never;
    const client = await connectedTo(server, {}, { prior: { kind: 'modern', discover } });
    expect([client.getInstructions(), client.getProtocolEra(), server.methods]).toEqual(['Be kind.', 'modern', []]);
  });

  it('Connecting with what is known fails without a revision in common', async () => {
    const discover = discovered({ supportedVersions: ['2025-11-25'] }) as never;
    const error = await caught(connectedTo(new ModernServer(), {}, { prior: { kind: 'modern', discover } }));
    expect(error).toMatchObject({ code: SdkErrorCode.EraNegotiationFailed });
  });
});

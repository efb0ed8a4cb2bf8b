import { describe, expect, it } from 'vitest';
import { Client, CLIENT_INFO_META_KEY, StreamableHTTPClientTransport } from '@scopeful/client';
import { createWorld } from '../../support/scriptedWorld.js';
import { connected as connectedModern, startServer } from '../protocol/support.js';

// What programs reach into although it is nobody's to use: it has the official client's name and shape where that costs
// nothing, since a program that looks for it would fail otherwise. Each test says what can be learnt or done by it.

interface Internals {
  _requestHandlers: Map<string, unknown>;
  _notificationHandlers: Map<string, unknown>;
  _responseHandlers: Map<number, (response: unknown) => void>;
  _progressHandlers: Map<number, (progress: unknown) => void>;
  _capabilities: object;
  _onnotification: (notification: { method: string }) => void;
  _outboundMetaEnvelope: () => object | undefined;
}

function internalsOf(client: Client): Internals {
  return client as unknown as Internals;
}

async function connected(options?: ConstructorParameters<typeof Client>[1]) {
  const world = await createWorld();
  await world.connect();
  const client = new Client({ name: 'test', version: '1.0.0' }, options);
  const transport = world.createTransport() as StreamableHTTPClientTransport;
  await client.connect(transport);
  return { client, transport, world };
}

describe('names that programs reach into', () => {
  it('_requestHandlers and _notificationHandlers tell, by method, who handles what', () => {
    const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: { roots: {} } });
    client.setRequestHandler('roots/list', () => ({ roots: [] }));
    client.setNotificationHandler('notifications/tools/list_changed', () => undefined);
    const { _requestHandlers, _notificationHandlers } = internalsOf(client);
    expect([..._requestHandlers.keys()]).toEqual(['ping', 'roots/list']);
    expect([..._notificationHandlers.keys()]).toEqual(['notifications/tools/list_changed']);
    _requestHandlers.delete('roots/list');
    expect(() => client.assertCanSetRequestHandler('roots/list')).not.toThrow();
  });

  it('_responseHandlers and _progressHandlers tell what is waited for, and fail what is stuck', async () => {
    const { client, world } = await connected();
    world.rs.script.onRequest = ({ operation }) =>
      operation === 'tools/call read' ? new Promise(() => undefined) : undefined;
    const call = client.callTool({ name: 'read' }, { onprogress: () => undefined });
    call.catch(() => undefined);
    const { _responseHandlers, _progressHandlers } = internalsOf(client);
    expect([_responseHandlers.size, _progressHandlers.size]).toEqual([1, 1]);
    for (const fail of _responseHandlers.values()) fail(new Error('stuck'));
    await expect(call).rejects.toThrow('stuck');
    await client.close();
  });

  it('_capabilities are what the client declares', () => {
    const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: { sampling: {} } });
    expect(internalsOf(client)._capabilities).toEqual({ sampling: {} });
  });

  it('_onnotification is called with every notification, and may be replaced', async () => {
    const { client, transport } = await connected();
    const heard: string[] = [];
    const internals = internalsOf(client);
    const original = internals._onnotification.bind(client);
    internals._onnotification = notification => {
      heard.push(notification.method);
      original(notification);
    };
    transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } });
    expect(heard).toEqual(['notifications/message']);
    await client.close();
  });

  it('_sessionId of a Streamable HTTP transport is the session’s id', () => {
    const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { sessionId: 'one' });
    const internals = transport as unknown as { _sessionId: string | undefined };
    expect(internals._sessionId).toBe('one');
    internals._sessionId = 'two';
    expect(transport.sessionId).toBe('two');
  });

  it('_outboundMetaEnvelope() is what every modern request says of the client; on a legacy connection there is none', async () => {
    const { client } = await connected();
    expect(internalsOf(client)._outboundMetaEnvelope()).toBeUndefined();
    await client.close();
    const server = await startServer(() => undefined);
    const modern = await connectedModern(server);
    const { body } = server.received.at(-1) ?? {};
    expect(internalsOf(modern)._outboundMetaEnvelope()).toEqual(body?.params?.['_meta']);
    expect(internalsOf(modern)._outboundMetaEnvelope()).toHaveProperty(CLIENT_INFO_META_KEY);
  });
});

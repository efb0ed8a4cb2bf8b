import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Client, SSEClientTransport, SseError, type SSEClientTransportOptions } from '@scopeful/client';
import {
  event,
  events,
  initializeResult,
  scriptMcp,
  until,
  type ReceivedRequest,
  type ScriptedMcp
} from '../../support/scriptedMcp.js';

interface Served {
  server: ScriptedMcp;
  /** The stream that is open. */
  stream: () => ServerResponse | undefined;
}

/** A server of 2024-11-05 that names `endpoint` and answers on its stream. */
async function serve(
  endpoint = '/messages',
  reply?: (request: ReceivedRequest, response: ServerResponse) => boolean
): Promise<Served> {
  let stream: ServerResponse | undefined;
  const server = await scriptMcp((request, response) => {
    if (request.method === 'GET') {
      stream = events(response, `event: endpoint\ndata: ${endpoint}\n\n`);
      return;
    }
    if (reply?.(request, response) === true) return;
    response.writeHead(202).end();
    const { message } = request;
    if (message?.id === undefined) return;
    const isHandshake = message.method === 'initialize';
    stream?.write(event(isHandshake ? initializeResult(request) : { jsonrpc: '2.0', id: message.id, result: {} }));
  });
  return { server, stream: () => stream };
}

async function connect(served: Served, options?: SSEClientTransportOptions): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new SSEClientTransport(served.server.url, options));
  onTestFinished(() => client.close());
  return client;
}

describe('the endpoint', () => {
  it.each(['/messages?session=1', 'messages?session=1'])(
    'The endpoint is where messages go, with the revision: %s',
    async endpoint => {
      const served = await serve(endpoint);
      const client = await connect(served);
      await client.ping();
      expect(served.server.of('POST').at(-1)).toMatchObject({
        path: '/messages?session=1',
        headers: { 'mcp-protocol-version': '2025-11-25' }
      });
    }
  );

  it.each(['http://localhost:1/messages', 'https://evil.example/', 'http://', 'javascript:alert(1)'])(
    'The endpoint must be on the server’s own origin, not %s',
    async endpoint => {
      const served = await serve(endpoint);
      await expect(connect(served)).rejects.toThrow(SseError);
      expect(served.server.of('POST')).toEqual([]);
    }
  );

  it('The endpoint that never comes fails the connect when the stream ends', async () => {
    const server = await scriptMcp((_, response) => events(response, ': nothing\n\n').end());
    await expect(connect({ server, stream: () => undefined })).rejects.toThrow(SseError);
  });
});

describe('the stream', () => {
  it('The stream delivers the server’s own messages', async () => {
    const served = await serve();
    const client = await connect(served);
    const received = new Promise(resolve =>
      client.setNotificationHandler('notifications/tools/list_changed', () => resolve('changed'))
    );
    served.stream()?.write(event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }));
    expect(await received).toBe('changed');
  });

  it('The stream that ends is the end of the connection: pending requests fail at once', async () => {
    const served = await serve('/messages', request => request.message?.method === 'ping');
    const client = await connect(served);
    let closed = false;
    client.onclose = () => (closed = true);
    const pending = client.ping();
    await until(() => served.server.of('POST').length === 3);
    served.stream()?.end();
    await expect(pending).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(closed).toBe(true);
  });

  it.each([404, 405, 500])('The stream that cannot be opened fails the connect with the status: %i', async status => {
    const server = await scriptMcp((_, response) => response.writeHead(status).end('no stream here'));
    await expect(connect({ server, stream: () => undefined })).rejects.toMatchObject({
      name: 'SseError',
      code: status
    });
  });

  it('The stream is opened with the fetch of eventSourceInit, messages with the other', async () => {
    const served = await serve();
    const opened: string[] = [];
    const client = await connect(served, {
      eventSourceInit: { fetch: (url, init) => (opened.push(init?.method ?? ''), fetch(url, init)) },
      requestInit: { headers: { 'x-key': 'k' } }
    });
    await client.ping();
    expect(opened).toEqual(['GET']);
    expect(served.server.requests.every(({ headers }) => headers['x-key'] === 'k')).toBe(true);
  });
});

it('A message that is refused fails its request with the status', async () => {
  const served = await serve('/messages', (request, response) => {
    if (request.message?.method !== 'ping') return false;
    response.writeHead(413).end('too large');
    return true;
  });
  const client = await connect(served);
  await expect(client.ping()).rejects.toMatchObject({ status: 413, data: { text: 'too large' } });
});

import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  Client,
  SdkHttpError,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions
} from '@scopeful/client';
import {
  event,
  events,
  initializeResult,
  json,
  scriptMcp,
  until,
  type ReceivedRequest,
  type ScriptedMcp
} from '../../support/scriptedMcp.js';

type Handler = (request: ReceivedRequest, response: ServerResponse) => unknown;

const quick = { initialReconnectionDelay: 10, maxReconnectionDelay: 40, reconnectionDelayGrowFactor: 2, maxRetries: 2 };

interface Session {
  client: Client;
  transport: StreamableHTTPClientTransport;
  server: ScriptedMcp;
  errors: Error[];
}

/** Connects to a server that completes the handshake and hands everything else to the test. */
async function connect(handler: Handler, options: StreamableHTTPClientTransportOptions = {}): Promise<Session> {
  const server = await scriptMcp((request, response) => {
    if (request.message?.method === 'initialize')
      return json(response, initializeResult(request), { 'mcp-session-id': 's-1' });
    if (request.message?.method === 'notifications/initialized') return response.writeHead(202).end();
    return handler(request, response);
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  const errors: Error[] = [];
  client.onerror = error => errors.push(error);
  const transport = new StreamableHTTPClientTransport(server.url, { reconnectionOptions: quick, ...options });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return { client, transport, server, errors };
}

const noStream: Handler = (request, response) =>
  request.method === 'GET'
    ? response.writeHead(405).end()
    : json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} });

const toolResult = (request: ReceivedRequest, text: string): unknown => ({
  jsonrpc: '2.0',
  id: request.message?.id,
  result: { content: [{ type: 'text', text }] }
});

describe('a request', () => {
  it('A request accepts JSON and event streams, and names session and revision after the handshake', async () => {
    const { client, server, transport } = await connect(noStream);
    await client.ping();
    const [first, , ping] = server.of('POST');
    expect(first?.headers).not.toHaveProperty('mcp-session-id');
    expect(first?.headers).not.toHaveProperty('mcp-protocol-version');
    expect(ping?.headers).toMatchObject({
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-session-id': 's-1',
      'mcp-protocol-version': '2025-11-25'
    });
    expect(transport.sessionId).toBe('s-1');
  });

  it('A request may be answered on a stream, after notifications, in any chunks', async () => {
    const { client } = await connect(async (request, response) => {
      if (request.method === 'GET') return response.writeHead(405).end();
      const text = `: comment\n\n${event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: request.message?.id, progress: 1 } })}${event(toolResult(request, 'grüße'))}`;
      events(response);
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.from([byte]));
        if (byte === 0x0a) await new Promise(resolve => setImmediate(resolve));
      }
      response.end();
    });
    const progress: number[] = [];
    const result = await client.callTool({ name: 'x' }, { onprogress: ({ progress: value }) => progress.push(value) });
    expect(result.content).toEqual([{ type: 'text', text: 'grüße' }]);
    expect(progress).toEqual([1]);
  });

  it('A request carries the caller’s requestInit, below the transport’s own headers', async () => {
    const { client, server } = await connect(noStream, {
      requestInit: { headers: { 'X-Api-Key': 'k', Accept: 'text/plain' } }
    });
    await client.ping();
    expect(server.of('POST').at(-1)?.headers).toMatchObject({
      'x-api-key': 'k',
      accept: 'application/json, text/event-stream'
    });
  });

  it('A request fails with status and text when the server answers with an error', async () => {
    const { client, server } = await connect((request, response) =>
      request.method === 'GET' ? response.writeHead(405).end() : response.writeHead(500).end('out of order')
    );
    const error = await client.ping().catch((reason: unknown) => reason as SdkHttpError);
    expect(error).toBeInstanceOf(SdkHttpError);
    expect(error).toMatchObject({ code: 'CLIENT_HTTP_NOT_IMPLEMENTED', status: 500, data: { text: 'out of order' } });
    expect((error as Error).message).toContain(`POST ${server.url.href}`);
  });

  it('A request fails when the answer is of another type', async () => {
    const { client } = await connect((request, response) =>
      request.method === 'GET'
        ? response.writeHead(405).end()
        : response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hi')
    );
    await expect(client.ping()).rejects.toMatchObject({ code: 'CLIENT_HTTP_UNEXPECTED_CONTENT', status: 200 });
  });

  it('A request fails at once when its stream ends without an answer that could be resumed', async () => {
    const { client } = await connect((request, response) =>
      request.method === 'GET' ? response.writeHead(405).end() : events(response).end()
    );
    await expect(client.ping({ timeout: 3_000 })).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  });

  it('A request fails at once when the JSON answer does not answer it', async () => {
    const { client } = await connect((request, response) =>
      request.method === 'GET' ? response.writeHead(405).end() : json(response, [])
    );
    await expect(client.ping({ timeout: 3_000 })).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  });

  it('A request ends with the caller’s signal, and so does its connection', async () => {
    let closed = false;
    const { client, server } = await connect((request, response) => {
      if (request.method === 'GET') return response.writeHead(405).end();
      if (request.message?.method === 'ping') response.on('close', () => (closed = true));
      else response.writeHead(202).end();
    });
    const controller = new AbortController();
    const pending = client.ping({ signal: controller.signal });
    await until(() => server.of('POST').length === 3);
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    await until(() => closed);
    expect(server.requests.at(-1)?.message?.method).toBe('notifications/cancelled');
  });
});

describe('the server’s own stream', () => {
  it('The server’s own stream is opened promptly after the handshake, and delivers messages', async () => {
    let stream: ServerResponse | undefined;
    const { client, server } = await connect((request, response) => {
      if (request.method === 'GET') stream = events(response);
      else json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} });
    });
    await until(() => stream !== undefined, 2_000);
    expect(server.of('GET')[0]?.headers).toMatchObject({
      accept: 'text/event-stream',
      'mcp-session-id': 's-1',
      'mcp-protocol-version': '2025-11-25'
    });
    const received = new Promise(resolve =>
      client.setNotificationHandler('notifications/tools/list_changed', () => resolve('changed'))
    );
    stream?.write(event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }));
    expect(await received).toBe('changed');
  });

  it('The server’s own stream may be missing', async () => {
    const { client, server, errors } = await connect(noStream);
    await until(() => server.of('GET').length === 1);
    await client.ping();
    expect(errors).toEqual([]);
  });

  it('The server’s own stream skips an event that is no message and goes on', async () => {
    const { client, errors } = await connect((request, response) => {
      if (request.method === 'GET') return response.writeHead(405).end();
      events(response, 'data: {not json\n\n', event({ jsonrpc: '1.0' }), event(toolResult(request, 'ok'))).end();
    });
    await client.callTool({ name: 'x' });
    expect(errors).toHaveLength(2);
  });

  it('The server’s own stream is opened again from the last event when it breaks, after the delay the server asks for', async () => {
    const { server } = await connect((request, response) => {
      if (request.method !== 'GET') return json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} });
      if (server.of('GET').length === 1)
        events(response, `retry: 300\n${event({ jsonrpc: '2.0', method: 'notifications/x' }, 'e-1')}`).end();
      else events(response);
    });
    await until(() => server.of('GET').length === 2);
    const [first, second] = server.of('GET');
    expect(second?.headers['last-event-id']).toBe('e-1');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(295);
  });

  it('The server’s own stream is given up after maxRetries attempts, with growing delays and one report', async () => {
    const { server, errors } = await connect((request, response) => {
      if (request.method !== 'GET') return json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} });
      if (server.of('GET').length === 1) events(response).end();
      else response.writeHead(503).end();
    });
    await until(() => errors.length > 0);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(server.of('GET')).toHaveLength(3);
    expect(errors).toMatchObject([{ code: 'CLIENT_HTTP_FAILED_TO_OPEN_STREAM', cause: { status: 503 } }]);
  });

  it('The server’s own stream is not opened for ever by a server that closes it at once', async () => {
    const { server, errors } = await connect((request, response) => {
      if (request.method === 'GET') events(response).end();
      else json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} });
    });
    await until(() => errors.length > 0);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(server.of('GET')).toHaveLength(3);
  });

  it('The server’s own stream is not opened again after close, not even by a reconnection under way', async () => {
    const { client, server } = await connect((request, response) => {
      if (request.method === 'GET') events(response, event({ jsonrpc: '2.0', method: 'notifications/x' }, 'e')).end();
      else json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} });
    });
    await until(() => server.of('GET').length === 1);
    await client.close();
    const opened = server.of('GET').length;
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(server.of('GET')).toHaveLength(opened);
  });

  it('The server’s own stream is scheduled by the caller’s scheduler, which close calls off', async () => {
    const scheduled: [number, number][] = [];
    let cancelled = 0;
    const { client } = await connect(
      (request, response) => (request.method === 'GET' ? events(response).end() : response.writeHead(202).end()),
      { reconnectionScheduler: (_, delay, attempt) => (scheduled.push([delay, attempt]), () => cancelled++) }
    );
    await until(() => scheduled.length === 1);
    expect(scheduled).toEqual([[10, 0]]);
    await client.close();
    expect(cancelled).toBe(1);
  });

  it.each([401, 403])(
    'The server’s own stream that is refused with %i is asked for once, and reported',
    async status => {
      const { server, errors } = await connect((request, response) => {
        if (request.method === 'GET') response.writeHead(status, { 'www-authenticate': 'Bearer scope="a"' }).end();
        else json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} });
      });
      await until(() => errors.length > 0);
      await new Promise(resolve => setTimeout(resolve, 100));
      expect(server.of('GET')).toHaveLength(1);
      expect(errors).toMatchObject([{ status }]);
    }
  );
});

describe('a response stream that breaks', () => {
  it('A response stream that breaks is resumed after the last event, and answers the request', async () => {
    let id: number | string | undefined;
    const tokens: string[] = [];
    const { client, server } = await connect((request, response) => {
      if (request.message?.method === 'tools/call') {
        id = request.message.id;
        return events(response, `retry: 100\nid: p-1\ndata: \n\n`).end();
      }
      if (request.headers['last-event-id'] === 'p-1') {
        return events(response, event({ jsonrpc: '2.0', id, result: { content: [] } }, 'p-2')).end();
      }
      return response.writeHead(405).end();
    });
    await client.callTool({ name: 'x' }, { onresumptiontoken: token => tokens.push(token) });
    expect(tokens).toEqual(['p-1', 'p-2']);
    expect(server.of('GET').filter(({ headers }) => headers['last-event-id'] === 'p-1')).toHaveLength(1);
  });

  it('A response stream that breaks can be resumed by a request of another connection, which takes over the answer', async () => {
    const { client } = await connect((request, response) =>
      request.headers['last-event-id'] === 'old'
        ? events(
            response,
            event({
              jsonrpc: '2.0',
              id: 'of the first connection',
              result: { content: [{ type: 'text', text: 'late' }] }
            })
          ).end()
        : response.writeHead(405).end()
    );
    const result = await client.callTool({ name: 'x' }, { resumptionToken: 'old' });
    expect(result.content).toEqual([{ type: 'text', text: 'late' }]);
  });
});

describe('a session', () => {
  it('A session is ended with DELETE, and then is no longer named', async () => {
    const { server, transport } = await connect((request, response) =>
      response.writeHead(request.method === 'DELETE' ? 200 : 405).end()
    );
    await transport.terminateSession();
    expect(server.of('DELETE')[0]?.headers['mcp-session-id']).toBe('s-1');
    expect(transport.sessionId).toBeUndefined();
    await transport.terminateSession();
    expect(server.of('DELETE')).toHaveLength(1);
  });

  it('A session may be one that clients cannot end (HTTP 405)', async () => {
    const { transport } = await connect((_, response) => response.writeHead(405).end());
    await expect(transport.terminateSession()).resolves.toBeUndefined();
  });

  it('A session reports a server that fails to end it', async () => {
    const { transport } = await connect((request, response) =>
      response.writeHead(request.method === 'DELETE' ? 500 : 405).end()
    );
    await expect(transport.terminateSession()).rejects.toMatchObject({
      code: 'CLIENT_HTTP_FAILED_TO_TERMINATE_SESSION',
      status: 500
    });
  });

  it('A session can be continued by a new transport', async () => {
    const server = await scriptMcp(noStream);
    const transport = new StreamableHTTPClientTransport(server.url, {
      sessionId: 's-9',
      protocolVersion: '2025-06-18'
    });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(transport);
    onTestFinished(() => client.close());
    await client.ping();
    expect(server.requests.map(({ message }) => message?.method)).toEqual(['ping']);
    expect(server.requests[0]?.headers).toMatchObject({
      'mcp-session-id': 's-9',
      'mcp-protocol-version': '2025-06-18'
    });
  });

  it('A session starts anew when a closed transport connects again after a failed connect', async () => {
    let isUp = false;
    const server = await scriptMcp((request, response) => {
      if (!isUp) return response.writeHead(503).end();
      return request.message?.method === 'initialize'
        ? json(response, initializeResult(request))
        : response.writeHead(request.method === 'GET' ? 405 : 202).end();
    });
    const transport = new StreamableHTTPClientTransport(server.url);
    const client = new Client({ name: 'test', version: '1.0.0' });
    await expect(client.connect(transport)).rejects.toMatchObject({ status: 503 });
    isUp = true;
    await client.connect(transport);
    onTestFinished(() => client.close());
    expect(client.getServerVersion()?.name).toBe('scripted');
  });
});

describe('a redirect', () => {
  async function redirecting(
    status: number,
    to: string,
    options?: StreamableHTTPClientTransportOptions
  ): Promise<Session> {
    return connect((request, response) => {
      if (request.method === 'GET') return response.writeHead(405).end();
      if (request.path === '/mcp') return response.writeHead(status, { location: to }).end();
      return json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} });
    }, options);
  }

  it('A redirect within the origin that keeps the method is followed', async () => {
    const { client, server } = await redirecting(307, '/elsewhere');
    await client.ping();
    expect(server.requests.at(-1)).toMatchObject({ path: '/elsewhere', method: 'POST', message: { method: 'ping' } });
  });

  it('A redirect that would turn the POST into a GET is refused', async () => {
    const { client } = await redirecting(302, '/elsewhere');
    await expect(client.ping()).rejects.toMatchObject({ name: 'SdkHttpError', status: 302 });
  });

  it('A redirect to another origin is refused, and nothing is sent there', async () => {
    const other = await scriptMcp((_, response) => response.writeHead(200).end());
    const { client } = await redirecting(307, other.url.href, {
      requestInit: { headers: { Authorization: 'Bearer key' } }
    });
    await expect(client.ping()).rejects.toThrow(other.url.origin);
    expect(other.requests).toEqual([]);
  });

  it('A redirect is left to fetch when redirectPolicy says so', async () => {
    const other = await scriptMcp((request, response) =>
      json(response, { jsonrpc: '2.0', id: request.message?.id, result: {} })
    );
    const { client } = await redirecting(307, other.url.href, { redirectPolicy: 'follow' });
    await client.ping();
    expect(other.requests).toHaveLength(1);
  });
});

import { McpServer } from '@modelcontextprotocol/server';
import { Client, type ClientOptions, InMemoryTransport, SdkErrorCode } from '@scopeful/client';
import { expect, it } from 'vitest';
import { z } from 'zod';

const INFO = { name: 'interop', version: '1.0.0' };

async function connected(server: McpServer, options?: ClientOptions): Promise<Client> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client(INFO, options);
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  return client;
}

function newServer(): McpServer {
  return new McpServer({ name: 'peer', version: '1.0.0' }, { capabilities: { logging: {} } });
}

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

it('The client shakes hands with a server of the official SDK', async () => {
  const client = await connected(newServer());
  expect(client.getServerVersion()).toMatchObject({ name: 'peer', version: '1.0.0' });
  expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25');
  await expect(client.ping()).resolves.toEqual({});
});

it('The client lists and calls the tools of the server', async () => {
  const server = newServer();
  const config = {
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() })
  };
  server.registerTool('add', config, ({ a, b }) => ({ ...text(String(a + b)), structuredContent: { sum: a + b } }));
  const client = await connected(server);
  const { tools } = await client.listTools();
  expect(tools).toMatchObject([{ name: 'add', inputSchema: { type: 'object', required: ['a', 'b'] } }]);
  expect(await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } })).toMatchObject({
    structuredContent: { sum: 5 }
  });
});

it('The client receives progress and log messages while a tool runs', async () => {
  const server = newServer();
  server.registerTool('work', { inputSchema: z.object({}) }, async (_params, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    if (progressToken === undefined) return text('no progress asked for');
    await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } });
    await server.sendLoggingMessage({ level: 'info', data: 'half way' });
    return text('done');
  });
  const client = await connected(server);
  const seen: unknown[] = [];
  client.setNotificationHandler('notifications/message', ({ params }) => void seen.push(params.data));
  await client.callTool({ name: 'work', arguments: {} }, { onprogress: progress => seen.push(progress) });
  expect(seen).toEqual([{ progress: 1, total: 2 }, 'half way']);
});

it('The client answers what a tool asks of the user and the model', async () => {
  const server = newServer();
  server.registerTool('ask', { inputSchema: z.object({}) }, async () => {
    const requestedSchema = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
    const { content } = await server.server.elicitInput({ message: 'Who are you?', requestedSchema });
    const sample = await server.server.createMessage({
      messages: [{ role: 'user', content: { type: 'text', text: 'Greet' } }],
      maxTokens: 10
    });
    return text(`${JSON.stringify(sample.content)} ${JSON.stringify(content)}`);
  });
  const client = await connected(server, { capabilities: { elicitation: {}, sampling: {} } });
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
  client.setRequestHandler('sampling/createMessage', () => ({
    model: 'm',
    role: 'assistant',
    content: { type: 'text', text: 'Hello' }
  }));
  expect(await client.callTool({ name: 'ask', arguments: {} })).toMatchObject(
    text('{"type":"text","text":"Hello"} {"name":"Ada"}')
  );
});

it('The client stops a tool that is cancelled', async () => {
  const server = newServer();
  const stopped = new Promise<void>(resolve => {
    server.registerTool('wait', { inputSchema: z.object({}) }, (_params, { mcpReq }) => {
      mcpReq.signal.addEventListener('abort', () => resolve());
      return new Promise(() => undefined);
    });
  });
  const client = await connected(server);
  const controller = new AbortController();
  const call = client.callTool({ name: 'wait', arguments: {} }, { signal: controller.signal });
  await client.ping();
  controller.abort(new Error('changed my mind'));
  await expect(call).rejects.toThrow('changed my mind');
  await stopped;
});

it('The client learns that the server closed', async () => {
  const server = newServer();
  const client = await connected(server);
  const closed = new Promise<void>(resolve => (client.onclose = resolve));
  await server.close();
  await closed;
  await expect(client.ping()).rejects.toMatchObject({ code: SdkErrorCode.NotConnected });
});

import { inputRequired, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Client, type ClientOptions, InMemoryTransport, type JSONRPCMessage } from '@scopeful/client';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { INFO, text } from './support.js';

/** A client of a dual-era server over one channel, which is what stdio is to either. */
async function connected(build: (server: McpServer) => void, options?: ClientOptions) {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const sent: JSONRPCMessage[] = [];
  const send = ours.send.bind(ours);
  ours.send = (message, sendOptions) => {
    sent.push(message);
    return send(message, sendOptions);
  };
  const served = serveStdio(
    () => {
      const server = new McpServer({ name: 'peer', version: '1' });
      build(server);
      return server;
    },
    { transport: theirs }
  );
  onTestFinished(() => served.close());
  const client = new Client(INFO, { versionNegotiation: { mode: 'auto' }, ...options });
  await client.connect(ours);
  return { client, served, methods: () => sent.flatMap(message => ('method' in message ? [message.method] : [])) };
}

const echo = (server: McpServer): void => {
  server.registerTool('echo', { inputSchema: z.object({ value: z.string() }) }, ({ value }) => text(value));
};

it('The client finds out that the server is modern, and calls its tools', async () => {
  const { client, methods } = await connected(echo);
  expect(client.getProtocolEra()).toBe('modern');
  expect(await client.callTool({ name: 'echo', arguments: { value: 'hi' } })).toMatchObject(text('hi'));
  expect(methods()).toEqual(['server/discover', 'tools/call']);
});

it('The client answers what a tool asks for', async () => {
  const { client } = await connected(
    server => {
      server.registerTool('roots', { inputSchema: z.object({}) }, (_params, { mcpReq }) => {
        const roots = mcpReq.inputResponses?.['roots'] as { roots: { uri: string }[] } | undefined;
        return roots === undefined
          ? inputRequired({ inputRequests: { roots: inputRequired.listRoots() } })
          : text(roots.roots.map(({ uri }) => uri).join());
      });
    },
    { capabilities: { roots: {} } }
  );
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///a' }] }));
  expect(await client.callTool({ name: 'roots', arguments: {} })).toMatchObject(text('file:///a'));
});

it('The client cancels a call with a message', async () => {
  let stopped: (() => void) | undefined;
  const isStopped = new Promise<void>(resolve => (stopped = resolve));
  const { client, methods } = await connected(server => {
    server.registerTool('wait', { inputSchema: z.object({}) }, (_params, { mcpReq }) => {
      mcpReq.signal.addEventListener('abort', () => stopped?.());
      return new Promise(() => undefined);
    });
  });
  const controller = new AbortController();
  const call = client.callTool({ name: 'wait', arguments: {} }, { signal: controller.signal });
  await new Promise(resolve => setTimeout(resolve, 10));
  controller.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await isStopped;
  expect(methods().at(-1)).toBe('notifications/cancelled');
});

it('The client subscribes, and ends the subscription with a message', async () => {
  const { client, methods } = await connected(echo);
  const subscription = await client.listen({ toolsListChanged: true });
  expect(subscription.honoredFilter).toMatchObject({ toolsListChanged: true });
  await subscription.close();
  expect([await subscription.closed, methods().at(-1)]).toEqual(['local', 'notifications/cancelled']);
});

it('The client learns that a subscription ended with its server', async () => {
  const { client, served } = await connected(echo);
  const subscription = await client.listen({ toolsListChanged: true });
  await served.close();
  expect(await subscription.closed).not.toBe('local');
});

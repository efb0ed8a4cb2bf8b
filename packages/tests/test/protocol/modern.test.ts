import { inputRequired } from '@modelcontextprotocol/server';
import {
  Client,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  StreamableHTTPClientTransport
} from '@scopeful/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { events, json, scriptMcp } from '../../support/scriptedMcp.js';
import { connected, INFO, startServer, text } from './support.js';

const MODERN = '2026-07-28';
const echo = (name = 'echo') => [name, { inputSchema: z.object({ value: z.string() }) }] as const;

describe('a dual-era server over HTTP', () => {
  it('A dual-era server over HTTP is asked once what it speaks, and then spoken to in the newest revision', async () => {
    const server = await startServer(peer => {
      peer.registerTool(...echo(), ({ value }) => text(value));
    });
    const client = await connected(server);
    expect([client.getProtocolEra(), client.getNegotiatedProtocolVersion()]).toEqual(['modern', MODERN]);
    expect(client.getServerVersion()).toMatchObject({ name: 'peer' });
    expect(client.getDiscoverResult()).toMatchObject({
      supportedVersions: expect.arrayContaining([MODERN]) as string[]
    });
    expect(await client.callTool({ name: 'echo', arguments: { value: 'hi' } })).toMatchObject(text('hi'));
    expect(server.methods).toEqual(['server/discover', 'tools/call']);
  });

  it('A dual-era server over HTTP gets the envelope and the same things in headers', async () => {
    const server = await startServer(peer => {
      peer.registerTool(...echo('größe'), ({ value }) => text(value));
    });
    const client = await connected(server, { capabilities: { roots: {} } });
    await client.callTool({ name: 'größe', arguments: { value: 'hi' }, _meta: { traceparent: '00-a-b-01' } });
    const { headers, body } = server.received.at(-1) ?? {};
    expect(body?.params?.['_meta']).toEqual({
      [PROTOCOL_VERSION_META_KEY]: MODERN,
      [CLIENT_INFO_META_KEY]: INFO,
      [CLIENT_CAPABILITIES_META_KEY]: { roots: {} },
      traceparent: '00-a-b-01'
    });
    expect(headers).toMatchObject({
      'mcp-protocol-version': MODERN,
      'mcp-method': 'tools/call',
      'mcp-name': `=?base64?${Buffer.from('größe').toString('base64')}?=`
    });
    expect(headers?.['mcp-session-id']).toBeUndefined();
  });

  it('A dual-era server over HTTP is spoken to with initialize by default', async () => {
    const server = await startServer(() => undefined);
    const client = await connected(server, { versionNegotiation: undefined });
    expect(client.getProtocolEra()).toBe('legacy');
    expect(server.methods).toEqual(['initialize', 'notifications/initialized']);
  });

  it('A dual-era server over HTTP needs no question when an earlier connection asked', async () => {
    const server = await startServer(peer => {
      peer.registerTool(...echo(), ({ value }) => text(value));
    });
    const discover = (await connected(server)).getDiscoverResult();
    if (discover === undefined) throw new Error('nothing was discovered');
    const client = await connected(server, {}, { prior: { kind: 'modern', discover } });
    await client.listTools();
    expect(server.methods).toEqual(['server/discover', 'tools/list']);
    expect(client.getServerVersion()).toMatchObject({ name: 'peer' });
  });

  it('A dual-era server over HTTP that is known to be legacy is not asked', async () => {
    const server = await startServer(() => undefined);
    await connected(server, {}, { prior: { kind: 'legacy' } });
    expect(server.methods[0]).toBe('initialize');
  });

  it('A dual-era server over HTTP fails a pin that it does not speak', async () => {
    const server = await startServer(() => undefined);
    const connecting = connected(server, { versionNegotiation: { mode: { pin: '2030-01-01' } } });
    await expect(connecting).rejects.toMatchObject({ code: SdkErrorCode.EraNegotiationFailed });
    expect(server.methods).toEqual(['server/discover']);
  });

  it('A dual-era server over HTTP says which revision it does speak, and gets that', async () => {
    const server = await startServer(() => undefined);
    const client = await connected(server, { supportedProtocolVersions: ['2030-01-01', MODERN, '2025-11-25'] });
    expect(client.getNegotiatedProtocolVersion()).toBe(MODERN);
    expect(server.methods).toEqual(['server/discover', 'server/discover']);
    expect(server.received[0]?.headers['mcp-protocol-version']).toBe('2030-01-01');
  });

  it('A dual-era server over HTTP answers an unknown tool with an error in a body', async () => {
    const server = await startServer(peer => {
      peer.registerTool(...echo(), ({ value }) => text(value));
    });
    const client = await connected(server);
    await expect(client.request({ method: 'prompts/get', params: { name: 'none' } })).rejects.toBeInstanceOf(
      ProtocolError
    );
  });

  it('A dual-era server over HTTP sends log messages of the level that was asked for', async () => {
    const server = await startServer(
      peer => {
        peer.registerTool('work', { inputSchema: z.object({}) }, async (_params, { mcpReq }) => {
          await mcpReq.log('info', 'half way');
          return text('done');
        });
      },
      {},
      { capabilities: { logging: {} } }
    );
    const client = await connected(server);
    const seen: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => void seen.push(params.data));
    await client.callTool({ name: 'work', arguments: {} });
    await client.setLoggingLevel('debug');
    await client.callTool({ name: 'work', arguments: {} });
    expect(seen).toEqual(['half way']);
    expect(server.received.at(-1)?.body.params?.['_meta']).toMatchObject({ [LOG_LEVEL_META_KEY]: 'debug' });
    expect(server.methods).not.toContain('logging/setLevel');
  });

  it('A dual-era server over HTTP hears of a cancelled call by the end of its stream', async () => {
    let stopped: (() => void) | undefined;
    const isStopped = new Promise<void>(resolve => (stopped = resolve));
    const server = await startServer(peer => {
      peer.registerTool('wait', { inputSchema: z.object({}) }, (_params, { mcpReq }) => {
        mcpReq.signal.addEventListener('abort', () => stopped?.());
        return new Promise(() => undefined);
      });
    });
    const client = await connected(server);
    const controller = new AbortController();
    const call = client.callTool({ name: 'wait', arguments: {} }, { signal: controller.signal });
    await expect.poll(() => server.methods.length).toBe(2);
    controller.abort(new Error('changed my mind'));
    await expect(call).rejects.toThrow('changed my mind');
    await isStopped;
    expect(server.methods).not.toContain('notifications/cancelled');
  });
});

it('A call whose stream breaks fails: nothing is resumed, and no other stream is opened', async () => {
  const server = await scriptMcp(({ message }, response) => {
    const { id, method } = message ?? {};
    if (method !== 'server/discover') return events(response, 'id: e-1\nretry: 1\ndata:\n\n').end();
    const result = { supportedVersions: [MODERN], capabilities: { tools: {} }, ttlMs: 0, cacheScope: 'private' };
    json(response, { jsonrpc: '2.0', id, result: { resultType: 'complete', ...result } });
  });
  const client = new Client(INFO, { versionNegotiation: { mode: { pin: MODERN } } });
  onTestFinished(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(server.url));
  await expect(client.callTool({ name: 'x' })).rejects.toThrow(SdkError);
  await new Promise(resolve => setTimeout(resolve, 100));
  expect(server.requests.map(({ method, message }) => [method, message?.method])).toEqual([
    ['POST', 'server/discover'],
    ['POST', 'tools/call']
  ]);
});

describe('a tool that asks for input', () => {
  const ask = {
    name: inputRequired.elicit({
      message: 'Who are you?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } }
    })
  };
  const startAsking = () =>
    startServer(peer => {
      peer.registerTool('greet', { inputSchema: z.object({}) }, (_params, { mcpReq }) => {
        const answer = mcpReq.inputResponses?.['name'] as { content?: { name?: string } } | undefined;
        if (answer === undefined) return inputRequired({ inputRequests: ask, requestState: 'state ✓' });
        return text(`Hello ${answer.content?.name}, ${mcpReq.requestState<string>()}`);
      });
    });

  it('A tool that asks for input is answered by the handler that also answers requests', async () => {
    const server = await startAsking();
    const client = await connected(server, { capabilities: { elicitation: {} } });
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
    expect(await client.callTool({ name: 'greet', arguments: {} })).toMatchObject(text('Hello Ada, state ✓'));
    const [first, second] = server.received.slice(1);
    expect(second?.body.params).toMatchObject({
      requestState: 'state ✓',
      inputResponses: { name: { action: 'accept' } }
    });
    expect(second?.body.id).not.toBe(first?.body.id);
  });

  it('A tool that asks for input can be answered by hand', async () => {
    const server = await startAsking();
    const client = await connected(server, {
      capabilities: { elicitation: {} },
      inputRequired: { autoFulfill: false }
    });
    const params = { name: 'greet', arguments: {} };
    await expect(client.callTool(params)).rejects.toMatchObject({ code: SdkErrorCode.UnsupportedResultType });
    const result = await client.callTool(params, { allowInputRequired: true });
    expect(result).toMatchObject({ resultType: 'input_required', requestState: 'state ✓' });
  });
});

describe('a subscription', () => {
  it('A subscription brings what was agreed, and ends when it is closed', async () => {
    const server = await startServer(peer => {
      peer.registerTool(...echo(), ({ value }) => text(value));
    });
    const client = await connected(server);
    const seen: string[] = [];
    client.setNotificationHandler('notifications/tools/list_changed', ({ method }) => void seen.push(method));
    const subscription = await client.listen({ toolsListChanged: true });
    expect(subscription.honoredFilter).toMatchObject({ toolsListChanged: true });
    server.handler.notify.toolsChanged();
    await expect.poll(() => seen).toEqual(['notifications/tools/list_changed']);
    await subscription.close();
    expect(await subscription.closed).toBe('local');
  });

  it('A subscription ends gracefully when the server says so', async () => {
    const server = await startServer(peer => {
      peer.registerTool(...echo(), ({ value }) => text(value));
    });
    const client = await connected(server);
    const subscription = await client.listen({ toolsListChanged: true });
    await server.handler.close();
    expect(await subscription.closed).toBe('graceful');
  });

  it('A subscription is opened for the lists that the options watch', async () => {
    const server = await startServer(peer => {
      peer.registerTool(...echo(), ({ value }) => text(value));
    });
    const changed: unknown[] = [];
    const onChanged = (error: Error | null, tools: { name: string }[] | null): void =>
      void changed.push(error ?? tools?.map(({ name }) => name));
    const client = await connected(server, { listChanged: { tools: { onChanged, debounceMs: 0 } } });
    expect(client.autoOpenedSubscription?.honoredFilter).toMatchObject({ toolsListChanged: true });
    server.handler.notify.toolsChanged();
    await expect.poll(() => changed).toEqual([['echo']]);
  });
});

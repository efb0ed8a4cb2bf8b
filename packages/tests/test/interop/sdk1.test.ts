import {
  Client,
  ProtocolError,
  SdkErrorCode,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
  type Transport,
  UrlElicitationRequiredError
} from '@scopeful/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { fixture, overStdio, type RunningServer, saidBy, serve } from './support.js';
import { Usage } from './usage.js';

const INFO = { name: 'interop', version: '1.0.0' };
const text = z.object({ text: z.string() });

type Open = (server: RunningServer | undefined) => Transport;
const kinds: [string, string, Open][] = [
  ['stdio', 'stdio', () => overStdio(fixture('sdk1.ts', 'stdio'))],
  ['Streamable HTTP', 'http', server => new StreamableHTTPClientTransport(new URL('/mcp', server?.origin))],
  ['HTTP+SSE', 'sse', server => new SSEClientTransport(new URL('/mcp', server?.origin))]
];

describe.each(kinds)('a server of @modelcontextprotocol/sdk over %s', (_, kind, open) => {
  const usage = new Usage();
  const changed: Record<string, string[] | undefined> = {};
  const remember = (list: string) => (error: Error | null, items: { name: string }[] | null) => {
    changed[list] = items?.map(({ name }) => name) ?? [String(error)];
  };
  const client = usage.watch(
    new Client(INFO, {
      capabilities: { roots: { listChanged: true }, elicitation: { form: {}, url: {} } },
      listChanged: {
        tools: { debounceMs: 0, onChanged: remember('tools') },
        prompts: { debounceMs: 0, onChanged: remember('prompts') },
        resources: { debounceMs: 0, onChanged: remember('resources') }
      }
    })
  );
  const errors: Error[] = [];
  let server: RunningServer | undefined;
  let transport: Transport;
  const call = async (name: string, args?: Record<string, unknown>) =>
    saidBy(await client.callTool({ name, arguments: args }));

  beforeAll(async () => {
    server = kind === 'stdio' ? undefined : await serve(fixture('sdk1.ts', kind));
    transport = open(server);
    client.onerror = error => errors.push(error);
    client.registerCapabilities({ sampling: { tools: {} } });
    client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home', name: 'home' }] }));
    await client.connect(transport);
  });
  afterAll(async () => {
    await client.close();
    await server?.close();
  });

  it('The server introduces itself', async () => {
    expect(client.transport).toBe(transport);
    expect([client.getProtocolEra(), client.getNegotiatedProtocolVersion()]).toEqual(['legacy', '2025-11-25']);
    expect(client.getServerVersion()).toMatchObject({ name: 'sdk-1', version: '1.0.0' });
    expect(client.getInstructions()).toBe('Mind the gap.');
    expect(client.getServerCapabilities()).toMatchObject({ tools: {}, resources: { subscribe: true } });
    expect(await client.ping()).toEqual({});
  });

  it('The server is asked what it speaks where that is wanted, and answers as one that does not know', async () => {
    const curious = usage.watch(new Client(INFO));
    curious.setVersionNegotiation({ mode: 'auto' });
    const own = open(server);
    await curious.connect(own);
    expect(curious.getProtocolEra()).toBe('legacy');
    expect(await curious.ping()).toEqual({});
    await curious.close();
  });

  it('The server has its tools listed and called, with output that fits its schema', async () => {
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'sum')?.outputSchema).toMatchObject({ required: ['sum'] });
    const result = await client.callTool({ name: 'sum', arguments: { a: 2, b: 3 } });
    expect(result).toMatchObject({ structuredContent: { sum: 5 }, content: [{ text: '5' }] });
  });

  it('The server says in the result what went wrong in a tool', async () => {
    const failed = await client.callTool({ name: 'fail' });
    expect(failed).toMatchObject({ isError: true, content: [{ text: 'out of paper' }] });
    expect(await client.callTool({ name: 'sum', arguments: { a: 'two' } })).toMatchObject({ isError: true });
  });

  it('The server tells of its progress', async () => {
    const seen: unknown[] = [];
    const onprogress = ({ progress, total }: { progress: number; total?: number }) => seen.push([progress, total]);
    await client.callTool({ name: 'count', arguments: { to: 3 } }, { onprogress });
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3]
    ]);
  });

  it('The server stops what is cancelled', async () => {
    const controller = new AbortController();
    const waiting = client.callTool({ name: 'wait' }, { signal: controller.signal });
    await client.ping();
    controller.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    await expect.poll(() => call('state')).toMatchObject({ stopped: 1 });
    await expect(client.callTool({ name: 'wait' }, { timeout: 50 })).rejects.toMatchObject({
      code: SdkErrorCode.RequestTimeout
    });
    await expect.poll(() => call('state')).toMatchObject({ stopped: 2 });
  });

  it('The server logs from the level on that was asked for', async () => {
    const seen: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => void seen.push(params));
    await client.setLoggingLevel('warning');
    await call('log');
    await expect.poll(() => seen).toEqual([{ level: 'error', logger: 'press', data: { loud: true } }]);
    client.removeNotificationHandler('notifications/message');
  });

  it('The server lists its resources in pages, and reads them', async () => {
    const { resources, nextCursor } = await client.listResources({ cursor: '2' });
    expect([resources.map(({ name }) => name), nextCursor]).toEqual([['chapter 2', 'chapter 3'], '4']);
    expect((await client.listResources()).resources).toHaveLength(5);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([{ uriTemplate: 'book://chapter/{number}' }]);
    expect(await client.readResource({ uri: 'book://chapter/7' })).toMatchObject({ contents: [{ text: 'Chapter 7' }] });
    await expect(client.readResource({ uri: 'book://none' })).rejects.toBeInstanceOf(ProtocolError);
  });

  it('The server tells of changes to a resource while that is subscribed to', async () => {
    const updated: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void updated.push(params.uri));
    const uri = 'book://cover';
    await client.subscribeResource({ uri });
    await call('touch', { uri });
    await expect.poll(() => updated).toEqual([uri]);
    await client.unsubscribeResource({ uri });
    await call('touch', { uri });
    expect(await call('state')).toMatchObject({ subscribed: [] });
    expect(updated).toEqual([uri]);
  });

  it('The server has prompts, and completes arguments', async () => {
    expect((await client.listPrompts()).prompts).toMatchObject([
      { name: 'summarize', arguments: [{ name: 'style', required: true }] }
    ]);
    const prompt = await client.getPrompt({ name: 'summarize', arguments: { style: 'short' } });
    expect(prompt.messages).toMatchObject([{ role: 'user', content: { text: 'Be short' } }]);
    const complete = async (ref: Parameters<Client['complete']>[0]['ref'], name: string, value: string) =>
      (await client.complete({ ref, argument: { name, value } })).completion.values;
    expect(await complete({ type: 'ref/prompt', name: 'summarize' }, 'style', 'sho')).toEqual(['short', 'shouting']);
    const uri = 'book://chapter/{number}';
    expect(await complete({ type: 'ref/resource', uri }, 'number', '')).toEqual(['1', '2', '3']);
  });

  it('The server tells of changed lists, which are fetched anew', async () => {
    await call('grow', { name: 'seedling' });
    await expect.poll(() => changed['tools']).toContain('seedling');
    await expect.poll(() => changed['prompts']).toEqual(['summarize', 'seedling']);
    await expect.poll(() => changed['resources']).toHaveLength(5);
    expect(await call('seedling')).toBe('seedling');
  });

  it('The server asks the user, in a form and at a URL', async () => {
    const visited: string[] = [];
    const completed: string[] = [];
    client.setNotificationHandler('notifications/elicitation/complete', ({ params }) => {
      completed.push(params.elicitationId);
    });
    client.setRequestHandler('elicitation/create', ({ params }) => {
      if (params.mode !== 'url') return { action: 'accept', content: { name: 'Ada' } };
      visited.push(params.url);
      return { action: 'accept' };
    });
    expect(await call('ask')).toEqual({ action: 'accept', content: { name: 'Ada' } });
    expect(await call('pay')).toEqual({ action: 'accept' });
    await expect.poll(() => [visited, completed]).toEqual([['https://example.com/pay'], ['p1']]);
    const refused = await client.callTool({ name: 'sign-in-first' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UrlElicitationRequiredError);
    expect(refused).toMatchObject({ elicitations: [{ url: 'https://example.com/sign-in' }] });
  });

  it('The server asks the model, which may use tools', async () => {
    client.setRequestHandler('sampling/createMessage', ({ params }) => ({
      model: 'm',
      role: 'assistant',
      stopReason: 'toolUse',
      content: [{ type: 'tool_use', id: 't1', name: params.tools?.[0]?.name ?? '', input: { at: 'the sky' } }]
    }));
    expect(await call('think')).toMatchObject({
      model: 'm',
      stopReason: 'toolUse',
      content: [{ type: 'tool_use', name: 'look', input: { at: 'the sky' } }]
    });
  });

  it('The server asks for the roots, and hears that they changed', async () => {
    expect(await call('roots')).toEqual({ roots: [{ uri: 'file:///home', name: 'home' }] });
    await client.sendRootsListChanged();
    await expect.poll(() => call('state')).toMatchObject({ rootsChanged: 1 });
    expect(() => client.assertCanSetRequestHandler('roots/list')).toThrow('roots/list');
    client.removeRequestHandler('roots/list');
    client.assertCanSetRequestHandler('roots/list');
    expect(await client.callTool({ name: 'roots' })).toMatchObject({ isError: true });
  });

  it('The server exchanges messages with us that MCP does not know', async () => {
    const heard: unknown[] = [];
    client.fallbackNotificationHandler = ({ method, params }) => {
      heard.push([method, params]);
      return Promise.resolve();
    };
    client.fallbackRequestHandler = ({ method, params }) => {
      heard.push([method, params]);
      return Promise.resolve({ is: 'man' });
    };
    expect(await call('riddle')).toEqual({ is: 'man' });
    expect(heard).toEqual([
      ['acme/news', { text: 'a riddle comes' }],
      ['acme/riddle', { of: 'sphinx' }]
    ]);
    const shouted = await client.request({ method: 'acme/upper', params: { text: 'grüße' } }, text);
    expect(shouted).toEqual({ text: 'GRÜSSE' });
    await client.notification({ method: 'acme/note', params: { text: 'remember' } });
    await expect.poll(() => call('state')).toMatchObject({ notes: ['remember'] });
  });

  it('The server is left without a word of complaint, and every method was used', async () => {
    let closes = 0;
    client.onclose = () => closes++;
    await client.close();
    expect([closes, errors, client.transport]).toEqual([1, [], undefined]);
    expect(usage.missing('legacy')).toEqual([]);
  });
});

describe('a session with a server of @modelcontextprotocol/sdk over Streamable HTTP', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await serve(fixture('sdk1.ts', 'http'));
  });
  afterAll(() => server.close());

  async function connected(options?: StreamableHTTPClientTransportOptions) {
    const client = new Client(INFO);
    const transport = new StreamableHTTPClientTransport(new URL('/mcp', server.origin), options);
    onTestFinished(() => client.close());
    await client.connect(transport);
    return { client, transport };
  }

  it('A session goes on where a stream broke', async () => {
    let resumed = 0;
    const { client } = await connected({
      fetch: (url, init) => {
        if (new Headers(init?.headers).has('last-event-id')) resumed++;
        return fetch(url, init);
      }
    });
    expect(saidBy(await client.callTool({ name: 'interrupt' }))).toBe('after the interruption');
    expect(resumed).toBe(1);
  });

  it('A session ends when it is told to', async () => {
    const { transport } = await connected();
    const headers = { 'mcp-session-id': transport.sessionId ?? '' };
    await transport.terminateSession();
    expect(transport.sessionId).toBeUndefined();
    const { status } = await fetch(new URL('/mcp', server.origin), { headers });
    expect(status).toBe(404);
  });
});

import { Client, type ClientOptions, ResourceNotFoundError, SdkErrorCode } from '@scopeful/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { fixture, overStdio, saidBy } from './support.js';
import { Usage } from './usage.js';

const MODERN = '2026-07-28';
const INFO = { name: 'interop', version: '1.0.0' };
const CAPABILITIES = { roots: {}, sampling: {}, elicitation: { form: {}, url: {} } };

/** Lets a client answer whatever the server asks. */
function answerAll(client: Client): void {
  client.setRequestHandler('elicitation/create', ({ params }) =>
    params.mode === 'url' ? { action: 'decline' } : { action: 'accept', content: { name: 'Ada' } }
  );
  client.setRequestHandler('sampling/createMessage', () => ({
    model: 'm',
    role: 'assistant',
    content: { type: 'text', text: 'Hello!' }
  }));
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home' }] }));
}

const INTERVIEW = {
  who: { action: 'accept', content: { name: 'Ada' } },
  site: { action: 'decline' },
  thought: { model: 'm', content: { text: 'Hello!' } },
  places: { roots: [{ uri: 'file:///home' }] }
};

/** A client of a process of its own, for the test that is running. */
async function connected(options: ClientOptions): Promise<Client> {
  const client = new Client(INFO, { capabilities: CAPABILITIES, ...options });
  onTestFinished(() => client.close());
  await client.connect(overStdio(fixture('dualEra.ts')));
  return client;
}

describe('a server of @modelcontextprotocol/server over stdio, asked what it speaks', () => {
  const usage = new Usage();
  const client = usage.watch(
    new Client(INFO, { listChanged: { tools: { debounceMs: 0, onChanged: (_, items) => (tools = items) } } })
  );
  const transport = overStdio(fixture('dualEra.ts'));
  const errors: Error[] = [];
  let tools: { name: string }[] | null = null;
  const call = async (name: string, args: Record<string, unknown> = {}) =>
    saidBy(await client.callTool({ name, arguments: args }));

  beforeAll(async () => {
    client.onerror = error => errors.push(error);
    client.registerCapabilities(CAPABILITIES);
    client.setVersionNegotiation({ mode: 'auto' });
    await client.connect(transport);
  });
  afterAll(() => client.close());

  it('The server introduces itself', async () => {
    expect(client.transport).toBe(transport);
    expect([client.getProtocolEra(), client.getNegotiatedProtocolVersion()]).toEqual(['modern', MODERN]);
    expect(client.getServerVersion()).toMatchObject({ name: 'dual-era', version: '2.0.0' });
    expect(client.getInstructions()).toBe('Mind the gap.');
    expect(client.getServerCapabilities()).toMatchObject({ tools: {}, prompts: {}, resources: {} });
    expect(client.getDiscoverResult()?.supportedVersions).toContain(MODERN);
    expect((await client.discover()).supportedVersions).toContain(MODERN);
  });

  it('The server has its tools listed and called, with output that fits its schema', async () => {
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('sum');
    const result = await client.callTool({ name: 'sum', arguments: { a: 2, b: 3 } });
    expect(result).toMatchObject({ structuredContent: { sum: 5 }, content: [{ text: '5' }] });
  });

  it('The server tells of its progress', async () => {
    const seen: unknown[] = [];
    const onprogress = ({ progress, total }: { progress: number; total?: number }) => seen.push([progress, total]);
    await client.callTool({ name: 'count', arguments: { to: 2 } }, { onprogress });
    expect(seen).toEqual([
      [1, 2],
      [2, 2]
    ]);
  });

  it('The server stops what is cancelled', async () => {
    const controller = new AbortController();
    const waiting = client.callTool({ name: 'wait', arguments: {} }, { signal: controller.signal });
    await call('state');
    controller.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    await expect.poll(() => call('state')).toMatchObject({ stopped: 1 });
  });

  it('The server logs from the level on that was asked for', async () => {
    const seen: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => void seen.push(params.data));
    await call('log');
    await client.setLoggingLevel('warning');
    await call('log');
    expect(seen).toEqual(['loud']);
    client.removeNotificationHandler('notifications/message');
  });

  it('The server has resources, templates and prompts, and completes arguments', async () => {
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'book://cover' }]);
    expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([{ name: 'chapter' }]);
    expect(await client.readResource({ uri: 'book://chapter/7' })).toMatchObject({ contents: [{ text: 'Chapter 7' }] });
    await expect(client.readResource({ uri: 'book://none' })).rejects.toBeInstanceOf(ResourceNotFoundError);
    expect((await client.listPrompts()).prompts).toMatchObject([{ name: 'summarize' }]);
    const prompt = await client.getPrompt({ name: 'summarize', arguments: { style: 'short' } });
    expect(prompt.messages).toMatchObject([{ content: { text: 'Be short' } }]);
    const ref = { type: 'ref/prompt' as const, name: 'summarize' };
    const { completion } = await client.complete({ ref, argument: { name: 'style', value: 'p' } });
    expect(completion.values).toEqual(['plain']);
  });

  it('The server asks for input, more than once and for several things at a time', async () => {
    answerAll(client);
    expect(await call('interview')).toMatchObject(INTERVIEW);
    expect(() => client.assertCanSetRequestHandler('roots/list')).toThrow('roots/list');
    client.removeRequestHandler('roots/list');
    client.fallbackRequestHandler = () => Promise.resolve({ roots: [{ uri: 'file:///fallback' }] });
    expect(await call('interview')).toMatchObject({ places: { roots: [{ uri: 'file:///fallback' }] } });
  });

  it('The server tells of changed tools, which are fetched anew, without being asked again', async () => {
    expect(client.autoOpenedSubscription?.honoredFilter).toMatchObject({ toolsListChanged: true });
    await call('grow', { name: 'seedling' });
    await expect.poll(() => tools?.map(({ name }) => name)).toContain('seedling');
  });

  it('The server tells of changes to a resource while that is listened for', async () => {
    const updated: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void updated.push(params.uri));
    const subscription = await client.listen({ resourceSubscriptions: ['book://cover'] });
    await call('touch', { uri: 'book://index' });
    await call('touch', { uri: 'book://cover' });
    await expect.poll(() => updated).toEqual(['book://cover']);
    await subscription.close();
    expect(await subscription.closed).toBe('local');
    await call('touch', { uri: 'book://cover' });
    expect(updated).toEqual(['book://cover']);
  });

  it('The server takes messages that MCP does not know', async () => {
    const shouted = await client.request(
      { method: 'acme/upper', params: { text: 'grüße' } },
      z.object({ text: z.string() })
    );
    expect(shouted).toMatchObject({ text: 'GRÜSSE' });
    await client.notification({ method: 'acme/note', params: { text: 'remember' } });
    await expect.poll(() => call('state')).toMatchObject({ notes: ['remember'] });
  });

  it('The server is left without a word of complaint, and every method was used', async () => {
    let closes = 0;
    client.onclose = () => closes++;
    await client.close();
    expect([closes, errors, client.transport]).toEqual([1, [], undefined]);
    expect(usage.missing('modern')).toEqual([]);
  });
});

describe('the same server', () => {
  it('The server speaks the revision that it is pinned to', async () => {
    const client = await connected({ versionNegotiation: { mode: { pin: MODERN } } });
    answerAll(client);
    expect([client.getProtocolEra(), client.getNegotiatedProtocolVersion()]).toEqual(['modern', MODERN]);
    expect(saidBy(await client.callTool({ name: 'interview', arguments: {} }))).toMatchObject(INTERVIEW);
    const subscription = await client.listen({ toolsListChanged: true });
    await client.close();
    expect(await subscription.closed).toBe('local');
  });

  it('The server speaks what came before to a client that does not ask, and sends it requests for input', async () => {
    const client = await connected({});
    answerAll(client);
    expect([client.getProtocolEra(), client.getNegotiatedProtocolVersion()]).toEqual(['legacy', '2025-11-25']);
    expect(saidBy(await client.callTool({ name: 'interview', arguments: {} }))).toMatchObject(INTERVIEW);
  });

  it('The server ends subscriptions and calls when it crashes, and can be connected to again', async () => {
    const client = await connected({ versionNegotiation: { mode: 'auto' } });
    const transport = client.transport as NonNullable<typeof client.transport>;
    const subscription = await client.listen({ toolsListChanged: true });
    const crash = client.callTool({ name: 'crash', arguments: {} });
    await expect(crash).rejects.toMatchObject({ code: SdkErrorCode.ConnectionClosed });
    await expect(crash).rejects.toThrow('exited with code 9');
    expect(await subscription.closed).toBe('remote');
    await client.connect(transport);
    expect(client.getProtocolEra()).toBe('modern');
    expect(saidBy(await client.callTool({ name: 'state', arguments: {} }))).toMatchObject({ stopped: 0 });
  });
});

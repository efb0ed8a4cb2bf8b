import { Client, ProtocolError, StreamableHTTPClientTransport, type Transport } from '@scopeful/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, overStdio, type RunningServer, saidBy, serveOnFreePort } from './support.js';

const kinds: [string, () => Promise<RunningServer | undefined>][] = [
  ['stdio', () => Promise.resolve(undefined)],
  ['Streamable HTTP', () => serveOnFreePort(port => fixture('fastmcp.ts', String(port)))]
];

describe.each(kinds)('a server of fastmcp over %s', (_, start) => {
  let prompts: { name: string }[] | null = null;
  const client = new Client(
    { name: 'interop', version: '1.0.0' },
    {
      capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: {} },
      listChanged: { prompts: { debounceMs: 0, onChanged: (_error, items) => (prompts = items) } }
    }
  );
  const errors: Error[] = [];
  let server: RunningServer | undefined;
  const open = (): Transport =>
    server === undefined
      ? overStdio(fixture('fastmcp.ts'))
      : new StreamableHTTPClientTransport(new URL('/mcp', server.origin));
  const text = async (name: string, args?: Record<string, unknown>) => {
    const { content } = await client.callTool({ name, arguments: args });
    return content[0]?.type === 'text' ? content[0].text : content;
  };

  beforeAll(async () => {
    server = await start();
    client.onerror = error => errors.push(error);
    client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home', name: 'home' }] }));
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
    client.setRequestHandler('sampling/createMessage', () => ({
      model: 'm',
      role: 'assistant',
      content: { type: 'text', text: 'Hello!' }
    }));
    await client.connect(open());
  });
  afterAll(async () => {
    await client.close();
    await server?.close();
  });

  it('A server of fastmcp introduces itself', async () => {
    expect(client.getServerVersion()).toMatchObject({ name: 'fast', version: '1.0.0' });
    expect(client.getInstructions()).toBe('Mind the gap.');
    expect(await client.ping()).toEqual({});
  });

  it('A server of fastmcp is spoken to in a revision that it knows when it is asked', async () => {
    const curious = new Client({ name: 'interop', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await curious.connect(open());
    expect(curious.getServerVersion()).toMatchObject({ name: 'fast' });
    expect(await curious.callTool({ name: 'sum', arguments: { a: 2, b: 3 } })).toMatchObject({
      structuredContent: { sum: 5 }
    });
    await curious.close();
  });

  it('A server of fastmcp has its tools listed and called, with output that fits its schema', async () => {
    const listed = (await client.listTools()).tools;
    expect(listed.find(({ name }) => name === 'sum')?.outputSchema).toMatchObject({ required: ['sum'] });
    const result = await client.callTool({ name: 'sum', arguments: { a: 2, b: 3 } });
    expect(result.structuredContent).toEqual({ sum: 5 });
    expect(await client.callTool({ name: 'fail' })).toMatchObject({ isError: true });
    await expect(client.callTool({ name: 'none' })).rejects.toBeInstanceOf(ProtocolError);
  });

  it('A server of fastmcp tells of its progress, and logs', async () => {
    const progress: number[] = [];
    const logged: unknown[] = [];
    client.setNotificationHandler(
      'notifications/message',
      ({ params }) => void logged.push([params.level, params.data])
    );
    await client.callTool(
      { name: 'count', arguments: { to: 3 } },
      { onprogress: ({ progress: value }) => progress.push(value) }
    );
    expect(progress).toEqual([1, 2, 3]);
    await client.setLoggingLevel('error');
    await text('log');
    // It takes the level, and sends the others all the same.
    await expect.poll(() => logged).toContainEqual(['error', { context: { at: 'noon' }, message: 'loud' }]);
  });

  it('A server of fastmcp stops what is cancelled', async () => {
    const controller = new AbortController();
    const waiting = client.callTool({ name: 'wait' }, { signal: controller.signal });
    await client.ping();
    controller.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    await expect.poll(() => text('state')).toBe('{"stopped":1}');
  });

  it('A server of fastmcp asks the user and the model, and for the roots', async () => {
    expect(saidBy(await client.callTool({ name: 'ask' }))).toEqual({ action: 'accept', content: { name: 'Ada' } });
    expect(saidBy(await client.callTool({ name: 'think' }))).toMatchObject({ content: { text: 'Hello!' } });
    // Over HTTP it asks for them when they change.
    await client.sendRootsListChanged();
    await expect.poll(() => text('roots')).toContain('file:///home');
  });

  it('A server of fastmcp has resources, templates and prompts, and completes arguments', async () => {
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'book://cover' }]);
    expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([{ name: 'chapter' }]);
    expect(await client.readResource({ uri: 'book://chapter/7' })).toMatchObject({ contents: [{ text: 'Chapter 7' }] });
    expect((await client.listPrompts()).prompts).toMatchObject([{ name: 'summarize' }]);
    const prompt = await client.getPrompt({ name: 'summarize', arguments: { style: 'short' } });
    expect(prompt.messages).toMatchObject([{ content: { text: 'Be short' } }]);
    const ref = { type: 'ref/prompt' as const, name: 'summarize' };
    expect((await client.complete({ ref, argument: { name: 'style', value: 'p' } })).completion.values).toEqual([
      'plain'
    ]);
  });

  it('A server of fastmcp tells of what changes', async () => {
    const updated: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void updated.push(params.uri));
    await client.subscribeResource({ uri: 'book://cover' });
    await text('touch', { uri: 'book://cover' });
    await expect.poll(() => updated).toEqual(['book://cover']);
    await client.unsubscribeResource({ uri: 'book://cover' });
    await text('grow', { name: 'seedling' });
    await expect.poll(() => prompts?.map(({ name }) => name)).toEqual(['summarize', 'seedling']);
  });

  it('A server of fastmcp is left without a word of complaint', async () => {
    await client.close();
    expect(errors).toEqual([]);
  });
});

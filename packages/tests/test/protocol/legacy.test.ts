import { completable, McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { Client, type ClientOptions, InMemoryTransport, ResourceNotFoundError, SdkErrorCode } from '@scopeful/client';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

async function connected(server: McpServer, options?: ClientOptions): Promise<Client> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'legacy', version: '1' }, options);
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  return client;
}

function library(): McpServer {
  const server = new McpServer({ name: 'library', version: '1' }, { capabilities: { logging: {} } });
  server.registerResource('cover', 'book://cover', { mimeType: 'text/plain' }, uri => ({
    contents: [{ uri: uri.href, text: 'Cover' }]
  }));
  const pages = new ResourceTemplate('book://page/{number}', { list: undefined });
  server.registerResource('page', pages, {}, (uri, { number }) => ({
    contents: [{ uri: uri.href, text: `Page ${String(number)}` }]
  }));
  server.registerPrompt(
    'summarize',
    {
      argsSchema: z.object({
        style: completable(z.string(), value => ['short', 'shouting'].filter(s => s.startsWith(value)))
      })
    },
    ({ style }) => ({ messages: [{ role: 'user', content: { type: 'text', text: `Be ${style}` } }] })
  );
  return server;
}

describe('a server of the official SDK in the legacy era', () => {
  it('The client lists and reads the resources of a legacy server', async () => {
    const client = await connected(library());
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'book://cover' }]);
    expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([{ name: 'page' }]);
    expect(await client.readResource({ uri: 'book://page/7' })).toMatchObject({ contents: [{ text: 'Page 7' }] });
    await expect(client.readResource({ uri: 'book://none' })).rejects.toBeInstanceOf(ResourceNotFoundError);
  });

  it('The client lists and gets the prompts of a legacy server, and completes their arguments', async () => {
    const client = await connected(library());
    expect((await client.listPrompts()).prompts).toMatchObject([{ name: 'summarize' }]);
    const prompt = await client.getPrompt({ name: 'summarize', arguments: { style: 'short' } });
    expect(prompt.messages).toMatchObject([{ content: { text: 'Be short' } }]);
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'summarize' },
      argument: { name: 'style', value: 'sho' }
    });
    expect(completion.values).toEqual(['short', 'shouting']);
  });

  it('A legacy server logs from the level that was set', async () => {
    const server = library();
    const client = await connected(server);
    const seen: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => void seen.push(params.level));
    await client.setLoggingLevel('error');
    await server.sendLoggingMessage({ level: 'info', data: 'quiet' });
    await server.sendLoggingMessage({ level: 'critical', data: 'loud' });
    expect(seen).toEqual(['critical']);
  });

  it('A legacy server tells of changed lists', async () => {
    const server = library();
    const changes: unknown[] = [];
    const client = await connected(server, {
      listChanged: {
        prompts: { debounceMs: 0, onChanged: (_error, prompts) => changes.push(prompts?.map(({ name }) => name)) },
        resources: { autoRefresh: false, debounceMs: 0, onChanged: (_error, items) => changes.push(items) }
      }
    });
    server.registerPrompt('another', {}, () => ({ messages: [] }));
    server.sendResourceListChanged();
    await expect.poll(() => changes).toEqual([null, ['summarize', 'another']]);
    expect(client.autoOpenedSubscription).toBeUndefined();
  });

  it('The client fills in the defaults of a form, of every kind of choice, when it has said so', async () => {
    const server = library();
    const client = await connected(server, { capabilities: { elicitation: { form: { applyDefaults: true } } } });
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { color: 'green' } }));
    const { content } = await server.server.elicitInput({
      message: 'How?',
      requestedSchema: {
        type: 'object',
        properties: {
          color: {
            type: 'string',
            oneOf: [
              { const: 'red', title: 'Red' },
              { const: 'green', title: 'Green' }
            ],
            default: 'red'
          },
          size: { type: 'string', enum: ['s', 'm'], enumNames: ['Small', 'Medium'], default: 'm' },
          shape: { type: 'string', enum: ['round', 'square'], default: 'round' },
          tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, default: ['b'] },
          extras: { type: 'array', items: { anyOf: [{ const: 'x', title: 'Extra' }] }, default: ['x'] },
          sure: { type: 'boolean', default: true },
          count: { type: 'integer' }
        }
      }
    });
    expect(content).toEqual({ color: 'green', size: 'm', shape: 'round', tags: ['b'], extras: ['x'], sure: true });
  });

  it('A legacy server asks the user to visit a URL, and says when that is done', async () => {
    const server = library();
    const client = await connected(server, { capabilities: { elicitation: { url: {} } } });
    const visited: string[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      if (params.mode === 'url') visited.push(params.url);
      return { action: 'accept' };
    });
    const completed = new Promise<string>(resolve => {
      client.setNotificationHandler('notifications/elicitation/complete', ({ params }) =>
        resolve(params.elicitationId)
      );
    });
    const url = 'https://example.com/pay';
    await server.server.elicitInput({ mode: 'url', message: 'Pay', url, elicitationId: 'e1' });
    await server.server.createElicitationCompletionNotifier('e1')();
    expect([visited, await completed]).toEqual([[url], 'e1']);
  });

  it.each(['listen', 'discover'] as const)('A legacy server has no %s', async method => {
    const client = await connected(library());
    await expect(client[method]({})).rejects.toMatchObject({ code: SdkErrorCode.MethodNotSupportedByProtocolVersion });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Client, SSEClientTransport, StreamableHTTPClientTransport, type Transport } from '@scopeful/client';
import { until } from '../../support/scriptedMcp.js';
import { installed, overStdio, serveOnFreePort } from './support.js';

const PROGRAM = '@modelcontextprotocol/server-everything/dist/index.js';

/** Starts the server for the test that is running; answers with its origin. */
async function serve(kind: 'streamableHttp' | 'sse'): Promise<string> {
  const server = await serveOnFreePort(port => ({ ...installed(PROGRAM, kind), env: { PORT: String(port) } }));
  onTestFinished(() => server.close());
  return server.origin;
}

const transports: [string, () => Promise<Transport>][] = [
  ['stdio', () => Promise.resolve(overStdio(installed(PROGRAM, 'stdio')))],
  ['Streamable HTTP', async () => new StreamableHTTPClientTransport(new URL('/mcp', await serve('streamableHttp')))],
  ['HTTP+SSE', async () => new SSEClientTransport(new URL('/sse', await serve('sse')))]
];

describe.each(transports)('the reference server over %s', (_, createTransport) => {
  it('The reference server answers every method of the client', async () => {
    const client = new Client(
      { name: 'interop', version: '1.0.0' },
      { capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: {} } }
    );
    const logged: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => void logged.push(params));
    client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///tmp', name: 'tmp' }] }));
    client.setRequestHandler('sampling/createMessage', ({ params }) => ({
      model: 'test',
      role: 'assistant',
      content: { type: 'text', text: `sampled ${params.messages.length}` }
    }));
    client.setRequestHandler('elicitation/create', () => ({ action: 'decline' }));
    await client.connect(await createTransport());
    onTestFinished(() => client.close());

    expect(client.getServerVersion()?.name).toBeTruthy();
    expect(await client.ping()).toEqual({});
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'grüße' } });
    expect(JSON.stringify(echo.content)).toContain('grüße');

    const progress: number[] = [];
    const long = tools.find(({ name }) => name.toLowerCase().includes('long'));
    if (long !== undefined) {
      await client.callTool(
        { name: long.name, arguments: { duration: 0.4, steps: 4 } },
        { onprogress: ({ progress: value }) => progress.push(value) }
      );
      expect(progress.length).toBeGreaterThan(0);
    }

    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resources.length + resourceTemplates.length).toBeGreaterThan(0);
    const uri = resources[0]?.uri ?? '';
    expect((await client.readResource({ uri })).contents.length).toBeGreaterThan(0);
    if (client.getServerCapabilities()?.resources?.subscribe === true) {
      await client.subscribeResource({ uri });
      await client.unsubscribeResource({ uri });
    }

    const { prompts } = await client.listPrompts();
    const plain = prompts.find(({ arguments: wanted = [] }) => wanted.every(({ required }) => required !== true));
    expect((await client.getPrompt({ name: plain?.name ?? '' })).messages.length).toBeGreaterThan(0);
    const completable = prompts.find(({ arguments: wanted = [] }) => wanted.length > 0);
    if (client.getServerCapabilities()?.completions !== undefined && completable !== undefined) {
      const argument = { name: completable.arguments?.[0]?.name ?? '', value: '' };
      const { completion } = await client.complete({ ref: { type: 'ref/prompt', name: completable.name }, argument });
      expect(Array.isArray(completion.values)).toBe(true);
    }
    await client.setLoggingLevel('debug');
    await client.sendRootsListChanged();

    const sampling = tools.find(({ name }) => name.toLowerCase().includes('sampling'));
    if (sampling !== undefined) {
      const result = await client.callTool({ name: sampling.name, arguments: { prompt: 'hello', maxTokens: 10 } });
      expect(JSON.stringify(result.content)).toContain('sampled 1');
    }
    await until(() => client.transport !== undefined);
  }, 60_000);
});

describe('the file server over stdio', () => {
  it('The file server over stdio lists what it may see', async () => {
    const client = new Client({ name: 'interop', version: '1.0.0' });
    const program = installed('@modelcontextprotocol/server-filesystem/dist/index.js', import.meta.dirname);
    await client.connect(overStdio(program));
    onTestFinished(() => client.close());
    const result = await client.callTool({ name: 'list_directory', arguments: { path: import.meta.dirname } });
    expect(JSON.stringify(result.content)).toContain('everything.test.ts');
  });
});

describe('the memory server over stdio', () => {
  it('The memory server over stdio remembers', async () => {
    const client = new Client({ name: 'interop', version: '1.0.0' });
    const directory = await mkdtemp(join(tmpdir(), 'scopeful-memory-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const program = installed('@modelcontextprotocol/server-memory/dist/index.js');
    await client.connect(overStdio(program, { MEMORY_FILE_PATH: join(directory, 'memory.jsonl') }));
    onTestFinished(() => client.close());
    await client.callTool({
      name: 'create_entities',
      arguments: { entities: [{ name: 'scope', entityType: 'thing', observations: ['never lost'] }] }
    });
    expect(JSON.stringify((await client.callTool({ name: 'read_graph', arguments: {} })).content)).toContain(
      'never lost'
    );
  });
});

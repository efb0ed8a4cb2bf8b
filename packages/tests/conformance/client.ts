// The client that the official conformance suite drives: node client.ts SERVER, with the scenario in the environment.
import process from 'node:process';
import { Client, StreamableHTTPClientTransport, UnauthorizedError, type OAuthClientProvider } from '@scopeful/client';
import { ConformanceProvider } from './provider.js';

const [serverUrl = ''] = process.argv.slice(2);
const {
  MCP_CONFORMANCE_SCENARIO: scenario = '',
  MCP_CONFORMANCE_CONTEXT: context = '{}',
  MCP_CONFORMANCE_PROTOCOL_VERSION: version = ''
} = process.env;
const clientInfo = { name: 'scopeful-conformance', version: '1.0.0' };
/** Revisions from 2026 on begin without `initialize`. */
const versionNegotiation = version.startsWith('2026') ? { mode: { pin: version } } : undefined;
const facts = JSON.parse(context) as { client_id?: string; client_secret?: string };

/** Runs a step; when the user has to sign in, lets the suite's authorization server agree, and runs it again. */
async function withSignIn<T>(
  transport: StreamableHTTPClientTransport,
  provider: ConformanceProvider,
  run: () => Promise<T>
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || attempt === 3) throw error;
      await transport.finishAuth(await provider.callback());
    }
  }
}

async function signInAndUse(provider: ConformanceProvider): Promise<void> {
  const transport = new StreamableHTTPClientTransport(new URL(serverUrl), {
    authProvider: provider as OAuthClientProvider
  });
  const client = new Client(clientInfo, { versionNegotiation });
  await withSignIn(transport, provider, () => client.connect(transport));
  const { tools } = await withSignIn(transport, provider, () => client.listTools());
  for (const { name } of tools) await withSignIn(transport, provider, () => client.callTool({ name, arguments: {} }));
  await client.close();
}

async function use(options: ConstructorParameters<typeof Client>[1] = {}): Promise<void> {
  const client = new Client(clientInfo, { ...options, versionNegotiation });
  if (options.capabilities?.elicitation !== undefined) {
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
  }
  await client.connect(new StreamableHTTPClientTransport(new URL(serverUrl)));
  const { tools } = await client.listTools();
  for (const { name } of tools) {
    await client.callTool({ name, arguments: name === 'add_numbers' ? { a: 5, b: 3 } : {} });
  }
  await client.close();
}

async function main(): Promise<void> {
  if (scenario.startsWith('auth/')) return signInAndUse(new ConformanceProvider(facts));
  if (scenario.startsWith('elicitation'))
    return use({ capabilities: { elicitation: { form: { applyDefaults: true } } } });
  return use();
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

// The client that the official conformance suite drives: node client.ts SERVER, with the scenario in the environment.
import process from 'node:process';
import {
  Client,
  ClientCredentialsProvider,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthClientProvider
} from '@scopeful/client';
import { ConformanceProvider } from './provider.js';

/** What the suite tells a client beside the scenario's name. */
interface Facts {
  client_id?: string;
  client_secret?: string;
  private_key_pem?: string;
  signing_algorithm?: string;
  toolCalls?: { name: string; arguments: Record<string, unknown> }[];
}

const [serverUrl = ''] = process.argv.slice(2);
const {
  MCP_CONFORMANCE_SCENARIO: scenario = '',
  MCP_CONFORMANCE_CONTEXT: context = '{}',
  MCP_CONFORMANCE_PROTOCOL_VERSION: version = ''
} = process.env;
const clientInfo = { name: 'scopeful-conformance', version: '1.0.0' };
/** Revisions from 2026 on begin without `initialize`. */
const versionNegotiation = version.startsWith('2026') ? { mode: { pin: version } } : undefined;
const facts = JSON.parse(context) as Facts;

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

/** Uses the server as a client that acts for itself. */
async function useWithoutUser(authProvider: OAuthClientProvider): Promise<void> {
  const client = new Client(clientInfo, { versionNegotiation });
  await client.connect(new StreamableHTTPClientTransport(new URL(serverUrl), { authProvider }));
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: {} });
  await client.close();
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
  const calls = tools.map(({ name }) => ({ name, arguments: name === 'add_numbers' ? { a: 5, b: 3 } : {} }));
  for (const call of facts.toolCalls ?? calls) await client.callTool(call);
  await client.close();
}

async function main(): Promise<void> {
  const { client_id: clientId = '', client_secret: clientSecret = '', private_key_pem: privateKey = '' } = facts;
  if (scenario === 'auth/client-credentials-basic') {
    return useWithoutUser(new ClientCredentialsProvider({ clientId, clientSecret }));
  }
  if (scenario === 'auth/client-credentials-jwt') {
    const algorithm = facts.signing_algorithm ?? 'ES256';
    return useWithoutUser(new PrivateKeyJwtProvider({ clientId, privateKey, algorithm }));
  }
  if (scenario.startsWith('auth/')) return signInAndUse(new ConformanceProvider(facts));
  if (scenario.startsWith('sep-2322')) return use({ capabilities: { elicitation: { form: {} } } });
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

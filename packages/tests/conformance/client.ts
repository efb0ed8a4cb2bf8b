// The client that the official conformance suite drives: node client.ts SERVER, with the scenario in the environment.
import process from 'node:process';
import {
  Client,
  DpopSession,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type ClientOptions,
  type OAuthClientProvider,
  type Tool
} from '@scopeful/client';
import { SkillsClient, type Skill } from '@scopeful/client/ext/skills';
import { machineProvider, type MachineFacts } from './machines.js';
import { ConformanceProvider } from './provider.js';

/** What the suite tells a client beside the scenario's name. */
interface Facts extends MachineFacts {
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

interface UseOptions extends ClientOptions {
  authProvider?: OAuthClientProvider;
}

/** Lets a client be used, and closes it whatever happens: a stream that is left open keeps the process. */
async function withClient(
  { authProvider, ...options }: UseOptions,
  run: (client: Client, transport: StreamableHTTPClientTransport) => Promise<void>
): Promise<void> {
  const client = new Client(clientInfo, { ...options, versionNegotiation });
  try {
    await run(client, new StreamableHTTPClientTransport(new URL(serverUrl), { authProvider }));
  } finally {
    await client.close();
  }
}

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

function signInAndUse(provider: ConformanceProvider): Promise<void> {
  return withClient({ authProvider: provider }, async (client, transport) => {
    await withSignIn(transport, provider, () => client.connect(transport));
    const { tools } = await withSignIn(transport, provider, () => client.listTools());
    for (const { name } of tools) await withSignIn(transport, provider, () => client.callTool({ name, arguments: {} }));
  });
}

/** What a tool of the suite is to be called with. */
function argumentsFor({ name }: Tool, tools: Tool[]): Record<string, unknown> {
  if (name === 'add_numbers') return { a: 5, b: 3 };
  // It looks at what is left of the other tool's schema.
  if (name === 'json_schema_echo') return { schema: tools.find(tool => tool.name !== name)?.inputSchema };
  return {};
}

function use(options: UseOptions = {}): Promise<void> {
  return withClient(options, async (client, transport) => {
    if (options.capabilities?.elicitation !== undefined) {
      client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
    }
    await client.connect(transport);
    const { tools } = await client.listTools();
    const calls = tools.map(tool => ({ name: tool.name, arguments: argumentsFor(tool, tools) }));
    for (const call of facts.toolCalls ?? calls) await client.callTool(call);
  });
}

/** Reads the files of a skill, its manifest first. */
async function readAll(skills: SkillsClient, skill: Skill): Promise<void> {
  await skills.read(skill);
  if (skill.resources !== 'dynamic') for (const { uri } of skill.resources) await skills.read(skill, uri);
}

/** Lists the skills, and loads them where that is to be tried. */
function useSkills(areLoaded: boolean): Promise<void> {
  return withClient({}, async (client, transport) => {
    await client.connect(transport);
    const skills = new SkillsClient(client);
    const { skills: listed } = await skills.list();
    if (areLoaded) for (const skill of listed) await readAll(skills, skill);
  });
}

async function main(): Promise<void> {
  const authProvider = machineProvider(scenario, facts);
  if (authProvider !== undefined) return use({ authProvider });
  if (scenario.startsWith('auth/dpop')) return signInAndUse(new ConformanceProvider(facts, await DpopSession.create()));
  if (scenario.startsWith('auth/')) return signInAndUse(new ConformanceProvider(facts));
  if (scenario.startsWith('sep-2640')) return useSkills(scenario !== 'sep-2640-client-no-prefetch');
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

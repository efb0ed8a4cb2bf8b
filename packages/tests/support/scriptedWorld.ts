import { onTestFinished } from 'vitest';
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthClientProvider,
  type SSEClientTransportOptions,
  type StreamableHTTPClientTransportOptions
} from '@scopeful/client';
import { MemoryProvider, type MemoryProviderOptions } from './memoryProvider.js';
import { ScriptedAuthorizationServer, type AuthorizationScript } from './scriptedAuthorizationServer.js';
import { ScriptedResource, type ResourceScript } from './scriptedResource.js';

/** Which of the two HTTP transports a scenario runs on. */
export type TransportKind = 'streamable' | 'sse';

type TransportOptions = StreamableHTTPClientTransportOptions & SSEClientTransportOptions;
type HttpClientTransport = StreamableHTTPClientTransport | SSEClientTransport;

/** A client that is connected, and the transport it is connected with. */
export interface Connection {
  client: Client;
  transport: HttpClientTransport;
}

/** An authorization server, a resource and a user, all scripted, and a client that has to cope with them. */
export interface ScriptedWorld {
  as: ScriptedAuthorizationServer;
  rs: ScriptedResource;
  provider: MemoryProvider;
  createTransport(options?: TransportOptions, provider?: OAuthClientProvider): HttpClientTransport;
  /** Connects, signing in whenever the user is asked to. */
  connect(options?: TransportOptions, provider?: MemoryProvider): Promise<Connection>;
  /** Lets the user agree to the last authorization request, and completes it. */
  signIn(transport: HttpClientTransport, provider?: MemoryProvider): Promise<void>;
  /** Calls a tool, signing in once when the user is asked to. */
  call(connection: Connection, tool: string): Promise<void>;
}

/** What sets one scenario apart. */
export interface Scenario {
  authorization?: AuthorizationScript;
  resource?: ResourceScript;
  provider?: MemoryProviderOptions;
  transport?: TransportKind;
}

/** A client that acts for itself, with the `client_credentials` grant. */
export function machineProvider(): MemoryProvider {
  const provider = new MemoryProvider({ clientInformation: { client_id: 'machine', client_secret: 'secret' } });
  return Object.assign(Object.defineProperty(provider, 'redirectUrl', { value: undefined }), {
    prepareTokenRequest: (scope?: string) =>
      new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) })
  });
}

/** Starts a world for the test that is running. */
export async function createWorld(scenario: Scenario = {}): Promise<ScriptedWorld> {
  const as = await ScriptedAuthorizationServer.start(scenario.authorization);
  const rs = await ScriptedResource.start(as, scenario.resource);
  const provider = new MemoryProvider(scenario.provider);
  const open = new Set<Client>();
  onTestFinished(async () => {
    for (const client of open) await client.close();
    await rs.close();
    await as.close();
  });

  const createTransport: ScriptedWorld['createTransport'] = (options = {}, authProvider = provider) =>
    scenario.transport === 'sse'
      ? new SSEClientTransport(rs.sseUrl, { authProvider, ...options })
      : new StreamableHTTPClientTransport(rs.url, { authProvider, ...options });

  const signIn: ScriptedWorld['signIn'] = async (transport, who = provider) => {
    await transport.finishAuth(await as.approve(who.authorizationUrls.at(-1)));
  };

  const connect: ScriptedWorld['connect'] = async (options, who = provider) => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const client = new Client({ name: 'test', version: '1.0.0' });
      const transport = createTransport(options, who);
      try {
        await client.connect(transport);
        open.add(client);
        return { client, transport };
      } catch (error) {
        if (!(error instanceof UnauthorizedError)) throw error;
        await signIn(transport, who);
      }
    }
    throw new Error('still not connected after three sign-ins');
  };

  const call: ScriptedWorld['call'] = async ({ client, transport }, tool) => {
    try {
      await client.callTool({ name: tool });
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await signIn(transport);
      await client.callTool({ name: tool });
    }
  };

  return { as, rs, provider, createTransport, connect, signIn, call };
}

// What every runtime has to be able to do. Runs wherever there are `fetch`, streams and Web Crypto.
import {
  Client,
  createPrivateKeyJwtAuth,
  ProtocolError,
  StreamableHTTPClientTransport,
  UnauthorizedError
} from '@scopeful/client';
import { MemoryProvider } from '../support/memoryProvider.js';

const INFO = { name: 'runtimes', version: '1.0.0' };

/** Where the program goes: URLs as text, so that they can be handed to any runtime. */
export interface Places {
  /** An MCP server that asks for scopes. */
  legacy: string;
  /** An MCP server of 2026-07-28. */
  modern: string;
  /** Where the user comes back to. */
  callback: string;
}

/** What came of it. */
export interface Report {
  legacy: {
    revision: string | undefined;
    tools: string[];
    /** The scope of each authorization request. */
    requested: (string | null)[];
    written: unknown;
    measured: unknown;
    /** How a result was refused that does not fit its schema. */
    misfit: string | undefined;
    errors: string[];
  };
  modern: { revision: string | undefined; progress: number[]; answer: unknown; errors: string[] };
  /** How many parts the assertion has of a client whose key is DER. */
  assertionParts: number;
}

/** Does something, and once more when the user had to sign in first. */
async function withSignIn<T>(
  transport: StreamableHTTPClientTransport,
  provider: MemoryProvider,
  run: () => Promise<T>
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const url = provider.authorizationUrls.at(-1);
    if (!(error instanceof UnauthorizedError) || url === undefined) throw error;
    // The server agrees at once and redirects to the callback, which is where the response comes from.
    const callback = await fetch(url);
    await callback.body?.cancel();
    await transport.finishAuth(new URL(callback.url).searchParams);
    return run();
  }
}

function collectErrors(client: Client): string[] {
  const errors: string[] = [];
  client.onerror = error => errors.push(String(error));
  return errors;
}

async function useLegacy(url: string, redirectUrl: string): Promise<Report['legacy']> {
  const provider = new MemoryProvider({ redirectUrl });
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
  const client = new Client(INFO);
  const errors = collectErrors(client);
  const signedIn = <T>(run: () => Promise<T>): Promise<T> => withSignIn(transport, provider, run);

  await signedIn(() => client.connect(transport));
  const { tools } = await signedIn(() => client.listTools());
  const { content } = await signedIn(() => client.callTool({ name: 'write' }));
  const { structuredContent } = await client.callTool({ name: 'measure' });
  const misfit = await client.callTool({ name: 'mismeasure' }).then(
    () => undefined,
    (error: unknown) => (error instanceof ProtocolError ? error.message : String(error))
  );
  const revision = client.getNegotiatedProtocolVersion();
  await transport.terminateSession();
  await client.close();
  return {
    revision,
    tools: tools.map(({ name }) => name),
    requested: provider.authorizationUrls.map(({ searchParams }) => searchParams.get('scope')),
    written: content,
    measured: structuredContent,
    misfit,
    errors
  };
}

async function useModern(url: string): Promise<Report['modern']> {
  const client = new Client(INFO, { versionNegotiation: { mode: 'auto' } });
  const errors = collectErrors(client);
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  await client.listTools();
  const progress: number[] = [];
  const { structuredContent } = await client.callTool(
    { name: 'measure', arguments: { place: 'Köln' } },
    { onprogress: step => progress.push(step.progress) }
  );
  const revision = client.getNegotiatedProtocolVersion();
  await client.close();
  return { revision, progress, answer: structuredContent, errors };
}

async function signAssertion(endpoint: string): Promise<number> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
  const der = new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey));
  const add = createPrivateKeyJwtAuth({ issuer: 'client', subject: 'client', privateKey: der, alg: 'ES256' });
  const parameters = new URLSearchParams();
  await add(new Headers(), parameters, endpoint, undefined);
  return parameters.get('client_assertion')?.split('.').length ?? 0;
}

export async function run({ legacy, modern, callback }: Places): Promise<Report> {
  return {
    legacy: await useLegacy(legacy, callback),
    modern: await useModern(modern),
    assertionParts: await signAssertion(legacy)
  };
}

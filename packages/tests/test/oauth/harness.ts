import { onTestFinished } from 'vitest';
import { auth, type AuthOptions, type AuthResult, type OAuthClientProvider, type OAuthMetadata } from '@scopeful/core';
import { listenOnLoopback } from '../../support/loopback.js';
import { MemoryProvider, type MemoryProviderOptions } from '../../support/memoryProvider.js';
import { ScriptedAuthorizationServer, type AuthorizationScript } from '../../support/scriptedAuthorizationServer.js';
import { ScriptedResource, type ResourceScript } from '../../support/scriptedResource.js';

/** One request as a server of this file saw it. */
export interface Received {
  method: string;
  /** With the query. */
  path: string;
  headers: Headers;
  body: string;
  /** The body, of a form. */
  form: URLSearchParams;
}

/** A body that is a string is sent as HTML, any other as JSON. */
export interface Answer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface TestServer {
  /** Without a trailing slash. */
  readonly origin: string;
  readonly requests: Received[];
  /** The path of every request, in order. */
  readonly paths: string[];
}

/** A server that is closed with the test; it answers 404 where `answer` has nothing to say. */
export async function startServer(
  answer: (request: Received, origin: string) => Answer | undefined
): Promise<TestServer> {
  const server = await listenOnLoopback();
  onTestFinished(() => server.close());
  const { origin } = server;
  const requests: Received[] = [];
  server.serve((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    incoming.on('end', () => {
      const headers = new Headers(incoming.headers as Record<string, string>);
      const { method = '', url: path = '' } = incoming;
      const request = { method, path, headers, body, form: new URLSearchParams(body) };
      requests.push(request);
      const { status, body: reply = '', headers: own } = answer(request, origin) ?? { status: 404 };
      const isText = typeof reply === 'string';
      response.writeHead(status ?? 200, { 'content-type': isText ? 'text/html' : 'application/json', ...own });
      response.end(isText ? reply : JSON.stringify(reply));
    });
  });
  return {
    origin,
    requests,
    get paths() {
      return requests.map(({ path }) => path);
    }
  };
}

/** Authorization server metadata, as complete as MCP wants it. */
export function metadataOf(issuer: string): OAuthMetadata {
  const { origin } = new URL(issuer);
  return {
    issuer,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256']
  };
}

/** A resource, its authorization server, and a client that nobody has authorized yet. */
export interface World {
  as: ScriptedAuthorizationServer;
  rs: ScriptedResource;
  provider: MemoryProvider;
}

/** Starts servers that are closed with the test. */
export async function startWorld(
  scripts: { authorization?: AuthorizationScript; resource?: ResourceScript; provider?: MemoryProviderOptions } = {}
): Promise<World> {
  const as = await startAuthorizationServer(scripts.authorization);
  return { as, rs: await startResource(as, scripts.resource), provider: new MemoryProvider(scripts.provider) };
}

export async function startAuthorizationServer(script?: AuthorizationScript): Promise<ScriptedAuthorizationServer> {
  const as = await ScriptedAuthorizationServer.start(script);
  onTestFinished(() => as.close().catch(() => undefined));
  return as;
}

export async function startResource(
  as: ScriptedAuthorizationServer,
  script?: ResourceScript
): Promise<ScriptedResource> {
  const rs = await ScriptedResource.start(as, script);
  onTestFinished(() => rs.close());
  return rs;
}

type Options = Partial<AuthOptions>;

/** The user agrees to the last authorization request, and the code is redeemed. */
export async function redeem({ as, rs, provider }: World, options: Options = {}): Promise<AuthResult> {
  const response = await as.approve(provider.authorizationUrls.at(-1));
  const authorizationCode = response.get('code') ?? '';
  return auth(provider, { serverUrl: rs.url, authorizationCode, iss: response.get('iss') ?? undefined, ...options });
}

/** A whole authorization: with a user who agrees, where one is needed. */
export async function authorize(world: World, options: Options = {}): Promise<AuthResult> {
  const result = await auth(world.provider, { serverUrl: world.rs.url, ...options });
  return result.status === 'REDIRECT' ? redeem(world, options) : result;
}

/** What storage holds, read by another process: the same credentials, and nothing remembered. */
export function restarted(provider: MemoryProvider): MemoryProvider {
  const next = new MemoryProvider({
    clientMetadata: provider.clientMetadata,
    clientInformation: provider.clientInformation()
  });
  const tokens = provider.tokens();
  const state = provider.discoveryState();
  if (tokens !== undefined) next.saveTokens(tokens);
  if (state !== undefined) next.saveDiscoveryState(state);
  return next;
}

/** A client that has no user: it asks the token endpoint with `client_credentials`. */
export function machineProvider(): MemoryProvider & Pick<OAuthClientProvider, 'prepareTokenRequest'> {
  const provider = new MemoryProvider({ clientInformation: { client_id: 'machine', client_secret: 'secret' } });
  const prepareTokenRequest = (scope?: string): URLSearchParams =>
    new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) });
  Object.defineProperty(provider, 'redirectUrl', { value: undefined });
  return Object.assign(provider, { prepareTokenRequest });
}

/** Takes optional methods away from a provider. */
export function without<T extends object>(object: T, ...names: (keyof T)[]): T {
  for (const name of names) Object.defineProperty(object, name, { value: undefined });
  return object;
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it was not rejected');
    },
    (error: unknown) => error
  );
}

/** Calls an asynchronous function so that even what it throws synchronously is a rejection. */
export async function deferred<T>(call: () => Promise<T>): Promise<T> {
  return call();
}

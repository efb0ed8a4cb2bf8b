import { listenOnLoopback } from '../../support/loopback.js';
import type { Fault } from '../../support/scriptedFaults.js';
import { ScriptedAuthorizationServer, type AuthorizationScript } from '../../support/scriptedAuthorizationServer.js';
import type { ClientUnderTest, TransportOptions } from '../adapters/clientUnderTest.js';
import { Changes } from './changes.js';
import { HostProvider, type ProviderSettings } from './provider.js';
import { ResourceServer, type ResourceScript } from './resourceServer.js';
import { sorted } from './scopes.js';
import { MiddlewareSession, TransportSession, type Session } from './session.js';
import { Tap } from './tap.js';

/** How the client is connected to the resource; `middleware` is a fetch that the host uses without a transport. */
export type TransportKind = 'streamable' | 'sse' | 'middleware';

export interface WorldScript {
  authorization?: AuthorizationScript;
  resource?: ResourceScript;
  provider?: ProviderSettings;
  /** Requests of a client that does not run away, at most. */
  requestLimit?: number;
}

interface OpenSettings {
  provider?: HostProvider;
  resource?: ResourceServer;
  /** In place of the one the scenario runs on. */
  transport?: TransportKind;
  options?: TransportOptions;
}

const DEFAULT_REQUEST_LIMIT = 150;

/** The servers, the host and the user of one scenario. */
export class World {
  readonly changes = new Changes();
  readonly tap: Tap;
  /** Where the user was to be sent, whichever provider asked. */
  readonly prompts: URL[] = [];
  readonly #closers: (() => Promise<void>)[] = [];
  #as!: ScriptedAuthorizationServer;
  #rs!: ResourceServer;
  #provider!: HostProvider;

  private constructor(
    readonly client: ClientUnderTest,
    readonly transport: TransportKind,
    requestLimit = DEFAULT_REQUEST_LIMIT
  ) {
    this.tap = new Tap(requestLimit, this.changes);
  }

  static async start(client: ClientUnderTest, transport: TransportKind, script: WorldScript): Promise<World> {
    const world = new World(client, transport, script.requestLimit);
    world.#as = await world.startAuthorizationServer(script.authorization);
    world.#rs = await world.startResource(script.resource);
    world.#provider = world.createProvider(script.provider);
    return world;
  }

  get as(): ScriptedAuthorizationServer {
    return this.#as;
  }

  get rs(): ResourceServer {
    return this.#rs;
  }

  get provider(): HostProvider {
    return this.#provider;
  }

  /** The scope of every authorization request, as the set it is. */
  get requested(): (string | undefined)[] {
    return this.prompts.map(url => sorted(url.searchParams.get('scope')));
  }

  /** The grant type of every token request. */
  get grants(): (string | null)[] {
    return this.as.tokenRequests.map(({ grantType }) => grantType);
  }

  get refreshes(): number {
    return this.grants.filter(grant => grant === 'refresh_token').length;
  }

  /** The scope of every token request. */
  get tokenScopes(): (string | undefined)[] {
    return this.as.tokenRequests.map(({ scope }) => sorted(scope));
  }

  /** The endpoint that this scenario's transport talks to. */
  get serverUrl(): URL {
    return this.rs.url(this.transport);
  }

  async startAuthorizationServer(script: AuthorizationScript = {}): Promise<ScriptedAuthorizationServer> {
    const server = new ScriptedAuthorizationServer(this.tap.on(await listenOnLoopback()));
    server.script = { issuesRefreshTokens: false, ...script };
    this.#closers.push(() => server.close());
    return server;
  }

  async startResource(script: ResourceScript = {}): Promise<ResourceServer> {
    const server = new ResourceServer(this.tap.on(await listenOnLoopback()), this.changes, this.as, { ...script });
    this.#closers.push(() => server.close());
    return server;
  }

  createProvider(settings: ProviderSettings = {}): HostProvider {
    return new HostProvider(settings, url => {
      this.prompts.push(url);
      this.changes.notify();
    });
  }

  /** Connects, signing in when the user is asked to: then, as upstream's documentation has it, with a new transport. */
  async connect(settings: OpenSettings = {}): Promise<TransportSession> {
    const { provider = this.provider, resource = this.rs, transport: kind = this.transport } = settings;
    const { Client, SSEClientTransport, StreamableHTTPClientTransport, UnauthorizedError } = this.client.module;
    const Transport = kind === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
    for (let signIns = 0; ; signIns++) {
      const client = new Client({ name: 'scope-suite', version: '1.0.0' });
      const transport = new Transport(resource.url(kind), { authProvider: provider, ...settings.options });
      const session = new TransportSession(this, provider, client, transport);
      this.#closers.unshift(() => session.close());
      try {
        await client.connect(transport);
        return session;
      } catch (error) {
        if (!(error instanceof UnauthorizedError) || signIns === 2) throw error;
        await session.signIn();
      }
    }
  }

  /** A session of the kind that the scenario runs on. */
  async open(settings: OpenSettings = {}): Promise<Session> {
    if (this.transport !== 'middleware') return this.connect(settings);
    return this.openMiddleware(settings.provider, settings.options);
  }

  openMiddleware(provider = this.provider, options?: TransportOptions): MiddlewareSession {
    return new MiddlewareSession(this, provider, this.serverUrl, options);
  }

  /** The user agrees to a provider's last request: the parameters of the callback. */
  async approve(provider = this.provider, prompt = provider.prompts.at(-1)): Promise<URLSearchParams> {
    return this.as.approve(prompt);
  }

  /** The authorization server refuses a provider's last request: the parameters of the callback. */
  decline(error: string, provider = this.provider, prompt = provider.prompts.at(-1)): URLSearchParams {
    const state = prompt?.searchParams.get('state') ?? '';
    return new URLSearchParams({ error, error_description: `${error} it is`, iss: prompt?.origin ?? '', state });
  }

  /** Puts servers out of order where these paths begin; each is named by its origin. */
  breakDown(fault: Fault, ...places: readonly (readonly [origin: string, path: string])[]): void {
    this.tap.outages = places.map(([origin, path]) => ({ origin, path, fault }));
  }

  /** Every server works again. */
  heal(): void {
    this.tap.outages = [];
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await close().catch(() => undefined);
  }
}

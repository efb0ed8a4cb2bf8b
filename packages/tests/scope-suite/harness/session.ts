import type {
  CallOptions,
  ClientUnderTest,
  HttpTransport,
  McpClient,
  TransportOptions
} from '../adapters/clientUnderTest.js';
import type { HostProvider } from './provider.js';
import type { World } from './world.js';

/** How a request ended, as its sender saw it. */
export type Outcome =
  { readonly kind: 'answered' } | { readonly kind: 'sign-in needed' | 'failed'; readonly error: Error };

/** What a host does with one connection. */
export abstract class Session {
  constructor(
    protected readonly world: World,
    readonly provider: HostProvider
  ) {}

  /** Calls a tool, whatever happens. */
  call(tool: string, options?: CallOptions): Promise<Outcome> {
    return outcomeOf(this.world.client, this.send(tool, options));
  }

  /** Calls a tool and, as long as the client says that the user has to sign in, lets the user do so and calls it again. */
  async use(tool: string, signIns = 1): Promise<Outcome> {
    for (let left = signIns; ; left--) {
      const prompts = this.provider.prompts.length;
      const outcome = await this.call(tool);
      const wasPrompted = this.provider.prompts.length > prompts;
      if (outcome.kind !== 'sign-in needed' || !wasPrompted || left === 0) return outcome;
      await this.signIn();
    }
  }

  /** Lets the user agree to the last request, and completes it. */
  async signIn(): Promise<void> {
    await this.finish(await this.world.approve(this.provider));
  }

  /** Hands the parameters of a callback over, whatever comes of it. */
  complete(callback: URLSearchParams): Promise<Outcome> {
    return outcomeOf(this.world.client, this.finish(callback));
  }

  abstract send(tool: string, options?: CallOptions): Promise<unknown>;
  /** Hands the parameters of the callback over. */
  abstract finish(callback: URLSearchParams): Promise<void>;
  abstract close(): Promise<void>;
}

async function outcomeOf(client: ClientUnderTest, promise: Promise<unknown>): Promise<Outcome> {
  try {
    await promise;
    return { kind: 'answered' };
  } catch (reason) {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    return { kind: error instanceof client.module.UnauthorizedError ? 'sign-in needed' : 'failed', error };
  }
}

/** A client on one of the two transports. */
export class TransportSession extends Session {
  constructor(
    world: World,
    provider: HostProvider,
    readonly client: McpClient,
    readonly transport: HttpTransport
  ) {
    super(world, provider);
  }

  send(tool: string, options?: CallOptions): Promise<unknown> {
    return this.world.client.call(this.client, tool, options);
  }

  finish(callback: URLSearchParams): Promise<void> {
    return this.world.client.finish(this.transport, callback);
  }

  /** Opens the server's own stream again. */
  listen(): Promise<Outcome> {
    const { transport } = this;
    if (transport.resumeStream === undefined) throw new Error('the transport has no resumeStream()');
    return outcomeOf(this.world.client, transport.resumeStream('event-0'));
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** A fetch with the `withOAuth` middleware, used by a host that speaks to the server itself. */
export class MiddlewareSession extends Session {
  readonly #fetch: typeof fetch;
  readonly #url: URL;

  constructor(world: World, provider: HostProvider, url: URL, options?: TransportOptions) {
    super(world, provider);
    this.#url = url;
    this.#fetch = world.client.module.withOAuth(provider, url, options)(fetch);
  }

  async send(tool: string, { signal }: CallOptions = {}): Promise<void> {
    const response = await this.#fetch(this.#url, {
      signal: signal ?? null,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } })
    });
    await response.text();
    if (!response.ok) throw new Error(`the server answered HTTP ${response.status}`);
  }

  async finish(callback: URLSearchParams): Promise<void> {
    await this.world.client.authorize(this.provider, {
      serverUrl: this.#url,
      authorizationCode: callback.get('code') ?? '',
      iss: callback.get('iss') ?? undefined
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

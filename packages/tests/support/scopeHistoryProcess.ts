import {
  authorize,
  AuthorizationServerMismatchError,
  Client,
  OAuthClientFlowError,
  OAuthError,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type AuthorizationResult,
  TokenRejectedError,
  type OAuthClientProvider
} from '@scopeful/client';
import { Gate } from '../scope-suite/harness/changes.js';
import type { HostProvider, Storage } from '../scope-suite/harness/provider.js';
import type { Watch } from './scopeHistoryWatch.js';

/** An endpoint of one of the resources. */
export interface Target {
  readonly url: URL;
  readonly kind: 'streamable' | 'sse';
}

/** How long a flow may take, in milliseconds: longer than it takes to be sure that no other process has newer tokens. */
const FLOW_TIMEOUT = { alone: 1_500, shared: 3_500 };

/** How long a request may take while nobody is asked, in milliseconds. */
const REQUEST_TIMEOUT = 6_000;

/** The methods of a provider that a store behind them may keep waiting. */
const METHODS = [
  'tokens',
  'saveTokens',
  'state',
  'saveCodeVerifier',
  'saveDiscoveryState',
  'clientInformation',
  'invalidateCredentials'
] as const;

/** What may be kept waiting: a provider's methods, and the answer to a token request, on its way. */
export const DELAYABLE = [...METHODS, 'token answer'] as const;

/** The person, and the store: what both may keep waiting. */
export class Delays {
  /** How a policy decides. */
  decision: 'reauthorize' | 'throw' | 'later' = 'reauthorize';
  /** What waits the next time. */
  next: (typeof DELAYABLE)[number] | undefined;
  /** Whether something waits that will never be let go. */
  isForGood = false;
  readonly #gates: Gate[] = [];
  /** Of the policy, which decides in the end: whoever needs its answer has none before. */
  readonly #questions: Gate[] = [];

  get isWaiting(): boolean {
    return this.#gates.length + this.#questions.length > 0;
  }

  async decide(): Promise<'reauthorize' | 'throw'> {
    if (this.decision !== 'later') return this.decision;
    await this.#wait(this.#questions);
    return 'reauthorize';
  }

  /** Waits, if it is its turn to. */
  at(what: string): Promise<void> | undefined {
    if (what !== this.next) return undefined;
    this.next = undefined;
    return this.#wait(this.#gates);
  }

  release(): void {
    for (const gate of [...this.#gates.splice(0), ...this.#questions.splice(0)]) gate.open();
  }

  /** A method that waits now is never let go. */
  abandon(): void {
    this.isForGood ||= this.#gates.length > 0;
    this.#gates.length = 0;
  }

  #wait(gates: Gate[]): Promise<void> {
    const gate = new Gate();
    gates.push(gate);
    return gate.opened;
  }
}

interface Connection {
  readonly client: Client;
  readonly transport: StreamableHTTPClientTransport | SSEClientTransport;
  isConnected: boolean;
}

/** One process of a host: a provider on a store, and a client for each endpoint. */
export class HistoryProcess {
  readonly #connections = new Map<string, Connection>();
  readonly #all: Client[] = [];
  /** What the host itself has begun, and waits for. */
  readonly #patience = new Set<AbortController>();
  /** The scope that the last call of each tool was challenged for, by endpoint and tool. */
  readonly #challenges = new Map<string, string | undefined>();

  constructor(
    readonly id: string,
    readonly provider: HostProvider,
    readonly watch: Watch,
    readonly delays: Delays,
    readonly isShared: boolean
  ) {
    watch.onStart(id, provider);
    Object.assign(provider, { sharesStorage: isShared });
    this.#observe();
  }

  /** Calls a tool, or connects first of all. */
  async call(target: Target, tool: string): Promise<void> {
    const connection = this.#connection(target);
    if (!connection.isConnected) return this.#connect(target, connection);
    const call = `${target.url.href} ${tool}`;
    this.#challenges.delete(call);
    try {
      await connection.client.callTool({ name: tool }, { timeout: REQUEST_TIMEOUT });
    } catch (error) {
      if (isSignInNeeded(error)) this.watch.onChallenge(this.id, target.url.href, this.#challenges.get(call));
      throw error;
    }
  }

  /** Connects if need be, on a new transport, and calls a tool. */
  async reach(target: Target, tool: string): Promise<void> {
    if (!this.#connection(target).isConnected) {
      this.#connections.delete(target.url.href);
      await this.call(target, tool);
    }
    await this.call(target, tool);
  }

  isConnected(target: Target): boolean {
    return this.#connections.get(target.url.href)?.isConnected === true;
  }

  finish(target: Target, callback: URLSearchParams): Promise<void> {
    return this.#connection(target).transport.finishAuth(callback);
  }

  /** The host authorizes by itself, beside its transports. */
  authorize({ url }: Target, options: { forceReauthorization?: boolean } = {}): Promise<AuthorizationResult> {
    this.watch.onSend(this.id, url.href);
    const canRefresh = this.provider.storage.tokens?.refresh_token !== undefined;
    if (options.forceReauthorization === true || !canRefresh) this.watch.onForce();
    const patience = new AbortController();
    this.#patience.add(patience);
    const timer = setTimeout(() => patience.abort(new Error('The host waits no longer')), this.flowTimeout);
    const { signal } = patience;
    return authorize(this.#provider, { serverUrl: url, fetchFn: this.#fetch(url), signal, ...options }).finally(() => {
      clearTimeout(timer);
      this.#patience.delete(patience);
    });
  }

  /** What a resource has challenged before is nothing to go by any more (R7, R16). */
  forgetChallenges(origin: string): void {
    for (const call of [...this.#challenges.keys()]) if (call.startsWith(`${origin}/`)) this.#challenges.delete(call);
  }

  /** The endpoint's transport is replaced by another on the same provider. */
  replace({ url }: Target): void {
    this.#connections.delete(url.href);
  }

  async close(): Promise<void> {
    for (const patience of this.#patience) patience.abort(new Error('The process ends'));
    await Promise.all(this.#all.map(client => client.close()));
  }

  get flowTimeout(): number {
    return this.isShared ? FLOW_TIMEOUT.shared : FLOW_TIMEOUT.alone;
  }

  get #provider(): OAuthClientProvider {
    return this.provider as unknown as OAuthClientProvider;
  }

  #connection(target: Target): Connection {
    const { href } = target.url;
    const connection = this.#connections.get(href) ?? this.#open(target);
    this.#connections.set(href, connection);
    return connection;
  }

  #open({ url, kind }: Target): Connection {
    const client = new Client({ name: 'model', version: '1.0.0' });
    const Transport = kind === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
    const transport = new Transport(url, {
      authProvider: this.#provider,
      fetch: this.#fetch(url),
      flowTimeout: this.flowTimeout,
      onauth: event => this.watch.note(event),
      onInsufficientScope: () => this.delays.decide()
    });
    client.onerror = error => this.watch.note(error);
    this.#all.push(client);
    return { client, transport, isConnected: false };
  }

  async #connect(target: Target, connection: Connection): Promise<void> {
    const { client, transport } = connection;
    if (client.transport !== undefined) return;
    try {
      await client.connect(transport, { timeout: REQUEST_TIMEOUT });
      connection.isConnected = true;
    } catch (error) {
      // A transport is started once; the next attempt is made on another.
      if (this.#connections.get(target.url.href) === connection) this.#connections.delete(target.url.href);
      throw error;
    }
  }

  /** Says who sends a request, and watches what comes back. */
  #fetch(server: URL): typeof fetch {
    return async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const headers = new Headers(init?.headers);
      headers.set('x-process', this.id);
      const isMcp = url.origin === server.origin && !url.pathname.startsWith('/.well-known/');
      if (isMcp) this.watch.onSend(this.id, server.href);
      const response = await fetch(input, { ...init, headers });
      if (url.pathname === '/token') await this.delays.at('token answer');
      const [, tool] = (typeof init?.body === 'string' && /"name":"(\w+)"/.exec(init.body)) || [];
      if (response.status === 403 && tool !== undefined)
        this.#challenges.set(
          `${server.href} ${tool}`,
          /scope="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]
        );
      return response;
    };
  }

  #observe(): void {
    const { provider, watch, delays } = this;
    const { saveTokens, saveCodeVerifier } = provider;
    Object.assign(provider, {
      saveTokens: (tokens: NonNullable<Storage['tokens']>) => {
        watch.onSave(provider, tokens);
        saveTokens.call(provider, tokens);
      },
      saveCodeVerifier: (verifier: string) => {
        watch.secrets.add(verifier);
        saveCodeVerifier.call(provider, verifier);
      },
      invalidateCredentials: (scope: string, details?: { tokens?: Storage['tokens'] }) =>
        this.#invalidate(scope, details)
    });
    for (const method of METHODS) {
      const original = provider[method] as ((...values: unknown[]) => unknown) | undefined;
      if (original === undefined) continue;
      Object.assign(provider, {
        [method]: (...values: unknown[]): unknown => {
          const delay = delays.at(method);
          return delay === undefined
            ? original.apply(provider, values)
            : delay.then(() => original.apply(provider, values));
        }
      });
    }
  }

  /** A store that compares and deletes: what was not named stays. */
  #invalidate(scope: string, details: { tokens?: Storage['tokens'] } = {}): void {
    const { storage } = this.provider;
    const { tokens } = details;
    const isNamed = tokens === undefined || tokens.access_token === storage.tokens?.access_token;
    if ((scope === 'tokens' || scope === 'all') && isNamed) {
      this.watch.onDelete(storage.tokens);
      delete storage.tokens;
    }
    if (scope === 'client' || scope === 'all') delete storage.client;
    if (scope === 'verifier' || scope === 'all') delete storage.verifier;
    if (scope === 'discovery' || scope === 'all') delete storage.discovery;
  }
}

/** Whether the host is told to force an authorization, if the user wants one. */
export function isForHost(error: unknown): boolean {
  return error instanceof TokenRejectedError;
}

/** Whether a flow took longer than it may, or was about another authorization server than is in charge now. */
export function isGivenUp(error: unknown): boolean {
  if (error instanceof AuthorizationServerMismatchError) return true;
  return error instanceof OAuthClientFlowError && error.code === 'FLOW_TIMEOUT';
}

/** Whether a callback was read, and brought no token. */
export function isRefusedByServer(error: unknown): boolean {
  return error instanceof OAuthError;
}

export function isSignInNeeded(error: unknown): boolean {
  return error instanceof UnauthorizedError;
}

/** Whether the host is told that a callback can come. */
export function isPending(error: unknown): boolean {
  return error instanceof UnauthorizedError && error.pending;
}

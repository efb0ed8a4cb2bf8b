import { inspect } from 'node:util';
import {
  auth,
  Client,
  InsufficientScopeError,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  TokenRejectedError,
  UnauthorizedError,
  type AuthEvent
} from '@scopeful/client';
import { MemoryProvider } from './memoryProvider.js';
import { ScriptedAuthorizationServer, type ScriptedAnswer, type TokenRequest } from './scriptedAuthorizationServer.js';
import { until } from './scriptedMcp.js';
import { ScriptedResource } from './scriptedResource.js';

export const TOOLS = ['1', '2', '3', '4'];

/** How the resource words its challenges. */
export type ChallengeStyle = 'missing' | 'needed' | 'no scope' | 'no metadata' | 'new metadata';

/** How requests for metadata fail. */
export const OUTAGES: Record<string, ScriptedAnswer> = {
  404: { status: 404, body: '' },
  429: { status: 429, body: '' },
  503: { status: 503, body: '' },
  page: { status: 200, body: '<!doctype html>' },
  portal: { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }
};

/** How the authorization server behaves. */
export interface ServerMood {
  grantsOnly: string | undefined;
  namesScope: boolean;
  rotates: boolean;
  issuesRefreshTokens: boolean;
  /** How many token requests fail with 503 from now on. */
  failures: number;
  /** How long a token request takes, in milliseconds. */
  delay: number;
}

const TIME_LIMIT = 5_000;

const includes = (scope: string | null | undefined, part: string | null | undefined): boolean => {
  const held = new Set(scope?.split(' '));
  return (part ?? '').split(' ').every(token => token === '' || held.has(token));
};

/** A provider that checks, on the way, what must never happen. */
class WatchedProvider extends MemoryProvider {
  watch: ScopeModel | undefined;

  override redirectToAuthorization(url: URL): void {
    super.redirectToAuthorization(url);
    this.watch?.onRedirect(url);
  }

  override saveCodeVerifier(verifier: string): void {
    super.saveCodeVerifier(verifier);
    this.watch?.secrets.add(verifier);
  }

  override invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (scope === 'tokens' || scope === 'all') this.watch?.onDelete(this.tokens()?.refresh_token);
    super.invalidateCredentials(scope);
  }
}

/** One client, one resource, and everything that could go wrong between them; it remembers what must not have happened. */
export class ScopeModel {
  /** What was found to be wrong, in words. */
  readonly violations: string[] = [];
  readonly secrets = new Set<string>();
  readonly #texts: string[] = [];
  readonly #pending = new Set<Promise<void>>();
  readonly #requested = { streamable: [] as string[], sse: [] as string[] };
  readonly #refused = new Set<string>();
  readonly #spent = new Set<string>();
  readonly #clients: Client[] = [];
  #tokenRequestsInFlight = 0;
  #sendsSinceRedirect = 0;
  /** The scope of the authorization behind a token that is still good. */
  #completed: string | undefined;
  #provider!: WatchedProvider;
  #client!: Client;
  #transport!: StreamableHTTPClientTransport | SSEClientTransport;
  #looks = 0;
  #isConnected = false;
  #isWatching = true;
  #kind: 'streamable' | 'sse' = 'streamable';
  mood: ServerMood = {
    grantsOnly: undefined,
    namesScope: false,
    rotates: true,
    issuesRefreshTokens: true,
    failures: 0,
    delay: 0
  };
  style: ChallengeStyle = 'missing';

  private constructor(
    readonly as: ScriptedAuthorizationServer,
    readonly rs: ScriptedResource
  ) {
    as.script = {
      grant: requested => this.#grant(requested),
      onToken: request => this.#onToken(request)
    };
    rs.script = {
      metadata: { scopes_supported: ['base', 's1', 's2'] },
      needs: { '*': 'base', ...Object.fromEntries(TOOLS.map(tool => [`tools/call ${tool}`, `base s${tool}`])) },
      unauthorized: (_, { metadataUrl }) => {
        if (this.style === 'no metadata') return 'Bearer scope="base"';
        const url = this.style === 'new metadata' ? `${metadataUrl}?${++this.#looks}` : metadataUrl;
        return `Bearer resource_metadata="${url}", scope="base"`;
      },
      forbidden: (missing, _, { operation }) => {
        if (this.style === 'no scope') return 'Bearer error="insufficient_scope"';
        const needed = `base s${operation.split(' ').at(-1) ?? ''}`;
        return `Bearer error="insufficient_scope", scope="${this.style === 'needed' ? needed : missing}"`;
      }
    };
  }

  static async start(): Promise<ScopeModel> {
    const as = await ScriptedAuthorizationServer.start();
    const model = new ScopeModel(as, await ScriptedResource.start(as));
    model.#use(new WatchedProvider());
    return model;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map(client => client.close()));
    await this.rs.close();
    await this.as.close();
  }

  // Steps

  /** Sends a request and does not wait for it. */
  call(tool: string): void {
    this.#sendsSinceRedirect++;
    this.#track(this.#isConnected ? this.#client.callTool({ name: tool }) : this.#connect());
  }

  /** Waits until everything that was sent has ended. */
  async settle(): Promise<void> {
    const all = Promise.all(this.#pending);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise(resolve => (timer = setTimeout(resolve, TIME_LIMIT, 'late')));
    if ((await Promise.race([all, late])) === 'late') this.violations.push('a request never settled');
    clearTimeout(timer);
  }

  /** The user answers the last authorization request. */
  async answer(agrees: boolean): Promise<void> {
    await this.settle();
    const url = this.#provider.authorizationUrls.pop();
    if (url === undefined) return;
    const response = await this.as.approve(url);
    this.secrets.add(response.get('code') ?? '');
    if (!agrees) {
      response.delete('code');
      response.set('error', 'access_denied');
    }
    try {
      await this.#transport.finishAuth(response);
      this.#completed = url.searchParams.get('scope') ?? '';
    } catch (error) {
      this.#note(error);
    }
  }

  /** The user answers an earlier authorization request, in a tab that is still open; twice, should the page be reloaded. */
  async answerOld(isTwice: boolean): Promise<void> {
    await this.settle();
    const url = this.#provider.authorizationUrls.shift();
    if (url === undefined) return;
    const response = await this.as.approve(url);
    this.secrets.add(response.get('code') ?? '');
    const finishes = (isTwice ? [0, 1] : [0]).map(() => this.#transport.finishAuth(new URLSearchParams(response)));
    for (const { status, ...outcome } of await Promise.allSettled(finishes)) {
      if (status === 'fulfilled') this.#completed = undefined;
      else this.#note((outcome as PromiseRejectedResult).reason);
    }
  }

  /** The host authorizes by itself, beside the transport. */
  hostAuthorizes(): void {
    this.#sendsSinceRedirect++;
    this.#track(auth(this.#provider, { serverUrl: this.#serverUrl }));
  }

  /** Metadata cannot be had from now on, or can be had again. */
  outage(kind: string | undefined): void {
    const answer = kind === undefined ? undefined : OUTAGES[kind];
    this.rs.script.outage = answer;
    this.as.script.outage = answer;
  }

  /** Everything works from now on, and the user agrees to everything: each tool can be called before long. */
  async checkLiveness(): Promise<void> {
    await this.settle();
    this.outage(undefined);
    this.mood = { ...this.mood, grantsOnly: undefined, failures: 0, delay: 0 };
    this.style = 'needed';
    this.#isWatching = false;
    for (const tool of TOOLS) {
      let signIns = 0;
      while (signIns <= 3 && !(await this.#succeeds(tool))) {
        signIns++;
        const url = this.#provider.authorizationUrls.at(-1);
        if (url !== undefined) await this.#transport.finishAuth(await this.as.approve(url)).catch(() => undefined);
      }
      if (signIns > 3) this.violations.push(`tool ${tool} cannot be called any more`);
    }
  }

  async #succeeds(tool: string): Promise<boolean> {
    try {
      if (!this.#isConnected) await this.#connect();
      await this.#client.callTool({ name: tool });
      return true;
    } catch (error) {
      // What the user or the resource refused once has to be insisted on.
      if (error instanceof InsufficientScopeError || error instanceof TokenRejectedError) {
        const options = { serverUrl: this.#serverUrl, scope: `base s${tool}`, forceReauthorization: true };
        await auth(this.#provider, options).catch(() => undefined);
      }
      return false;
    }
  }

  expire(): void {
    this.as.expireAccessTokens();
    this.#completed = undefined;
  }

  revoke(): void {
    this.as.revokeRefreshTokens();
    this.expire();
  }

  /** The transport is replaced by another on the same provider, perhaps of the other kind. */
  async replaceTransport(kind: 'streamable' | 'sse' = this.#kind): Promise<void> {
    await this.settle();
    this.#kind = kind;
    this.#use(this.#provider);
  }

  /** The process ends, and another finds what it stored. */
  async restart(): Promise<void> {
    await this.settle();
    await Promise.all(this.#clients.map(client => client.close()));
    // What an ending process has begun at the token endpoint it still completes, and stores.
    await until(() => this.#tokenRequestsInFlight === 0);
    const urls = this.#provider.authorizationUrls;
    const copy = Object.setPrototypeOf(this.#provider.restarted(), WatchedProvider.prototype) as WatchedProvider;
    copy.authorizationUrls.push(...urls);
    this.#use(copy);
  }

  /** Looks at everything that was said: no secret may be in it. */
  check(): void {
    for (const tokens of this.#provider.savedTokens) {
      this.secrets.add(tokens.access_token);
      if (tokens.refresh_token !== undefined) this.secrets.add(tokens.refresh_token);
    }
    const said = this.#texts.join('\n');
    for (const secret of this.secrets)
      if (secret !== '' && said.includes(secret)) this.violations.push('a secret was told');
  }

  // What is watched

  onRedirect(url: URL): void {
    if (!this.#isWatching) return;
    const scope = url.searchParams.get('scope') ?? '';
    if (this.#tokenRequestsInFlight > 0) this.violations.push('a redirect during a token request: two flows at once');
    for (const before of this.#requested[this.#kind]) {
      if (!includes(scope, before)) this.violations.push(`asked for "${scope}" after "${before}": a scope was lost`);
    }
    this.#requested[this.#kind].push(scope);
    if (this.#sendsSinceRedirect === 0)
      this.violations.push('a second redirect although nothing was sent since the first');
    this.#sendsSinceRedirect = 0;
    if (this.#completed !== undefined && includes(this.#completed, scope)) {
      this.violations.push(
        `asked for "${scope}" again, though "${this.#completed}" was just asked for and the token is good`
      );
    }
  }

  onDelete(refreshToken: string | undefined): void {
    if (refreshToken === undefined || !this.#refused.has(refreshToken)) {
      this.violations.push('tokens were deleted that nobody rejected');
    }
  }

  get #serverUrl(): URL {
    return this.#kind === 'sse' ? this.rs.sseUrl : this.rs.url;
  }

  #use(provider: WatchedProvider): void {
    this.#provider = provider;
    provider.watch = this;
    this.#isConnected = false;
    this.#client = new Client({ name: 'model', version: '1.0.0' });
    this.#clients.push(this.#client);
    const options = { authProvider: provider, onauth: (event: AuthEvent) => this.#texts.push(JSON.stringify(event)) };
    const Transport = this.#kind === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
    this.#transport = new Transport(this.#serverUrl, options);
    this.#client.onerror = error => this.#note(error);
  }

  async #connect(): Promise<void> {
    const [client, transport] = [this.#client, this.#transport];
    if (client.transport !== undefined) return;
    await client.connect(transport);
    if (client === this.#client) this.#isConnected = true;
  }

  #track(work: Promise<unknown>): void {
    const settled = work
      .then(
        () => undefined,
        (error: unknown) => this.#note(error)
      )
      .finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  #note(error: unknown): void {
    this.#texts.push(String(error), inspect(error, { depth: 6, showHidden: true }), JSON.stringify(error));
    if (!(error instanceof Error)) this.violations.push(`something was thrown that is no Error: ${String(error)}`);
    if (error instanceof UnauthorizedError && Object.values(this.#requested).flat().length === 0)
      this.violations.push('unauthorized without a redirect');
  }

  #grant(requested: string | undefined): string | undefined {
    const { grantsOnly } = this.mood;
    if (grantsOnly === undefined) return requested;
    return requested
      ?.split(' ')
      .filter(scope => includes(grantsOnly, scope))
      .join(' ');
  }

  async #onToken({ grantType, parameters }: TokenRequest): Promise<ScriptedAnswer | undefined> {
    if (++this.#tokenRequestsInFlight > 1) this.violations.push('two token requests at once');
    try {
      if (this.mood.delay > 0) await new Promise(resolve => setTimeout(resolve, this.mood.delay));
      if (this.mood.failures > 0) {
        this.mood.failures--;
        return { status: 503, body: { error: 'temporarily_unavailable' } };
      }
      const { namesScope, rotates, issuesRefreshTokens } = this.mood;
      Object.assign(this.as.script, { namesScope, rotates, issuesRefreshTokens });
      if (grantType === 'refresh_token') this.#watchRefresh(parameters.get('refresh_token') ?? '');
      return undefined;
    } finally {
      this.#tokenRequestsInFlight--;
    }
  }

  /** A rotated refresh token that is used again gives a thief away: the server revokes the whole family (RFC 9700 §4.14). */
  #watchRefresh(refreshToken: string): void {
    if (this.#spent.has(refreshToken)) {
      this.violations.push('a refresh token was used twice');
      this.as.revokeRefreshTokens();
    }
    if (!this.as.knowsRefreshToken(refreshToken)) this.#refused.add(refreshToken);
    else if (this.mood.rotates && this.mood.issuesRefreshTokens) this.#spent.add(refreshToken);
  }
}

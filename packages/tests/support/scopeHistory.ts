import { setTimeout as pause } from 'node:timers/promises';
import { Changes } from '../scope-suite/harness/changes.js';
import { HostProvider, type ProviderSettings } from '../scope-suite/harness/provider.js';
import { ResourceServer } from '../scope-suite/harness/resourceServer.js';
import { Tap } from '../scope-suite/harness/tap.js';
import { listenOnLoopback } from './loopback.js';
import {
  Delays,
  isForHost,
  isGivenUp,
  isPending,
  isRefusedByServer,
  isSignInNeeded,
  HistoryProcess,
  type Target
} from './scopeHistoryProcess.js';
import {
  CALM,
  REGISTERED,
  type Answer,
  type Beginning,
  type ChallengeStyle,
  type ServerMood
} from './scopeHistoryMood.js';
import { settlesWithin } from './settlesWithin.js';
import { Watch, type Prompt } from './scopeHistoryWatch.js';
import { ScriptedAuthorizationServer, type ScriptedAnswer, type TokenRequest } from './scriptedAuthorizationServer.js';
import type { Fault } from './scriptedFaults.js';
import { until } from './scriptedMcp.js';

export const TOOLS = ['t1', 't2', 't3', 't4'];

/** How long anything may take that waits for no person, in milliseconds. */
const TIME_LIMIT = 10_000;

/** How long a call may take that waits for nobody, in milliseconds. */
const CALL_LIMIT = 3_000;

/** How long `close()` may take to end what is left, in milliseconds. */
const CLOSING_LIMIT = 1_000;

/** How long what goes on beside a wait may take until the next step, in milliseconds. */
const MOMENT = 30;

/** Sign-ins that a tool may cost once everything is well. */
const SIGN_INS = 3;

/** Two resources, two authorization servers, a user, and processes of a host; and everything that may go wrong between them. */
export class ScopeHistory {
  readonly mood: ServerMood = { ...CALM };
  readonly delays = new Delays();
  /** Whether the provider waits for the callback while it sends the user away. */
  waits = false;
  readonly #watch: Watch;
  readonly #tap: Tap;
  readonly #servers: ScriptedAuthorizationServer[];
  readonly #resources: ResourceServer[];
  readonly #targets: Target[];
  readonly #beginning: Beginning;
  readonly #processes: HistoryProcess[] = [];
  readonly #pending = new Set<Promise<void>>();
  readonly #touched = new Set<Target>();
  #style: ChallengeStyle = 'missing';
  #current!: HistoryProcess;
  #lastCallback: { prompt: Prompt; callback: URLSearchParams } | undefined;
  #tokenRequestsInFlight = 0;
  /** Whether metadata was ever looked for that no challenge names: not found, there is none (2025-03-26). */
  #mayBeLegacy = false;

  private constructor(tap: Tap, servers: ScriptedAuthorizationServer[], resources: ResourceServer[], begin: Beginning) {
    this.#tap = tap;
    this.#servers = servers;
    this.#resources = resources;
    this.#beginning = begin;
    const secret = begin.client === 'registered' ? REGISTERED.client_secret : undefined;
    this.#watch = new Watch(servers, secret, begin.isShared);
    this.#targets = resources.flatMap(resource =>
      (['streamable', 'sse'] as const).map(kind => ({ url: resource.url(kind), kind }))
    );
    for (const server of servers) this.#script(server);
  }

  static async start(beginning: Beginning): Promise<ScopeHistory> {
    const changes = new Changes();
    const tap = new Tap(Number.POSITIVE_INFINITY, changes);
    const listen = async () => tap.on(await listenOnLoopback());
    const servers = [new ScriptedAuthorizationServer(await listen()), new ScriptedAuthorizationServer(await listen())];
    const [first] = servers as [ScriptedAuthorizationServer];
    const resources = [
      new ResourceServer(await listen(), changes, first, {}),
      new ResourceServer(await listen(), changes, first, {})
    ];
    const model = new ScopeHistory(tap, servers, resources, beginning);
    for (const resource of resources) model.#guard(resource);
    const { client, keepsDiscovery } = beginning;
    const settings: ProviderSettings =
      client === 'dynamic'
        ? { keepsDiscovery }
        : { keepsDiscovery, client: REGISTERED, clientMetadata: { token_endpoint_auth_method: 'client_secret_post' } };
    model.#begin(new HostProvider(settings, () => undefined));
    return model;
  }

  get violations(): readonly string[] {
    return this.#watch.violations;
  }

  async stop(): Promise<void> {
    this.delays.abandon();
    const closed = settlesWithin([...this.#processes.map(process => process.close()), ...this.#pending], CLOSING_LIMIT);
    if (!(await closed)) this.#watch.say('a request outlived its transport');
    for (const server of [...this.#resources, ...this.#servers]) await server.close();
  }

  // Steps

  /** Sends a request and does not wait for it. */
  call(target: number, tool: string): void {
    this.#track(this.#current.call(this.#target(target), tool));
  }

  /** The host calls `auth()` beside its transports. */
  authorize(target: number): void {
    this.#mayBeLegacy = true;
    this.#track(this.#current.authorize(this.#target(target)));
  }

  /** Waits until everything that was sent has ended, or, where somebody waits, for a moment. */
  async settle(): Promise<void> {
    for (const end = performance.now() + TIME_LIMIT; performance.now() < end;) {
      if (await settlesWithin([...this.#pending], MOMENT)) return;
      if (this.delays.isWaiting || this.delays.isForGood || this.#waiters.length > 0) return;
    }
    this.#watch.say('a request never settled');
  }

  /** The user answers a prompt that is open: the last one, or one in an older tab. */
  async answer(which: 'last' | 'older', answer: Answer): Promise<void> {
    await this.settle();
    const open = this.#watch.prompts.filter(({ isAnswered }) => !isAnswered);
    const prompt = open.at(which === 'last' ? -1 : -2);
    if (prompt !== undefined) await this.#reply(prompt, answer);
  }

  /** The last callback comes again. */
  async answerAgain(): Promise<void> {
    if (this.#lastCallback === undefined) return;
    const { prompt, callback } = this.#lastCallback;
    this.#track(this.#current.finish(this.#targetOf(prompt), callback));
    await this.settle();
  }

  /** Somebody makes a callback up. */
  async forge(parameters: Record<string, string>): Promise<void> {
    const callback = new URLSearchParams({ iss: this.#servers[0]?.issuer ?? '', state: 'made-up', ...parameters });
    this.#track(this.#current.finish(this.#target(0), callback));
    await this.settle();
  }

  expire(): void {
    for (const server of this.#servers) server.expireAccessTokens();
    this.#watch.onExpiry();
  }

  revoke(): void {
    for (const server of this.#servers) server.revokeRefreshTokens();
    this.expire();
  }

  /** A transport is replaced by another on the same provider. */
  async replaceTransport(target: number): Promise<void> {
    await this.settle();
    this.#current.replace(this.#target(target));
  }

  /** The process ends, and another finds what it stored. */
  async restart(): Promise<void> {
    await this.settle();
    const ending = this.#current;
    await settlesWithin([ending.close()], CLOSING_LIMIT);
    // What an ending process has begun at the token endpoint it still completes, and stores.
    await until(() => this.#tokenRequestsInFlight === 0);
    this.#processes.splice(this.#processes.indexOf(ending), 1);
    const provider = this.#processes.length > 0 ? ending.provider.beside() : ending.provider.restarted();
    // The dead store nothing, and wait for nobody.
    Object.assign(ending.provider, { storage: {}, redirecting: undefined });
    for (const prompt of this.#waiters) if (prompt.process === ending.id) prompt.isAnswered = true;
    this.#begin(provider);
  }

  /** Another process begins to work on the same store, or is the one that the host works with from now on. */
  async changeProcess(): Promise<void> {
    if (!this.#beginning.isShared) return;
    await this.settle();
    const other = this.#processes.find(process => process !== this.#current);
    if (other === undefined) this.#begin(this.#current.provider.beside());
    else this.#current = other;
  }

  /** A resource belongs to the other authorization server from now on; the old one goes on as if nothing was. */
  move(index: number): void {
    const resource = this.#resources[index];
    const other = this.#servers.find(server => server !== resource?.issuer);
    if (resource !== undefined && other !== undefined) this.#moveTo(resource, other);
  }

  /** The resources word their challenges like this from now on. */
  speak(style: ChallengeStyle): void {
    this.#style = style;
    this.#mayBeLegacy ||= style === 'no metadata';
    const unauthorized = style === 'no metadata' ? () => 'Bearer scope="base"' : undefined;
    for (const { script } of this.#resources) script.unauthorized = unauthorized;
  }

  /** Metadata cannot be had: the resources', the authorization servers', or any. */
  breakDown(fault: Fault, where: 'resources' | 'servers' | 'everywhere'): void {
    const origins = [
      ...(where === 'servers' ? [] : this.#resources.map(({ origin }) => origin)),
      ...(where === 'resources' ? [] : this.#servers.map(({ issuer }) => issuer))
    ];
    this.#tap.outages = origins.map(origin => ({ origin, path: '/.well-known/', fault }));
  }

  repair(): void {
    this.#tap.outages = [];
  }

  /** While somebody is asked, a token expires: whoever needs no more than it had goes on. */
  async goOnBeside(): Promise<void> {
    const target = this.#target(0);
    const { provider } = this.#current;
    const { refresh_token: refreshToken = '', access_token: accessToken } = provider.storage.tokens ?? {};
    const resource = this.#resources[0];
    // A token that was never accepted is no proof that its successor would be (R37).
    const isAccepted = resource?.requests.some(({ token, status }) => token === accessToken && status === 200) === true;
    const isCurrent = isAccepted && resource.issuer.introspect(accessToken) !== undefined;
    const isRefreshable = resource?.issuer.knowsRefreshToken(refreshToken) === true;
    const isCalm = this.mood.failures === 0 && this.#tap.outages.length === 0 && this.delays.next === undefined;
    if (!this.delays.isWaiting || !isCurrent || !isRefreshable || !isCalm || !this.#current.isConnected(target)) return;
    this.expire();
    const goesOn = this.#current.call(target, 't0').then(
      () => true,
      (error: unknown) => {
        this.#watch.note(error);
        return false;
      }
    );
    // A provider's method may hang: then the others go on when that flow's time is up.
    if (!(await Promise.race([goesOn, pause(this.#current.flowTimeout + CALL_LIMIT, false)])))
      this.#watch.say('a request had to wait for what it did not need');
  }

  // The end

  /** Everything is well again: servers are up, whoever waited is answered, and the user agrees from now on. */
  async heal(): Promise<void> {
    this.repair();
    // A registered client has nothing at another issuer.
    const [first] = this.#servers as [ScriptedAuthorizationServer];
    const isRegistered = this.#beginning.client === 'registered';
    for (const resource of this.#resources)
      if (isRegistered && resource.issuer !== first) this.#moveTo(resource, first);
    Object.assign(this.mood, CALM);
    this.speak('missing');
    this.waits = false;
    Object.assign(this.delays, { decision: 'reauthorize', next: undefined });
    this.delays.release();
    for (const prompt of this.#waiters) await this.#reply(prompt, 'yes');
    await this.settle();
    this.#watch.onRest();
  }

  /** Every tool of every endpoint that was used can be called, for no more than a few sign-ins. */
  async checkReachable(): Promise<void> {
    for (const process of this.#processes) {
      this.#current = process;
      for (const target of this.#touched) for (const tool of TOOLS) await this.#reach(target, tool);
    }
  }

  /** Looks at everything that was shown and said. */
  check(): void {
    for (const { origin, requests } of this.#resources)
      for (const { token } of requests) this.#watch.onShown(origin, token);
    for (const { paths } of this.#resources)
      if (!this.#mayBeLegacy && paths.some(path => ['/register', '/authorize', '/token'].includes(path)))
        this.#watch.say('an MCP server was taken for an authorization server');
    this.#watch.checkTexts();
  }

  async #reach(target: Target, tool: string): Promise<void> {
    let last: unknown;
    for (let signIns = 0; signIns <= SIGN_INS; signIns++) {
      const before = this.#watch.prompts.length;
      try {
        return await this.#current.reach(target, tool);
      } catch (error) {
        last = error;
        this.#watch.onError(error, isSignInNeeded(error));
      }
      // A refusal that is remembered is for the host to take back.
      if (isForHost(last) || (!isSignInNeeded(last) && this.#watch.mayRefuse))
        await this.#current.authorize(target, { forceReauthorization: true }).catch((error: unknown) => (last = error));
      // Whoever joined a flow that never ends, or began before the resource moved, is told to send the request again.
      if (isGivenUp(last)) continue;
      const prompt = this.#watch.prompts.at(-1);
      const isNew = this.#watch.prompts.length > before;
      // Another request of this endpoint may have opened one a moment ago.
      const isOpen = prompt?.isAnswered === false && prompt.url.searchParams.get('resource') === target.url.href;
      if (prompt === undefined || !(isNew || (isOpen && isPending(last)))) break;
      await this.#reply(prompt, 'yes');
    }
    this.#watch.say(`${tool} at ${target.kind} cannot be reached: ${String(last)}`);
  }

  async #reply(prompt: Prompt, answer: Answer): Promise<void> {
    prompt.isAnswered = true;
    const server = this.#servers.find(({ issuer }) => issuer === prompt.url.origin);
    if (server === undefined) return;
    const callback = await server.approve(prompt.url);
    this.#watch.onCode(callback.get('code') ?? '', server);
    if (!this.mood.namesIssuer) callback.delete('iss');
    if (answer !== 'yes') {
      this.#watch.mayRefuse = true;
      callback.delete('code');
      callback.set('error', answer === 'no' ? 'access_denied' : 'invalid_scope');
    }
    if (prompt.answer !== undefined) {
      if (answer === 'invalid scope') this.#onInvalidScope(prompt);
      return prompt.answer(callback);
    }
    this.#lastCallback = { prompt, callback };
    const finishing = this.#current.finish(this.#targetOf(prompt), callback).then(
      () => {
        prompt.isOver = true;
        if (answer === 'yes') this.#watch.onSignIn(prompt);
      },
      (error: unknown) => {
        prompt.isOver = isRefusedByServer(error);
        this.#watch.onError(error, isSignInNeeded(error));
        if (answer === 'invalid scope') this.#onInvalidScope(prompt);
      }
    );
    this.#track(finishing);
    await this.settle();
  }

  #moveTo(resource: ResourceServer, issuer: ScriptedAuthorizationServer): void {
    resource.issuer = issuer;
    for (const process of this.#processes) process.forgetChallenges(resource.origin);
    this.#watch.onMove(resource.origin);
  }

  #onInvalidScope(prompt: Prompt): void {
    const { origin } = this.#targetOf(prompt).url;
    for (const process of this.#processes) process.forgetChallenges(origin);
    this.#watch.onInvalidScope(prompt);
  }

  #begin(provider: HostProvider): void {
    const id = `process-${this.#processes.length}-${Math.random().toString(36).slice(2, 8)}`;
    provider.redirecting = url => {
      if (!this.waits) return this.#watch.onRedirect({ url, process: id, isAnswered: false });
      return new Promise<URLSearchParams>(answer =>
        this.#watch.onRedirect({ url, process: id, isAnswered: false, answer })
      );
    };
    this.#current = new HistoryProcess(id, provider, this.#watch, this.delays, this.#beginning.isShared);
    this.#processes.push(this.#current);
  }

  /** Prompts whose callback a provider waits for. */
  get #waiters(): Prompt[] {
    return this.#watch.prompts.filter(({ isAnswered, answer }) => !isAnswered && answer !== undefined);
  }

  #target(index: number): Target {
    const target = this.#targets[index % this.#targets.length] as Target;
    this.#touched.add(target);
    return target;
  }

  #targetOf({ url }: Prompt): Target {
    const resource = url.searchParams.get('resource');
    return this.#targets.find(target => target.url.href === resource) ?? this.#target(0);
  }

  #track(work: Promise<unknown>): void {
    const settled = work
      .then(
        () => undefined,
        (error: unknown) => this.#watch.onError(error, isSignInNeeded(error))
      )
      .finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  #guard(resource: ResourceServer): void {
    resource.script = {
      metadata: { scopes_supported: ['base', 's1', 's2'] },
      guards: 'everything',
      needs: Object.fromEntries(TOOLS.map(tool => [tool, `base s${tool.slice(1)}`])),
      asks: 'base',
      forbidden: (missing, { operation }) => {
        if (this.#style === 'no scope') return 'Bearer error="insufficient_scope"';
        const scope = this.#style === 'needed' ? `base s${operation.slice(1)}` : missing;
        return `Bearer error="insufficient_scope", scope="${scope}"`;
      }
    };
  }

  #script(server: ScriptedAuthorizationServer): void {
    server.script = {
      grant: requested => this.#grant(requested),
      onToken: request => this.#onToken(server, request),
      onRegister: metadata => ({
        status: 201,
        body: { ...metadata, client_id: `client-of-${server.issuer}-${server.registrations.length}` }
      })
    };
  }

  #grant(requested: string | undefined): string | undefined {
    const { grantsOnly } = this.mood;
    if (grantsOnly === undefined) return requested;
    this.#watch.mayRefuse = true;
    const granted = new Set(grantsOnly.split(' '));
    return requested
      ?.split(' ')
      .filter(scope => granted.has(scope))
      .join(' ');
  }

  async #onToken(server: ScriptedAuthorizationServer, request: TokenRequest): Promise<ScriptedAnswer | undefined> {
    this.#tokenRequestsInFlight++;
    try {
      if (this.mood.delay > 0) await pause(this.mood.delay);
      const isProcessed = this.mood.failures === 0;
      const { namesScope, rotates, issuesRefreshTokens } = this.mood;
      Object.assign(server.script, { namesScope, rotates, issuesRefreshTokens });
      this.#watch.onToken(server, request, isProcessed);
      if (isProcessed) return undefined;
      this.mood.failures--;
      return { status: 503, body: { error: 'temporarily_unavailable' } };
    } finally {
      this.#tokenRequestsInFlight--;
    }
  }
}

import { inspect } from 'node:util';
import type { HostProvider, Storage } from '../scope-suite/harness/provider.js';
import type { ScriptedAuthorizationServer, TokenRequest } from './scriptedAuthorizationServer.js';

type Tokens = NonNullable<Storage['tokens']>;

/** A prompt, and what became of it. */
export interface Prompt {
  readonly url: URL;
  readonly process: string;
  /** The provider waits for the callback itself. */
  readonly answer?: (callback: URLSearchParams) => void;
  isAnswered: boolean;
  /** Whether its answer was taken, so that no other can come. */
  isOver?: boolean;
}

/** Where a token comes from, and what it is for. */
interface Issue {
  readonly server: object;
  readonly number: number;
  readonly resource: string | undefined;
  readonly scope: string | undefined;
}

function tokensOf(scope: string | null | undefined): string[] {
  return scope?.match(/\S+/g) ?? [];
}

function includes(scope: string | null | undefined, part: string | null | undefined): boolean {
  const held = new Set(tokensOf(scope));
  return tokensOf(part).every(token => held.has(token));
}

/** Follows everything that passes between the processes, their store and the servers, and says what must not have been. */
export class Watch {
  /** What was found to be wrong, in words. */
  readonly violations: string[] = [];
  readonly secrets = new Set<string>();
  readonly prompts: Prompt[] = [];
  /** Whether the user, or a server, has ever refused something, so that a refusal may be remembered. */
  mayRefuse = false;
  readonly #texts: string[] = [];
  /** What a process has to ask for at a resource, by both. */
  readonly #owed = new Map<string, Set<string>>();
  /** Where a process has sent the user last for a resource, by both. */
  readonly #issuers = new Map<string, string>();
  /** Processes that have spoken to no resource yet. */
  readonly #starting = new Map<string, HostProvider>();
  /** What was ever granted for a resource. */
  readonly #granted = new Map<string, Set<string>>();
  /** Requests that a process has sent to a resource since it sent the user away for it last. */
  readonly #sent = new Map<string, number>();
  /** Authorization codes, by the server that made them. */
  readonly #codes = new Map<string, ScriptedAuthorizationServer>();
  readonly #redeemed = new Set<string>();
  /** Refresh tokens that a process has used up, by both. */
  readonly #spent = new Set<string>();
  /** Refresh tokens that a server has called invalid. */
  readonly #refused = new Set<string>();
  /** Resources whose authorization server has ever changed: what it was has no claims any more. */
  readonly #moved = new Set<string>();
  /** The scope of the sign-in behind a token that is still good, where there is one process and one resource. */
  #completed: string | undefined;
  /** Newer tokens that older ones have taken the place of, and through whom. */
  #overwritten: { readonly provider: HostProvider; readonly number: number } | undefined;
  readonly #resources = new Set<string>();
  readonly #processes = new Set<string>();

  constructor(
    readonly servers: readonly ScriptedAuthorizationServer[],
    readonly secret: string | undefined,
    readonly isShared: boolean
  ) {
    if (secret !== undefined) this.secrets.add(secret);
  }

  say(violation: string): void {
    this.violations.push(violation);
  }

  /** Takes note of something that was told to the host. */
  note(told: unknown): void {
    this.#texts.push(String(told), inspect(told, { depth: 6, showHidden: true }), JSON.stringify(told));
  }

  // What the processes do

  onSend(process: string, resource: string): void {
    this.#find(process, resource);
    const key = `${process} ${resource}`;
    this.#sent.set(key, (this.#sent.get(key) ?? 0) + 1);
  }

  /** A process was challenged, and has told its caller that the user is needed. */
  onChallenge(process: string, resource: string, scope: string | undefined): void {
    this.#owe(process, resource, scope);
  }

  onRedirect(prompt: Prompt): void {
    const { url, process } = prompt;
    this.prompts.push(prompt);
    const scope = url.searchParams.get('scope') ?? '';
    const resource = url.searchParams.get('resource');
    if (resource === null) return this.say('the user was sent away for no resource');
    this.#resources.add(resource);
    this.#processes.add(process);
    if (!this.servers.some(({ issuer }) => issuer === url.origin))
      this.say('the user was sent to no authorization server');
    if (this.secret !== undefined && url.origin !== this.servers[0]?.issuer)
      this.say('a client was used at another issuer than the one that registered it');
    // What was asked of one issuer is nothing to another (R7).
    const key = `${process} ${resource}`;
    if ((this.#issuers.get(key) ?? url.origin) !== url.origin) this.#owed.delete(key);
    this.#issuers.set(key, url.origin);
    for (const owed of this.#owed.get(key) ?? []) {
      if (!includes(scope, owed))
        this.say(`"${scope}" was asked for at ${resource}, though "${owed}" was before: a scope was lost`);
    }
    this.#owe(process, resource, scope);
    if (this.#sent.get(key) === 0) this.say('a second redirect although nothing was sent since the first');
    this.#sent.set(key, 0);
    if (this.#isAlone && this.#completed !== undefined && includes(this.#completed, scope))
      this.say(
        `"${scope}" was asked for again, though "${this.#completed}" was just signed in for and the token is good`
      );
  }

  onSave(provider: HostProvider, tokens: Tokens): void {
    const [now, before] = [this.#issue(tokens.access_token), this.#issue(provider.storage.tokens?.access_token)];
    if (now === undefined) return this.say('tokens were stored that nobody issued');
    if (now.resource !== undefined) this.#grant(now.resource, now.scope);
    if (before?.server !== now.server || before.resource !== now.resource) return;
    // Storage that was slow may write what is old by then; who made it do so writes what is new again.
    if (now.number < before.number) this.#overwritten = { provider, number: before.number };
    else if (this.#overwritten?.provider === provider && now.number >= this.#overwritten.number)
      this.#overwritten = undefined;
  }

  /** Whatever was slow is done. */
  onRest(): void {
    if (this.#overwritten !== undefined) this.say('older tokens have replaced newer ones');
    this.#overwritten = undefined;
  }

  onDelete(tokens: Tokens | undefined): void {
    if (tokens === undefined || this.#moved.size > 0) return;
    if (tokens.refresh_token === undefined || !this.#refused.has(tokens.refresh_token))
      this.say('tokens were deleted that nobody rejected');
  }

  onError(error: unknown, isSignInNeeded: boolean): void {
    this.note(error);
    if (!(error instanceof Error)) return this.say(`something was thrown that is no Error: ${String(error)}`);
    if (!isSignInNeeded) return;
    if (this.prompts.length === 0) this.say('the user was said to be needed, and was never sent anywhere');
    if (Reflect.get(error, 'pending') === true && this.prompts.every(({ isOver }) => isOver))
      this.say('a prompt was said to be open, and none is');
  }

  // What the servers see

  onCode(code: string, server: ScriptedAuthorizationServer): void {
    this.secrets.add(code);
    this.#codes.set(code, server);
  }

  /** @param isProcessed whether the server looks at the request at all */
  onToken(
    server: ScriptedAuthorizationServer,
    { parameters, authorization, headers }: TokenRequest,
    isProcessed: boolean
  ): void {
    const process = String(headers['x-process']);
    const code = parameters.get('code');
    const used = parameters.get('refresh_token');
    const told = `${String(parameters)} ${atob(authorization?.replace(/^Basic /, '') ?? '')}`;
    if (this.secret !== undefined && server !== this.servers[0] && told.includes(this.secret))
      this.say('a secret went to another issuer than the first');
    if (code !== null) {
      if (this.#codes.has(code) && this.#codes.get(code) !== server) this.say('a code went to another issuer');
      if (this.#redeemed.has(`${process} ${code}`)) this.say('a code was redeemed twice');
      if (isProcessed) this.#redeemed.add(`${process} ${code}`);
    }
    if (used !== null) {
      if (!server.issued.some(({ refreshToken }) => refreshToken === used))
        this.say('a refresh token went to another issuer');
      if (this.#spent.has(`${process} ${used}`)) this.say('a refresh token was used twice');
      if (!isProcessed) return;
      if (!server.knowsRefreshToken(used)) this.#refused.add(used);
      else if (server.script.rotates === true && server.script.issuesRefreshTokens !== false)
        this.#spent.add(`${process} ${used}`);
    }
  }

  /** Tokens that a resource was shown must have been issued for its own origin. */
  onShown(origin: string, token: string | undefined): void {
    const { resource } = this.#issue(token) ?? {};
    if (resource !== undefined && new URL(resource).origin !== origin) this.say('a token was shown to another origin');
  }

  // What happens to both

  onSignIn({ url, process }: Prompt): void {
    this.#processes.add(process);
    if (this.#moved.size === 0) this.#completed = url.searchParams.get('scope') ?? '';
  }

  /** The server called a scope invalid: what was never granted need not be asked for again (R16). */
  onInvalidScope({ url }: Prompt): void {
    const resource = url.searchParams.get('resource') ?? '';
    for (const [key, owed] of this.#owed) {
      if (!key.endsWith(` ${resource}`)) continue;
      for (const scope of owed) if (this.#granted.get(resource)?.has(scope) !== true) owed.delete(scope);
    }
  }

  /** The host wants to ask again, whatever was agreed to. */
  onForce(): void {
    this.#completed = undefined;
  }

  onExpiry(): void {
    this.#completed = undefined;
  }

  /** The resources of an origin belong to another server now. */
  onMove(origin: string): void {
    this.#moved.add(origin);
    this.#completed = undefined;
    for (const key of [...this.#owed.keys()]) if (key.includes(` ${origin}/`)) this.#owed.delete(key);
    for (const key of [...this.#granted.keys()]) if (key.startsWith(`${origin}/`)) this.#granted.delete(key);
  }

  /** A process begins to work on a store, which it looks into when it first speaks to a resource. */
  onStart(process: string, provider: HostProvider): void {
    this.#starting.set(process, provider);
  }

  /** Looks at everything that was said: no secret may be in it. */
  checkTexts(): void {
    for (const { accessToken, refreshToken } of this.servers.flatMap(({ issued }) => issued)) {
      this.secrets.add(accessToken);
      if (refreshToken !== undefined) this.secrets.add(refreshToken);
    }
    const said = this.#texts.join('\n');
    for (const secret of this.secrets) if (secret !== '' && said.includes(secret)) this.say('a secret was told');
  }

  /** The store may be of one resource alone: what it says of another, which came later, is nothing to go by. */
  #find(process: string, resource: string): void {
    const { tokens, discovery } = this.#starting.get(process)?.storage ?? {};
    this.#starting.delete(process);
    const isMoved = this.#moved.has(new URL(resource).origin);
    if (!isMoved && this.#issue(tokens?.access_token)?.resource === resource)
      this.#owe(process, resource, tokens?.scope);
    const isAlone = this.#resources.size === 1 && this.#resources.has(resource) && this.#moved.size === 0;
    if (isAlone && !this.isShared) this.#owe(process, resource, discovery?.['requestedScope'] as string | undefined);
  }

  get #isAlone(): boolean {
    return this.#resources.size === 1 && this.#processes.size === 1;
  }

  #owe(process: string, resource: string, scope: string | undefined): void {
    const key = `${process} ${resource}`;
    const owed = this.#owed.get(key) ?? new Set();
    this.#owed.set(key, owed);
    for (const token of tokensOf(scope)) owed.add(token);
  }

  #grant(resource: string, scope: string | undefined): void {
    const granted = this.#granted.get(resource) ?? new Set();
    this.#granted.set(resource, granted);
    for (const token of tokensOf(scope)) granted.add(token);
  }

  #issue(token: string | undefined): Issue | undefined {
    for (const server of this.servers) {
      const number = server.issued.findIndex(({ accessToken }) => accessToken === token);
      const issued = server.issued[number];
      if (issued !== undefined) return { server, number, resource: issued.resource, scope: issued.scope };
    }
    return undefined;
  }
}

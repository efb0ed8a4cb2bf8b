import {
  InsufficientScopeError,
  mergeScopes,
  SdkErrorCode,
  UnauthorizedError,
  type AuthProvider,
  type AuthResult,
  type FetchLike,
  type OAuthClientProvider,
  type OAuthServerInfo,
  type Operation
} from '@scopeful/core';
import { ledgerFor, missingScope, readChallenge, ScopeLedger, type Challenge } from '@scopeful/core/internal';
import { credentialsFor, type AuthorizationSettings, type Credentials, type CurrentToken } from './credentials.js';
import { httpError, readErrorText } from './httpError.js';

/** How a transport answers a scope challenge: by asking the user for more, or by throwing. */
export type InsufficientScopePolicy = 'reauthorize' | 'throw';

/** What an {@link Authorizer} works with. */
export interface AuthorizerOptions extends AuthorizationSettings {
  provider: AuthProvider | OAuthClientProvider | undefined;
  /** The fetch of requests to the MCP server. */
  fetch: FetchLike;
  onInsufficientScope?: InsufficientScopePolicy;
  maxStepUpRetries?: number;
}

/** How often one send may be repeated, and why. */
class RetryBudget {
  renewals = 1;
  /** Retries with a token that another request obtained meanwhile. */
  newerTokens = 2;

  constructor(public stepUps: number) {}
}

/** One rejected request on its way to being sent again. */
interface Rejection {
  challenge: Challenge;
  response: Response;
  /** The token that was not enough. */
  token: string | undefined;
  operation: Operation;
  budget: RetryBudget;
  /** How many redirects there had been when the request was first sent. */
  redirects: number;
  signal: AbortSignal | undefined;
}

function withBearer(init: RequestInit, token: string | undefined): RequestInit {
  if (token === undefined) return init;
  return { ...init, headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` } };
}

/** A copy of a response that holds no connection. */
async function detached(response: Response): Promise<Response> {
  const { status, statusText, headers } = response;
  return new Response(await readErrorText(response), { status, statusText, headers });
}

/** Waits for `promise`, but no longer than the request that waits is wanted. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * The fetch of a protected resource: adds the token, and answers 401 and 403 by renewing it, stepping up, or throwing.
 * One flow runs at a time for a provider and a resource, however many requests and transports wait for it.
 */
export class Authorizer {
  readonly ledger: ScopeLedger;
  readonly #credentials: Credentials | undefined;
  readonly #fetch: FetchLike;
  readonly #policy: InsufficientScopePolicy;
  readonly #maxStepUps: number;

  constructor(options: AuthorizerOptions) {
    const { provider, fetch, onInsufficientScope = 'reauthorize', maxStepUpRetries = 1, ...settings } = options;
    this.ledger =
      provider === undefined ? new ScopeLedger(settings.serverUrl.href) : ledgerFor(provider, settings.serverUrl);
    this.#credentials = provider === undefined ? undefined : credentialsFor(provider, this.ledger, settings);
    this.#fetch = fetch;
    this.#policy = onInsufficientScope;
    this.#maxStepUps = maxStepUpRetries;
  }

  /**
   * Sends a request with the current token, and again when that failed for a reason that could be cured.
   * @param init its headers, if any, are a plain record
   * @param send the fetch to use for this request
   * @throws {UnauthorizedError} when the user was sent to sign in
   * @throws {InsufficientScopeError} when the token's scope is too narrow and asking is not allowed or cannot help
   * @throws {SdkHttpError} for a 401 or 403 that nothing here can cure
   */
  async fetch(url: URL, init: RequestInit, operation: Operation, send = this.#fetch): Promise<Response> {
    const budget = new RetryBudget(this.#maxStepUps);
    const redirects = this.ledger.redirects;
    for (;;) {
      const token = (await this.#credentials?.current())?.token;
      const response = await send(url, withBearer(init, token));
      const challenge = readChallenge(response);
      if (challenge === undefined) return response;
      const signal = init.signal ?? undefined;
      const rejection = { challenge, token, operation, budget, redirects, signal };
      await this.#recover({ ...rejection, response: await detached(response) });
    }
  }

  /**
   * Completes the authorization that a redirect began.
   * @param checkState whether the parameters are a whole response, so that `state` can be compared
   */
  async finish(response: URLSearchParams, checkState: boolean): Promise<void> {
    while (this.ledger.flow !== undefined) await this.ledger.flow.catch(() => undefined);
    const credentials = this.#credentials;
    if (credentials === undefined) throw new UnauthorizedError('finishAuth() needs an authProvider.');
    await this.#exclusively(() => credentials.finish(response, checkState));
  }

  /** Returns when the request may be sent again; throws what its sender should see otherwise. */
  async #recover(rejection: Rejection): Promise<void> {
    const { challenge, operation } = rejection;
    const { ledger } = this;
    if (challenge.kind === 'forbidden') {
      throw await httpError(SdkErrorCode.ClientHttpForbidden, rejection.response, describe(operation));
    }
    ledger.request(challenge.scope);
    ledger.resourceMetadataUrl = challenge.resourceMetadataUrl ?? ledger.resourceMetadataUrl;
    const credentials = this.#credentials;
    if (credentials === undefined) throw await this.#incurable(rejection, 'Pass an authProvider.');
    for (;;) {
      if (ledger.flow !== undefined) {
        await this.#join(ledger.flow, rejection);
        continue;
      }
      const current = await credentials.current();
      // Somebody may have begun a flow while storage was read. From here to the start of ours nothing is awaited.
      if (this.#isBusy()) continue;
      if (this.#canRetryWith(current, rejection)) return;
      if (ledger.redirects !== rejection.redirects) throw this.#redirected();
      if (challenge.kind === 'unauthorized' && rejection.budget.renewals === 0) {
        throw await this.#incurable(rejection, 'The new token is rejected, too.');
      }
      const result = await unlessAborted(this.#renew(credentials, rejection, current.granted), rejection.signal);
      if (result.status === 'REDIRECT') throw this.#redirected();
      return;
    }
  }

  #isBusy(): boolean {
    return this.ledger.flow !== undefined;
  }

  /** Waits for a flow that another request began. It is this request's one renewal, too. */
  async #join(flow: Promise<unknown>, { budget, signal }: Rejection): Promise<void> {
    try {
      await unlessAborted(flow, signal);
      budget.renewals = 0;
    } catch (error) {
      // Another operation's refusal says nothing about this one.
      if (!(error instanceof InsufficientScopeError)) throw error;
    }
  }

  /** Whether another request has meanwhile obtained a token that may be enough for this one. */
  #canRetryWith(current: CurrentToken, { challenge, token, budget }: Rejection): boolean {
    if (current.token === undefined || current.token === token || budget.newerTokens === 0) return false;
    if (challenge.kind === 'insufficient_scope' && missingScope(challenge.scope, current.granted) !== undefined)
      return false;
    budget.newerTokens--;
    return true;
  }

  /** Begins the flow that a rejection calls for. */
  #renew(credentials: Credentials, rejection: Rejection, granted: string | undefined): Promise<AuthResult> {
    const { challenge, response, budget } = rejection;
    if (challenge.kind === 'unauthorized') {
      budget.renewals--;
      const scope = (): string | undefined => this.ledger.requested;
      return this.#exclusively(() => credentials.renew({ response, scope, forceReauthorization: false }));
    }
    if (!credentials.canStepUp) throw this.#insufficient(rejection, granted);
    const scope = this.#scopeToStepUp(rejection, granted);
    return this.#exclusively(() => credentials.renew({ response, scope, forceReauthorization: true }));
  }

  /** Decides whether asking for more can help, and what to ask for. */
  #scopeToStepUp(rejection: Rejection, granted: string | undefined): (server: OAuthServerInfo) => string | undefined {
    const { challenge, budget } = rejection;
    const { ledger } = this;
    // Compare request with request: a server that grants less than it is asked for would be asked for ever.
    const asked = mergeScopes(ledger.authorized, granted);
    const isPointless = challenge.scope !== undefined && missingScope(challenge.scope, asked) === undefined;
    if (this.#policy === 'throw' || budget.stepUps === 0 || isPointless) throw this.#insufficient(rejection, granted);
    budget.stepUps--;
    return server => {
      const named = challenge.scope ?? mergeScopes(...(server.resourceMetadata?.scopes_supported ?? []));
      const needed = mergeScopes(ledger.requested, granted, named);
      if (missingScope(needed, asked) === undefined) throw this.#insufficient(rejection, granted);
      return needed;
    };
  }

  /** Runs a flow that others wait for. */
  #exclusively(run: () => Promise<AuthResult>): Promise<AuthResult> {
    const { ledger } = this;
    const flow = run().finally(() => {
      ledger.flow = undefined;
    });
    ledger.flow = flow;
    // Whoever waits sees the failure; when nobody does any more, it is no unhandled one.
    flow.catch(() => undefined);
    return flow;
  }

  /** The error for a challenge that no flow can meet. */
  async #incurable(rejection: Rejection, advice: string): Promise<Error> {
    const { challenge, response, operation } = rejection;
    if (challenge.kind === 'insufficient_scope') return this.#insufficient(rejection, undefined);
    return httpError(SdkErrorCode.ClientHttpAuthentication, response, describe(operation), advice);
  }

  #redirected(): UnauthorizedError {
    return new UnauthorizedError(
      `${this.ledger.resource} needs the user's authorization: the user agent was sent to the authorization server. ` +
        'Pass the parameters of its callback to finishAuth(), then send the request again.'
    );
  }

  #insufficient({ challenge, operation }: Rejection, granted: string | undefined): InsufficientScopeError {
    return new InsufficientScopeError({
      operation,
      requiredScope: challenge.scope,
      requestedScope: this.ledger.requested,
      grantedScope: granted,
      missingScope: missingScope(challenge.scope, granted),
      resourceMetadataUrl: challenge.resourceMetadataUrl ?? this.ledger.resourceMetadataUrl,
      errorDescription: challenge.errorDescription
    });
  }
}

function describe({ resource, method, name }: Operation): string {
  return `${method}${name === undefined ? '' : ` ${JSON.stringify(name)}`} at ${resource}`;
}

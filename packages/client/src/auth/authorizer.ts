import type { AuthEvent, AuthProvider, AuthResult, FetchLike, OAuthClientProvider, Operation } from '@scopeful/core';
import {
  InsufficientScopeError,
  isDpopNonceChallenge,
  ledgerFor,
  missingScope,
  OAuthError,
  OAuthErrorCode,
  readChallenge,
  type ScopeChallenge,
  ScopeLedger,
  SdkErrorCode,
  UnauthorizedError,
  untilAborted
} from '@scopeful/core/engine';
import {
  credentialsFor,
  type AuthorizationSettings,
  type Credentials,
  type CurrentToken,
  type FlowRequest
} from './tokenSource.js';
import { FlowRunner } from './flowQueue.js';
import { httpError, readErrorText } from './httpError.js';
import {
  decide,
  insufficientScope,
  isPointless,
  operationKey,
  scopeToRequest,
  type InsufficientScopePolicy,
  type StepUp
} from './stepUp.js';

/** Longest flow, in milliseconds, not counting what the user does. */
const DEFAULT_FLOW_TIMEOUT = 5 * 60 * 1000;

/** What an {@link Authorizer} works with. */
export interface AuthorizerOptions extends AuthorizationSettings {
  provider: AuthProvider | OAuthClientProvider | undefined;
  /** The fetch of requests to the MCP server. */
  fetch: FetchLike;
  onInsufficientScope?: InsufficientScopePolicy;
  maxStepUpRetries?: number;
  flowTimeout?: number;
  /** Told what happens. */
  report?: (event: AuthEvent) => void;
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
  challenge: ScopeChallenge;
  response: Response;
  /** The token that was not enough. */
  token: string | undefined;
  operation: Operation;
  budget: RetryBudget;
  /** How many flows had ended without a token when the request was first sent. */
  setbacks: number;
  signal: AbortSignal | undefined;
}

/** An event without what every event has. */
type Report = AuthEvent extends infer E ? (E extends unknown ? Omit<E, 'resource'> : never) : never;

function withToken(init: RequestInit, current: CurrentToken | undefined): RequestInit {
  if (current?.token === undefined) return init;
  const Authorization = `${current.scheme} ${current.token}`;
  return { ...init, headers: { ...(init.headers as Record<string, string>), Authorization } };
}

/** A copy of a response that holds no connection. */
async function detached(response: Response): Promise<Response> {
  const { status, statusText, headers } = response;
  return new Response(await readErrorText(response), { status, statusText, headers });
}

function describe({ resource, method, name }: Operation): string {
  return `${method}${name === undefined ? '' : ` ${JSON.stringify(name)}`} at ${resource}`;
}

/**
 * The fetch of a protected resource: adds the token, and answers 401 and 403 by renewing it, stepping up, or throwing.
 * One flow runs at a time for a provider and a resource, however many requests and transports wait for it.
 */
export class Authorizer {
  readonly ledger: ScopeLedger;
  readonly #credentials: Credentials | undefined;
  readonly #options: AuthorizerOptions;
  readonly #policy: InsufficientScopePolicy;
  readonly #flows: FlowRunner;

  constructor(options: AuthorizerOptions) {
    const { provider, serverUrl } = options;
    this.ledger = provider === undefined ? new ScopeLedger(serverUrl.href) : ledgerFor(provider, serverUrl);
    this.#credentials = provider === undefined ? undefined : credentialsFor(provider, this.ledger, options);
    this.#options = options;
    this.#policy = options.onInsufficientScope ?? 'reauthorize';
    this.#flows = new FlowRunner(this.ledger, options.flowTimeout ?? DEFAULT_FLOW_TIMEOUT);
  }

  /**
   * Sends a request with the current token, and again when that failed for a reason that could be cured.
   * @param init its headers, if any, are a plain record
   * @param send the fetch to use for this request
   * @throws {UnauthorizedError} when the user was sent to sign in
   * @throws {InsufficientScopeError} when the token's scope is too narrow and asking is not allowed or cannot help
   * @throws {SdkHttpError} for a 401 that nothing here can cure
   */
  async fetch(url: URL, init: RequestInit, operation: Operation, send = this.#options.fetch): Promise<Response> {
    const budget = new RetryBudget(this.#options.maxStepUpRetries ?? 1);
    const setbacks = this.ledger.setbacks;
    for (;;) {
      const current = await this.#credentials?.current();
      const response = await send(url, withToken(init, current));
      const challenge = readChallenge(response, current?.scheme);
      if (challenge === undefined || challenge.kind === 'forbidden') return response;
      // The proof lacks a nonce, over and over: no other token would change that.
      if (current?.scheme === 'DPoP' && isDpopNonceChallenge(response)) return response;
      const token = current?.token;
      const signal = init.signal ?? undefined;
      const rejection = { challenge, token, operation, budget, setbacks, signal };
      try {
        await this.#recover({ ...rejection, response: await detached(response) });
      } catch (error) {
        if (error instanceof InsufficientScopeError) this.#reportRefusal(error);
        throw error;
      }
    }
  }

  /**
   * Completes the authorization that a redirect began.
   * @param checkState whether the parameters are a whole response, so that `state` can be compared
   */
  async finish(response: URLSearchParams, checkState: boolean): Promise<void> {
    await this.ledger.idle();
    const credentials = this.#credentials;
    if (credentials === undefined) throw new UnauthorizedError('finishAuth() needs an authProvider.');
    const onEvent: FlowRequest['onEvent'] = event => this.#report(event);
    try {
      await this.#flows.run(signal => credentials.finish(response, checkState, { onEvent, signal }));
    } catch (error) {
      this.#noteDenial(error);
      throw error;
    }
  }

  /** Stops the flows begun here before their next step, and lets nobody start another. */
  close(): void {
    this.#flows.stop();
  }

  /** Returns when the request may be sent again; throws what its sender should see otherwise. */
  async #recover(rejection: Rejection): Promise<void> {
    const { challenge, operation, budget, signal } = rejection;
    const { ledger } = this;
    this.#report({ type: 'challenge', kind: challenge.kind, operation, scope: challenge.scope });
    ledger.challenge(challenge.scope);
    ledger.resourceMetadataUrl = challenge.resourceMetadataUrl ?? ledger.resourceMetadataUrl;
    const credentials = this.#credentials;
    if (credentials === undefined) throw await this.#incurable(rejection, 'Pass an authProvider.');
    for (;;) {
      if (ledger.flow !== undefined) {
        this.#report({ type: 'join', operation });
        await this.#join(ledger.flow, rejection);
        continue;
      }
      const current = await credentials.current();
      signal?.throwIfAborted();
      // Somebody may have begun a flow while storage was read. From here to the start of ours nothing is awaited.
      if (this.#isBusy()) continue;
      if (this.#canRetryWith(current, rejection)) return;
      if (ledger.setbacks !== rejection.setbacks) throw (ledger.lastFailure as Error | undefined) ?? this.#redirected();
      if (challenge.kind === 'unauthorized' && budget.renewals === 0) {
        throw await this.#incurable(rejection, 'The new token is rejected, too.');
      }
      const result = await untilAborted(this.#renew(credentials, rejection, current.granted), signal);
      if (result.status === 'REDIRECT') throw this.#redirected();
      return;
    }
  }

  #isBusy(): boolean {
    return this.ledger.flow !== undefined;
  }

  /** Waits for a flow that another request began. It is this request's one renewal, too. */
  async #join(flow: Promise<unknown>, { budget, signal }: Rejection): Promise<void> {
    const result = await untilAborted(flow, signal);
    if (result !== undefined) budget.renewals = 0;
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
    const { challenge, response, budget, operation } = rejection;
    const onEvent: FlowRequest['onEvent'] = event => this.#report({ ...event, operation });
    if (challenge.kind === 'unauthorized') {
      budget.renewals--;
      const scope = (): string | undefined => this.ledger.requested;
      return this.#flows.run(signal =>
        credentials.renew({ response, scope, forceReauthorization: false, onEvent, signal })
      );
    }
    const stepUp = { challenge, operation, ledger: this.ledger, granted, generation: this.ledger.generation };
    const isRefused = !credentials.canStepUp || this.#policy === 'throw' || budget.stepUps === 0 || isPointless(stepUp);
    if (isRefused) throw insufficientScope(stepUp);
    budget.stepUps--;
    return this.#stepUp(credentials, response, stepUp, onEvent);
  }

  #stepUp(
    credentials: Credentials,
    response: Response,
    stepUp: StepUp,
    onEvent: FlowRequest['onEvent']
  ): Promise<AuthResult> {
    let chosen: string | undefined;
    const scope: FlowRequest['scope'] = server => chosen ?? scopeToRequest(stepUp, server);
    return this.#flows.run(
      async signal => {
        const result = await credentials.renew({ response, scope, forceReauthorization: true, onEvent, signal });
        if (result.status === 'REDIRECT') this.ledger.pendingOperation = operationKey(stepUp.operation);
        return result;
      },
      async () => {
        chosen = await decide(this.#policy, stepUp);
      }
    );
  }

  /** Remembers that the user said no to what an operation needs. */
  #noteDenial(error: unknown): void {
    const { ledger } = this;
    if (!(error instanceof OAuthError) || error.code !== (OAuthErrorCode.AccessDenied as string)) return;
    const requested = ledger.discovery?.requestedScope;
    if (ledger.pendingOperation !== undefined) ledger.refusals.set(ledger.pendingOperation, requested);
    this.#report({ type: 'refused', requested, granted: ledger.granted });
  }

  #reportRefusal({ operation, requiredScope, requestedScope, grantedScope }: InsufficientScopeError): void {
    this.#report({
      type: 'refused',
      operation,
      required: requiredScope,
      requested: requestedScope,
      granted: grantedScope
    });
  }

  #report(event: Report): void {
    this.#options.report?.({ resource: this.ledger.resource, ...event });
  }

  /** The error for a challenge that no flow can meet. */
  async #incurable({ challenge, response, operation }: Rejection, advice: string): Promise<Error> {
    if (challenge.kind === 'insufficient_scope') {
      return insufficientScope({ challenge, operation, ledger: this.ledger, granted: undefined, generation: 0 });
    }
    return httpError(SdkErrorCode.ClientHttpAuthentication, response, describe(operation), advice);
  }

  #redirected(): UnauthorizedError {
    return new UnauthorizedError(
      `${this.ledger.resource} needs the user's authorization: the user agent was sent to the authorization server. ` +
        'Pass the parameters of its callback to finishAuth(), then send the request again.'
    );
  }
}

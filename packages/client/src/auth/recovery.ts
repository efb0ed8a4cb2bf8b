import type { AuthEvent, AuthProvider, FetchLike, OAuthClientProvider, Operation } from '@scopeful/core';
import {
  eitherSignal,
  insufficientScope,
  isDpopNonceChallenge,
  pendingOf,
  readChallenge,
  type ScopeChallenge,
  withoutToken
} from '@scopeful/core/challenges';
import {
  asError,
  type FlowEvent,
  type FlowLane,
  type FlowOutcome,
  laneOf,
  InsufficientScopeError,
  operationKey,
  type ScopeLedger,
  SdkErrorCode,
  UnauthorizedError,
  untilAborted
} from '@scopeful/core/engine';
import { FlowQueue, type Waiter } from './flowQueue.js';
import { httpError, readErrorText } from './httpError.js';
import { noteToken } from './requestToken.js';
import { nextStep, type Renewal, RetryBudget, type Step } from './nextStep.js';
import { Consent, type InsufficientScopePolicy } from './stepUp.js';
import { TokenRejectedError } from './tokenRejectedError.js';
import type { AuthorizationSettings, CurrentToken, FlowOrder, TokenSource } from './tokenSource.js';

/** The options of an authorizer. */
export interface AuthorizerOptions extends AuthorizationSettings {
  provider: AuthProvider | OAuthClientProvider | undefined;
  /** The fetch of requests to the MCP server. */
  fetch: FetchLike;
  onInsufficientScope?: InsufficientScopePolicy;
  maxStepUpRetries?: number;
  flowTimeout?: number;
  /** Told what happens. */
  report?: (event: AuthEvent) => void;
  /** Told what `report` throws. */
  onerror?: (error: Error) => void;
}

/** Longest flow, in milliseconds, not counting what a person does. */
const DEFAULT_FLOW_TIMEOUT = 5 * 60 * 1000;

/** One request on its way. */
interface Sending extends Waiter {
  readonly operation: Operation;
  /** How many flows had ended without a token, and how many prompts had been opened, when it was sent last. */
  readonly setbacks: number;
  readonly openings: number;
}

/** The same, and what has been tried for it. */
export interface Attempt extends Sending {
  readonly budget: RetryBudget;
}

/** Its rejection. */
interface Rejection {
  readonly send: Attempt;
  readonly challenge: ScopeChallenge;
  readonly response: Response;
  /** The token that was not enough. */
  readonly token: string | undefined;
  /** Identifies what is done about it, in events. */
  readonly flow: string;
}

/** Makes a copy of a response that holds no connection. */
async function detached(response: Response): Promise<Response> {
  const { status, statusText, headers } = response;
  return new Response(await readErrorText(response), { status, statusText, headers });
}

function describe({ resource, method, name }: Operation): string {
  return `${method}${name === undefined ? '' : ` ${JSON.stringify(name)}`} at ${resource}`;
}

/** The options of a flow that is to renew the token in one of the ways there are. */
const RENEWALS: Readonly<Record<Renewal, Pick<FlowOrder, 'forceReauthorization' | 'revalidate' | 'only'>>> = {
  refresh: { revalidate: 'before redirect' },
  authorize: { revalidate: 'before redirect', forceReauthorization: true },
  refreshOnly: { only: 'refresh' },
  move: { only: 'if moved', forceReauthorization: true }
};

/**
 * Answers 401 and 403: renews the token, steps up, or throws. All that wait for a person, or for one another, do so here;
 * what to do is decided by {@link nextStep}.
 */
export class Recovery {
  readonly ledger: ScopeLedger;
  readonly #lane: FlowLane;
  readonly #tokens: TokenSource | undefined;
  readonly #options: AuthorizerOptions;
  readonly #policy: InsufficientScopePolicy;
  readonly #consent: Consent | undefined;
  readonly #flows: FlowQueue;

  constructor(ledger: ScopeLedger, tokens: TokenSource | undefined, options: AuthorizerOptions) {
    this.ledger = ledger;
    this.#lane = laneOf(ledger);
    this.#tokens = tokens;
    this.#options = options;
    this.#policy = options.onInsufficientScope ?? 'reauthorize';
    this.#consent = typeof this.#policy === 'function' ? new Consent(this.#policy, ledger) : undefined;
    this.#flows = new FlowQueue(this.#lane, ledger.resource, options.flowTimeout ?? DEFAULT_FLOW_TIMEOUT);
  }

  /** Keeps account of what is tried for a request, over all the times that it is sent. */
  attempt(sending: Sending, before: Attempt | undefined): Attempt {
    return { ...sending, budget: before?.budget ?? new RetryBudget(this.#options.maxStepUpRetries ?? 1) };
  }

  /**
   * Does what a response calls for. Resolves to whether the request may be sent again: it may not when no other token would
   * change the answer.
   * @throws whatever the sender should see in place of the response
   */
  async recover(send: Attempt, response: Response, current: CurrentToken | undefined): Promise<boolean> {
    const token = current?.token;
    const challenge = readChallenge(response, current?.scheme);
    if (challenge?.kind !== 'unauthorized' && token !== undefined)
      this.ledger.apply({ type: 'accepted', token, operation: operationKey(send.operation) });
    if (challenge === undefined || challenge.kind === 'forbidden') return false;
    // The proof lacks a nonce, over and over.
    if (current?.scheme === 'DPoP' && isDpopNonceChallenge(response)) return false;
    const flow = crypto.randomUUID();
    const copy = await detached(response);
    noteToken(copy, token);
    try {
      const rejection = { send, challenge: withoutToken(challenge, token), token, response: copy, flow };
      await (this.#consent === undefined || challenge.kind === 'unauthorized'
        ? this.#cure(rejection)
        : this.#consent.during(rejection.challenge, send.operation, () => this.#cure(rejection)));
      return true;
    } catch (error) {
      if (error instanceof InsufficientScopeError) this.#reportRefusal(error, flow);
      throw error;
    }
  }

  /** Completes the authorization that a redirect began. */
  async finish(response: URLSearchParams, checkState: boolean): Promise<void> {
    const onEvent = (event: FlowEvent): void => this.#report(event);
    await this.#flows.run(
      async ({ signal }) => this.#tokens?.run({ response, checkState, onEvent, signal }),
      HOST,
      false
    );
  }

  /** Stops the flows begun here before their next step. `finish()` still works. */
  stop(): void {
    this.#flows.stop();
  }

  /** Returns when the request may be sent again; throws what its sender should see otherwise. */
  async #cure(rejection: Rejection): Promise<void> {
    const { send, challenge, token, flow } = rejection;
    const { operation, budget, signal } = send;
    const { ledger } = this;
    const lane = this.#lane;
    this.#report({ type: 'challenge', kind: challenge.kind, operation, flow, scope: challenge.scope });
    ledger.apply({ type: 'challenged', scope: challenge.scope });
    if (challenge.kind === 'unauthorized') ledger.apply({ type: 'rejected', operation: operationKey(operation) });
    ledger.resourceMetadataUrl = challenge.resourceMetadataUrl ?? ledger.resourceMetadataUrl;
    const tokens = this.#tokens;
    if (tokens === undefined) throw await this.#failure('unauthorized', rejection, 'Pass an authProvider.');
    for (;;) {
      if (lane.working !== undefined) {
        this.#report({ type: 'join', operation, flow });
        await lane.join(signal);
        continue;
      }
      const { token: currentToken } = await untilAborted(tokens.current(), signal);
      // Somebody may have begun a flow while storage was read. From here to the start of ours nothing is awaited.
      if (this.#isBusy()) continue;
      const situation = {
        demand: challenge,
        operation: operationKey(operation),
        rejectedToken: token,
        currentToken,
        isOAuth: tokens.isOAuth,
        hasUser: tokens.hasUser,
        mayStepUp: tokens.isOAuth && this.#policy !== 'throw',
        overtakenBy: lane.setbackSince(send.setbacks)
      };
      const step = nextStep(situation, ledger.state, budget, Date.now());
      if ('do' in step && step.do === 'retry') {
        budget.newerTokens--;
        return;
      }
      if ('fail' in step) throw await this.#failure(step.fail, rejection);
      const outcome = await (step.do === 'renew'
        ? this.#renew(tokens, rejection, step.how)
        : this.#stepUp(tokens, rejection));
      if (outcome?.status === 'REDIRECT') throw this.#redirected();
      if (outcome !== undefined) return;
    }
  }

  #isBusy(): boolean {
    return this.#lane.working !== undefined;
  }

  #renew(tokens: TokenSource, rejection: Rejection, how: Renewal): Promise<FlowOutcome> {
    rejection.send.budget.tried.add(how);
    return this.#run(tokens, rejection, () => RENEWALS[how]);
  }

  #stepUp(tokens: TokenSource, rejection: Rejection): Promise<FlowOutcome> {
    const { send, challenge } = rejection;
    send.budget.stepUps--;
    const consent = this.#consent;
    const flow = (approve?: (signal: AbortSignal) => FlowOrder['approve']): Promise<FlowOutcome> =>
      this.#run(tokens, rejection, stop => ({
        forceReauthorization: true,
        // The question ends with the request that it is for, and with the transport.
        approve: approve?.(eitherSignal(stop, send.signal))
      }));
    if (consent === undefined) return flow();
    return flow(signal => needed => consent.ask(challenge, send.operation, needed, signal));
  }

  #run(
    tokens: TokenSource,
    { send, challenge, token, response, flow }: Rejection,
    how: (signal: AbortSignal) => Partial<FlowOrder>
  ): Promise<FlowOutcome> {
    const onEvent = (event: FlowEvent): void => this.#report(event);
    return this.#flows.run(control => {
      const { operation, openings } = send;
      const order = { ...control, operation, openings, demand: challenge, rejected: { token }, flow, onEvent };
      return tokens.run({ ...order, ...how(control.signal) }, response);
    }, send);
  }

  #reportRefusal(error: InsufficientScopeError, flow: string): void {
    const { operation, requiredScope: required, requestedScope: requested, grantedScope: granted } = error;
    this.#report({ type: 'refused', operation, flow, required, requested, granted });
  }

  /** Tells what happens. A listener that throws stops nothing. */
  #report(event: FlowEvent): void {
    const fail = (error: unknown): void => this.#options.onerror?.(asError(error));
    try {
      const told: unknown = this.#options.report?.({ resource: this.ledger.resource, time: Date.now(), ...event });
      // A listener may be an async function.
      Promise.resolve(told).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  /** Makes the error for a challenge that no flow can meet. */
  async #failure(
    why: Extract<Step, { fail: unknown }>['fail'],
    { challenge, response, send: { operation } }: Rejection,
    advice = 'The new token is rejected, too.'
  ): Promise<Error> {
    if (why === 'overtaken') return (this.#lane.lastFailure as Error | undefined) ?? this.#redirected();
    if (challenge.kind === 'insufficient_scope') return insufficientScope(this.ledger, challenge, operation);
    if (why !== 'rejectedToken') {
      return httpError(SdkErrorCode.ClientHttpAuthentication, response, describe(operation), advice);
    }
    return new TokenRejectedError(describe(operation), this.ledger.resource, this.ledger.state.issuer, response.status);
  }

  #redirected(): UnauthorizedError {
    const pending = !pendingOf(this.#options.provider ?? this).isEmpty;
    const what = pending
      ? 'the user agent was sent to the authorization server. Pass the parameters of its callback to finishAuth(), then '
      : 'a prompt was opened after this request was sent, which is over by now. Just ';
    return new UnauthorizedError(
      `${this.ledger.resource} needs the user's authorization: ${what}send the request again.`,
      { pending }
    );
  }
}

/** Who waits for what the host itself began. */
const HOST: Waiter = { signal: undefined, holdTimeout: undefined };

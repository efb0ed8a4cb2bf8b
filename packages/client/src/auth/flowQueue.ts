import { PROMPT_LIFETIME } from '@scopeful/core/challenges';
import {
  type FlowLane,
  type FlowOutcome,
  InsufficientScopeError,
  OAuthClientFlowError,
  OAuthError,
  OAuthErrorCode,
  PausableTimer,
  SdkError,
  SdkErrorCode,
  untilAborted
} from '@scopeful/core/engine';

/** A request that waits for a flow. */
export interface Waiter {
  readonly signal: AbortSignal | undefined;
  /** Stops the clock of the request's timeout until the function that it returns is called (R35). */
  readonly holdTimeout: (() => () => void) | undefined;
}

/** What a flow is given to work with. */
export interface FlowControl {
  readonly signal: AbortSignal;
  /** Waits for a person, ten minutes at most: neither the flow's time nor the request's timeout runs meanwhile. */
  readonly person: <T>(wait: () => Promise<T>) => Promise<T>;
  /** Whether a request still waits for the outcome. */
  readonly isWanted: () => boolean;
}

/** Carries what fails one request alone, such as what its policy threw, past those who would share it. */
export class OwnFailure extends Error {
  constructor(readonly error: unknown) {
    super('A failure of one request alone');
  }
}

/**
 * Tells whether an error says nothing about what other operations may have, or is told to all that it concerns already.
 */
function isOfOneOperation(error: unknown): boolean {
  if (error instanceof InsufficientScopeError) return true;
  const codes: string[] = [OAuthErrorCode.AccessDenied, OAuthErrorCode.InvalidScope];
  return error instanceof OAuthError && codes.includes(error.code);
}

/**
 * Runs the flows that one transport begins: within their time, until it is closed. Their turn is given to them by the
 * lane that they share with every other transport of the resource.
 */
export class FlowQueue {
  readonly #running = new Set<AbortController>();

  /**
   * @param resource URL of the MCP server, for messages
   * @param limit of one flow, in milliseconds, not counting what a person does
   */
  constructor(
    readonly lane: FlowLane,
    readonly resource: string,
    readonly limit: number
  ) {}

  /** Stops what runs before its next step. What is run after this is not concerned. */
  stop(): void {
    const reason = new SdkError(SdkErrorCode.ConnectionClosed, 'The transport was closed');
    for (const ending of this.#running) ending.abort(reason);
  }

  /**
   * Runs a flow. What fails because of one operation (its policy, its refusal), or because it was stopped or took too long,
   * fails for its own request alone; other failures are those of every request that was sent before, where they are shared
   * at all.
   */
  async run(
    work: (control: FlowControl) => Promise<FlowOutcome>,
    waiter: Waiter,
    isShared = true
  ): Promise<FlowOutcome> {
    const ending = new AbortController();
    this.#running.add(ending);
    const timer = new PausableTimer(this.limit, () => ending.abort(this.#timedOut()));
    const control: FlowControl = {
      signal: ending.signal,
      isWanted: () => waiter.signal?.aborted !== true || this.lane.joined > 0,
      person: async wait => {
        const resume = timer.pause();
        const release = waiter.holdTimeout?.();
        const patience = new PausableTimer(PROMPT_LIFETIME, () => ending.abort(this.#unanswered()));
        try {
          return await untilAborted(wait(), ending.signal);
        } finally {
          patience.clear();
          release?.();
          resume();
        }
      }
    };
    const isOwn = (): boolean => !isShared || ending.signal.aborted || waiter.signal?.aborted === true;
    const flow = this.#settle(work(control), isOwn, ending.signal).finally(() => {
      timer.clear();
      this.#running.delete(ending);
    });
    flow.catch(() => undefined);
    return untilAborted(flow, waiter.signal);
  }

  async #settle(work: Promise<FlowOutcome>, isOwn: () => boolean, signal: AbortSignal): Promise<FlowOutcome> {
    try {
      // When its time is up nobody waits for it any longer, whatever it does.
      return await untilAborted(work, signal);
    } catch (error) {
      if (error instanceof OwnFailure) throw error.error;
      if (!isOwn() && !isOfOneOperation(error)) this.lane.setBack(error);
      throw error;
    }
  }

  #unanswered(): OAuthClientFlowError {
    return new OAuthClientFlowError(
      `Nobody answered within ${PROMPT_LIFETIME / 60_000} minutes what was asked for ${this.resource}: whether to ask for more ` +
        'scope, or to sign in. Send the request again to be asked again.',
      'UNANSWERED'
    );
  }

  #timedOut(): OAuthClientFlowError {
    return new OAuthClientFlowError(
      `The authorization for ${this.resource} was not done within ${this.limit} ms: the provider or the authorization ` +
        'server does not answer. Send the request again, or raise flowTimeout.',
      'FLOW_TIMEOUT'
    );
  }
}

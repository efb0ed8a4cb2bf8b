import type { AuthResult } from '@scopeful/core';
import {
  InsufficientScopeError,
  OAuthClientFlowError,
  type ScopeLedger,
  SdkError,
  SdkErrorCode
} from '@scopeful/core/engine';

/**
 * Runs work that is told to stop when its time is up, or when `stop` says so. When its time is up nobody waits for it any
 * longer, whatever it does.
 * @param limit in milliseconds
 */
async function withinTime<T>(
  limit: number,
  expired: () => Error,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController();
  const forward = (): void => controller.abort(stop.reason);
  if (stop.aborted) forward();
  stop.addEventListener('abort', forward);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = expired();
      controller.abort(error);
      reject(error);
    }, limit);
  });
  try {
    return await Promise.race([work(controller.signal), timeUp]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', forward);
  }
}

/** Runs the authorizations of a ledger one at a time, for all who need one. */
export class FlowRunner {
  #stopping = new AbortController();

  /** @param limit of one flow, in milliseconds */
  constructor(
    readonly ledger: ScopeLedger,
    readonly limit: number
  ) {}

  /** Stops what runs before its next step. What is run after this is not concerned. */
  stop(): void {
    this.#stopping.abort(new SdkError(SdkErrorCode.ConnectionClosed, 'The transport was closed'));
    this.#stopping = new AbortController();
  }

  /**
   * Runs a flow that others wait for. What fails because of one operation (its policy, its refusal), or because it was
   * stopped, fails for its own request alone.
   * @param prepare what comes first and takes as long as the user does
   */
  run(work: (signal: AbortSignal) => Promise<AuthResult>, prepare?: () => Promise<void>): Promise<AuthResult> {
    const { ledger, limit } = this;
    const { signal: stop } = this.#stopping;
    let isOwn = prepare !== undefined;
    const run = async (): Promise<AuthResult> => {
      try {
        await prepare?.();
        stop.throwIfAborted();
        isOwn = false;
        return await withinTime(limit, () => this.#timedOut(), stop, work);
      } finally {
        ledger.flow = undefined;
      }
    };
    const flow = run();
    ledger.flow = flow.then(
      result => result,
      (error: unknown) => {
        if (isOwn || stop.aborted || error instanceof InsufficientScopeError) return undefined;
        ledger.setBack(error);
        throw error;
      }
    );
    // Whoever waits sees the failure; when nobody does any more, it is no unhandled one.
    ledger.flow.catch(() => undefined);
    return flow;
  }

  #timedOut(): OAuthClientFlowError {
    return new OAuthClientFlowError(
      `The authorization for ${this.ledger.resource} was not done within ${this.limit} ms: the provider or the ` +
        'authorization server does not answer. Send the request again, or raise flowTimeout.',
      'FLOW_TIMEOUT'
    );
  }
}

import type { Operation } from '@scopeful/core';
import { insufficientScope, type ScopeChallenge } from '@scopeful/core/challenges';
import { mergeScopes, missingScope, type ScopeLedger, untilAborted } from '@scopeful/core/engine';
import { OwnFailure } from './flowQueue.js';

/** An operation that a prompt is for, and the scope that its challenge names. */
export interface OperationInNeed {
  operation: Operation;
  scope?: string;
}

/** The facts that an {@link InsufficientScopePolicy} function decides on. Scopes are white-space separated sets. */
export interface InsufficientScopeContext {
  /** The operation that was challenged first. */
  operation: Operation;
  /** Every operation that the decision is for, each with the scope that it needs. */
  operations: OperationInNeed[];
  /** Everything asked for before. */
  previous?: string;
  /** Everything that would be asked for in addition. */
  added?: string;
  /** Everything that would be asked for. */
  requested?: string;
  /** The words of the server's challenge. Untrusted. */
  challenge: { scope?: string; error?: string; errorDescription?: string; resourceMetadataUrl?: URL };
  /** Aborts when no request waits for the decision any more. */
  signal: AbortSignal;
}

/** Ask for more, give up, or ask for this instead. */
export type InsufficientScopeDecision = 'reauthorize' | 'throw' | { scope: string };

/**
 * How a transport answers a scope challenge. A function is asked before anything is sent to the authorization server. Its
 * promise may be typed as one of any string, since TypeScript takes the literal of an `async` function for one; another
 * string than those above is a `TypeError` all the same.
 */
export type InsufficientScopePolicy =
  | 'reauthorize'
  | 'throw'
  | ((context: InsufficientScopeContext) => InsufficientScopeDecision | Promise<{ scope: string } | string>);

type PolicyFunction = Extract<InsufficientScopePolicy, (...args: never[]) => unknown>;

/** One request that waits for the decision. */
interface Participant {
  readonly challenge: ScopeChallenge;
  readonly operation: Operation;
  readonly needed: string | undefined;
  readonly resolve: (scope: string | undefined) => void;
  readonly reject: (error: unknown) => void;
  /** The scope that was agreed to before others joined. */
  agreed?: { scope: string | undefined };
}

/**
 * One question to whoever decides, for all requests that are challenged while it is open: who comes later and needs more
 * has it put once more, with everything in it (R13, R36).
 */
export class Consent {
  readonly #participants = new Set<Participant>();
  #asking: AbortController | undefined;
  /** The operations that lack a scope now. */
  readonly #inNeed = new Set<OperationInNeed>();
  /** The last agreement, as long as any of them may act on it. */
  #agreement: { shown: string | undefined; scope: string | undefined } | undefined;

  constructor(
    readonly policy: PolicyFunction,
    readonly ledger: ScopeLedger
  ) {}

  /**
   * Runs what is done about a challenge. Meanwhile its operation is one of those that a question is for, and what was agreed
   * to stands until all of this has ended: nothing is asked twice that one prompt will serve.
   */
  async during<T>(challenge: ScopeChallenge, operation: Operation, recovery: () => Promise<T>): Promise<T> {
    const inNeed: OperationInNeed = { operation, scope: challenge.scope };
    this.#inNeed.add(inNeed);
    try {
      return await recovery();
    } finally {
      this.#inNeed.delete(inNeed);
      if (this.#inNeed.size === 0) this.#agreement = undefined;
    }
  }

  /**
   * Resolves to the scope that was agreed to.
   * @param signal ends with the request
   * @throws {InsufficientScopeError} when the policy says so
   */
  ask(
    challenge: ScopeChallenge,
    operation: Operation,
    needed: string | undefined,
    signal: AbortSignal
  ): Promise<string | undefined> {
    const agreement = this.#agreement;
    if (agreement !== undefined && missingScope(needed, agreement.shown) === undefined)
      return Promise.resolve(agreement.scope);
    return new Promise((resolve, reject) => {
      const participant: Participant = { challenge, operation, needed, resolve, reject };
      const leave = (): void => {
        if (!this.#participants.delete(participant)) return;
        if (this.#participants.size === 0) this.#asking?.abort(signal.reason);
        reject(new OwnFailure(signal.reason));
      };
      this.#participants.add(participant);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      if (this.#asking === undefined && this.#participants.size > 0) void this.#decide();
    });
  }

  /** Puts the question until it has been put with everything that is needed. */
  async #decide(): Promise<void> {
    while (this.#participants.size > 0) {
      const asking = (this.#asking = new AbortController());
      const asked = [...this.#participants];
      const requested = mergeScopes(...asked.map(({ needed }) => needed));
      try {
        const decision = await untilAborted(this.#put(asked, requested, asking.signal), asking.signal);
        if (decision === 'throw')
          this.#refuse(asked, ({ challenge, operation }) => insufficientScope(this.ledger, challenge, operation));
        else this.#agree(asked, requested, decision === 'reauthorize' ? requested : mergeScopes(decision.scope));
      } catch (error) {
        // Nobody waits for this answer any more; whoever came since has not been asked.
        if (!asking.signal.aborted) this.#refuse(asked, () => new OwnFailure(error));
      }
    }
    this.#asking = undefined;
  }

  async #put(
    asked: readonly Participant[],
    requested: string | undefined,
    signal: AbortSignal
  ): Promise<InsufficientScopeDecision> {
    const [{ operation, challenge }] = asked as [Participant];
    const { scope, error, errorDescription, resourceMetadataUrl } = challenge;
    const previous = this.ledger.state.sent;
    return checked(
      await this.policy({
        operation,
        operations: [...this.#inNeed].filter(each => missingScope(each.scope, requested) === undefined),
        previous,
        added: missingScope(requested, previous),
        requested,
        challenge: { scope, error, errorDescription, resourceMetadataUrl },
        signal
      })
    );
  }

  /** Ends the question, unless somebody came meanwhile who needs more than was shown. */
  #agree(asked: readonly Participant[], shown: string | undefined, scope: string | undefined): void {
    for (const participant of asked) participant.agreed = { scope };
    const all = [...this.#participants];
    if (all.some(({ agreed, needed }) => agreed === undefined && missingScope(needed, shown) !== undefined)) return;
    this.#agreement = { shown, scope };
    this.#participants.clear();
    for (const { resolve } of all) resolve(scope);
  }

  #refuse(asked: readonly Participant[], reasonFor: (participant: Participant) => unknown): void {
    for (const participant of asked) {
      if (!this.#participants.delete(participant)) continue;
      // What was agreed to before others joined stays agreed to.
      if (participant.agreed !== undefined) participant.resolve(participant.agreed.scope);
      else participant.reject(reasonFor(participant));
    }
  }
}

/** @throws {TypeError} when a decision is none */
function checked(decision: { scope: string } | string | null): InsufficientScopeDecision {
  if (decision === 'reauthorize' || decision === 'throw') return decision;
  if (typeof decision === 'object' && typeof decision?.scope === 'string' && mergeScopes(decision.scope) !== undefined)
    return decision;
  throw new TypeError("onInsufficientScope must answer 'reauthorize', 'throw' or { scope }, which names at least one.");
}

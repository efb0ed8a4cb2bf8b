import type { Operation } from './errors.js';

/** What an authorization was asked for, and the scope that it needs. */
export interface PendingOperation {
  readonly operation: Operation;
  readonly scope: string | undefined;
}

/** An authorization request whose answer has not come. */
export interface PendingAuthorization {
  readonly flow: string;
  /** URL of the MCP server. */
  readonly resource: string;
  readonly state: string | undefined;
  readonly verifier: string;
  readonly scope: string | undefined;
  readonly issuer: string;
  readonly operations: readonly PendingOperation[];
  /** In milliseconds since the epoch. */
  readonly begunAt: number;
  /** Whether its callback has brought tokens. */
  isGranted: boolean;
}

/** How many prompts can be open at once: a person has lost sight of earlier ones. */
const MAX_PENDING = 16;

/** How many callbacks are remembered as redeemed. */
const MAX_REDEEMED = 32;

/** How long a prompt that nobody answered counts as open, in milliseconds (R31). */
export const PROMPT_LIFETIME = 10 * 60_000;

/** The authorization requests that this process made for a provider, each redeemed once (R33). */
export class PendingAuthorizations {
  readonly #open = new Set<PendingAuthorization>();
  readonly #redeemed = new Map<string, Promise<unknown>>();

  /** Whether a callback can be expected. */
  get isEmpty(): boolean {
    const now = Date.now();
    return ![...this.#open].some(({ begunAt }) => now - begunAt < PROMPT_LIFETIME);
  }

  /** Returns the authorization request made last for a resource; for any, where there is none for that. */
  newest(resource: string): PendingAuthorization | undefined {
    const open = [...this.#open];
    return open.findLast(pending => pending.resource === resource) ?? open.at(-1);
  }

  has(pending: PendingAuthorization): boolean {
    return this.#open.has(pending);
  }

  add(pending: PendingAuthorization): void {
    this.#open.add(pending);
    const [oldest] = this.#open;
    if (this.#open.size > MAX_PENDING && oldest !== undefined) this.#open.delete(oldest);
  }

  /** Returns the request that was made last with a `state`. */
  withState(state: string): PendingAuthorization | undefined {
    return [...this.#open].findLast(pending => pending.state === state);
  }

  /** Forgets a request that was answered. */
  close(pending: PendingAuthorization): void {
    this.#open.delete(pending);
  }

  /** Forgets earlier requests that asked for no more: their late answers would replace a newer grant. */
  supersede(by: PendingAuthorization, covers: (wider: string | undefined, scope: string | undefined) => boolean): void {
    for (const pending of this.#open) {
      const isOlder = pending.resource === by.resource && pending.begunAt <= by.begunAt;
      if (isOlder && covers(by.scope, pending.scope)) this.#open.delete(pending);
    }
  }

  /**
   * Redeems a callback once: who comes with the same again has the outcome of the first.
   * @param key the `state` of the callback, or its code
   * @param canRetry whether after this failure the same callback may be redeemed after all
   */
  redeem<T>(key: string, work: () => Promise<T>, canRetry: (error: unknown) => boolean): Promise<T> {
    const known = this.#redeemed.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const outcome = work();
    this.#redeemed.set(key, outcome);
    const [oldest] = this.#redeemed.keys();
    if (this.#redeemed.size > MAX_REDEEMED && oldest !== undefined) this.#redeemed.delete(oldest);
    outcome.catch((error: unknown) => {
      if (canRetry(error) && this.#redeemed.get(key) === outcome) this.#redeemed.delete(key);
    });
    return outcome;
  }
}

const pending = new WeakMap<object, PendingAuthorizations>();

/** Returns the authorization requests that were made for a provider. */
export function pendingOf(provider: object): PendingAuthorizations {
  let known = pending.get(provider);
  if (known === undefined) pending.set(provider, (known = new PendingAuthorizations()));
  return known;
}

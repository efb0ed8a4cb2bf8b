import { untilAborted } from '../abort.js';
import type { AuthResult } from './authResult.js';
import type { ScopeLedger } from './ledger.js';
import type { PendingOperation } from './pendingAuthorizations.js';

/** A person who is asked, or is about to be. */
export interface Prompt {
  /** What is asked for; the scope can still grow while `isOpen` is false, unless it was fixed. */
  scope: string | undefined;
  isFixed: boolean;
  isOpen: boolean;
  /** Its number among the prompts that were opened; 0 until then. */
  opening: number;
  /** Whether who began it ended it before it was answered. */
  isGivenUp: boolean;
  /** How many other flows wait for its outcome. */
  joined: number;
  /** When the user agent was sent away, in milliseconds since the epoch. */
  openedAt: number;
  /** What the tokens are needed for. */
  readonly operations: PendingOperation[];
  result: Promise<AuthResult>;
}

/** The place of one flow in its lane. */
export interface Turn {
  /** Lets others work while a person, or another flow's prompt, is waited for; then takes its place again. */
  outside<T>(wait: () => Promise<T>): Promise<T>;
}

/**
 * The longest time that others wait for a flow at work, in milliseconds: a provider's method may never settle. One OAuth
 * request may take less, and a request of MCP waits longer.
 */
const LONGEST_TURN = 40_000;

/**
 * Lets the flows of one resource work one at a time (R13). A flow that waits for a person stands aside: tokens are
 * refreshed meanwhile, and callbacks redeemed.
 */
export class FlowLane {
  /** Settles, and never rejects, when the flow that is at work ends or stands aside. */
  working: Promise<void> | undefined;
  /** The prompt that was begun last, until it is answered. */
  prompt: Prompt | undefined;
  /** How many prompts have been opened. */
  openings = 0;
  /** The number of the last prompt that sent the user away without waiting for the answer. */
  lastRedirect = 0;
  /** How many flows ended with a redirect or a failure: a request sent before the last one must not begin another. */
  setbacks = 0;
  /** The error that the last flow failed with; undefined when it ended with a redirect. */
  lastFailure: unknown;
  /** How many flows ended with a result, and the last one's. */
  results = 0;
  lastResult: AuthResult | undefined;
  #joined = 0;

  /** How many requests wait for the flow at work. */
  get joined(): number {
    return this.#joined;
  }

  /** Waits until the flow that is at work ends or stands aside. */
  async join(signal: AbortSignal | undefined): Promise<void> {
    this.#joined++;
    try {
      await untilAborted(this.working ?? Promise.resolve(), signal);
    } finally {
      this.#joined--;
    }
  }

  /** Notes that a flow ended without a token. */
  setBack(failure?: unknown): void {
    this.setbacks++;
    this.lastFailure = failure;
  }

  /** Tells what the last setback was; undefined when there were no more than so many. */
  setbackSince(count: number): 'failure' | 'redirect' | undefined {
    if (this.setbacks === count) return undefined;
    return this.lastFailure === undefined ? 'redirect' : 'failure';
  }

  /**
   * Runs a flow when no other is at work: at once, if that is now.
   * @param signal gives the place up, whatever the flow still does
   */
  async run<T extends AuthResult | undefined>(flow: (turn: Turn) => Promise<T>, signal?: AbortSignal): Promise<T> {
    let leave: (() => void) | undefined;
    let isOver = false;
    const enter = async (): Promise<void> => {
      while (this.working !== undefined && !isOver) await this.working;
      if (isOver) return;
      this.working = new Promise(resolve => {
        const giveUp = setTimeout(() => end(), LONGEST_TURN);
        // In Node a timer keeps the process alive, unless it is told not to.
        (giveUp as { unref?: () => void }).unref?.();
        leave = () => {
          clearTimeout(giveUp);
          leave = undefined;
          this.working = undefined;
          resolve();
        };
      });
    };
    const end = (): void => {
      isOver = true;
      leave?.();
    };
    signal?.addEventListener('abort', end);
    try {
      await enter();
      signal?.throwIfAborted();
      const result = await flow({
        outside: async wait => {
          leave?.();
          try {
            return await wait();
          } finally {
            await enter();
          }
        }
      });
      this.results++;
      this.lastResult = result;
      return result;
    } finally {
      signal?.removeEventListener('abort', end);
      end();
    }
  }
}

const lanes = new WeakMap<ScopeLedger, FlowLane>();

/** Returns the lane of the flows that change a record. */
export function laneOf(ledger: ScopeLedger): FlowLane {
  let lane = lanes.get(ledger);
  if (lane === undefined) lanes.set(ledger, (lane = new FlowLane()));
  return lane;
}

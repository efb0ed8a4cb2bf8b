/** When a request gives up: `timeout` after the last progress, and `maxTotal` after its start at the latest. */
export class Deadline {
  readonly #timeout: number;
  readonly #total: number;
  #idle: number;
  /** What is left of the timeout while it stands still. */
  #held: number | undefined;

  /** @param spent how much of the timeout is over already */
  constructor(timeout: number, maxTotal = Infinity, spent = 0) {
    const now = performance.now();
    this.#timeout = timeout;
    this.#idle = now + timeout - spent;
    this.#total = now + maxTotal;
  }

  /** Progress was made. */
  postpone(): void {
    if (this.#held === undefined) this.#idle = performance.now() + this.#timeout;
    else this.#held = this.#timeout;
  }

  /** Lets the timeout stand still; the total goes on. */
  hold(): void {
    this.#held = this.#idle - performance.now();
    this.#idle = Infinity;
  }

  /** Lets the timeout go on. */
  resume(): void {
    this.#idle = performance.now() + (this.#held ?? this.#timeout);
    this.#held = undefined;
  }

  /** Milliseconds left. */
  remaining(): number {
    return Math.min(this.#idle, this.#total) - performance.now();
  }

  /** Tells whether it is the total that ran out. */
  totalElapsed(): boolean {
    return performance.now() >= this.#total;
  }
}

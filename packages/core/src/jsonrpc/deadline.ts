/** When a request gives up: `timeout` after the last progress, and `maxTotal` after its start at the latest. */
export class Deadline {
  readonly #timeout: number;
  readonly #total: number;
  #idle: number;

  constructor(timeout: number, maxTotal = Infinity) {
    const now = performance.now();
    this.#timeout = timeout;
    this.#idle = now + timeout;
    this.#total = now + maxTotal;
  }

  /** Progress was made. */
  postpone(): void {
    this.#idle = performance.now() + this.#timeout;
  }

  /** Milliseconds left. */
  remaining(): number {
    return Math.min(this.#idle, this.#total) - performance.now();
  }

  /** Whether it is the total that ran out. */
  totalElapsed(): boolean {
    return performance.now() >= this.#total;
  }
}

/** The longest delay that a timer takes, in milliseconds: a longer one would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Runs something when a time is up, during which it can stand still. Any time beyond what timers take is no limit. */
export class PausableTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #startedAt = 0;
  #pauses = 0;
  #isOver = false;

  /** @param remaining in milliseconds */
  constructor(
    private remaining: number,
    private readonly expired: () => void
  ) {
    this.#start();
  }

  /** Stops the clock until every function that pauses returned has been called. */
  pause(): () => void {
    if (this.#pauses++ === 0) {
      clearTimeout(this.#timer);
      this.remaining -= performance.now() - this.#startedAt;
    }
    return () => {
      if (--this.#pauses === 0) this.#start();
    };
  }

  clear(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #start(): void {
    this.#startedAt = performance.now();
    if (!this.#isOver && this.remaining <= LONGEST_DELAY) this.#timer = setTimeout(this.expired, this.remaining);
  }
}

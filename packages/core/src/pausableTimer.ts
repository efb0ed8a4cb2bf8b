/** The longest delay that a timer takes, in milliseconds: a longer one would fire at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** Runs something when a time is up, however long that is, and during which it can stand still. */
export class PausableTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #remaining: number;
  #startedAt = 0;
  #pauses = 0;
  #isOver = false;
  readonly #expired: () => void;

  /** @param time in milliseconds; `Infinity` is never up */
  constructor(time: number, expired: () => void) {
    this.#remaining = time;
    this.#expired = expired;
    this.#start();
  }

  /** Stops the clock until every function that pauses returned has been called. */
  pause(): () => void {
    if (this.#pauses++ === 0) this.#stop();
    let isPaused = true;
    return () => {
      if (isPaused && --this.#pauses === 0) this.#start();
      isPaused = false;
    };
  }

  clear(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#remaining -= performance.now() - this.#startedAt;
  }

  #start(): void {
    if (this.#isOver || this.#remaining === Infinity) return;
    this.#startedAt = performance.now();
    const isFar = this.#remaining > LONGEST_DELAY;
    const run = isFar ? (): void => this.#goOn() : this.#expired;
    this.#timer = setTimeout(run, isFar ? LONGEST_DELAY : this.#remaining);
  }

  #goOn(): void {
    this.#stop();
    this.#start();
  }
}

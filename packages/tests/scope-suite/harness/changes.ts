/** How long something may take that a client either does at once or not at all, in milliseconds. */
const SOON = 1_500;

/** Lets a scenario wait for what its servers and providers see, without polling: conditions are looked at on each change. */
export class Changes {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Waits for a condition. */
  until(condition: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Waits for what may never come, and not for long. */
  async soon(condition: () => boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>(resolve => (timer = setTimeout(resolve, SOON)));
    await Promise.race([this.until(condition), elapsed]);
    clearTimeout(timer);
  }
}

/** Something to wait at until it is opened. */
export class Gate {
  readonly opened: Promise<void>;
  open!: () => void;

  constructor() {
    this.opened = new Promise(resolve => (this.open = resolve));
  }
}

/** Someone who wants to know when a signal of the caller aborts. */
export interface Aborted {
  aborted(signal: AbortSignal): void;
}

/**
 * Listens to each signal once, however many requests share it: a listener per request makes Node warn of a leak at the
 * eleventh, and nothing stays behind on a signal that outlives its requests.
 */
export class CallerSignals {
  readonly #watches = new Map<AbortSignal, { listener: () => void; waiting: Set<Aborted> }>();

  add(signal: AbortSignal, waiting: Aborted): void {
    const watch = this.#watches.get(signal) ?? this.#listen(signal);
    watch.waiting.add(waiting);
  }

  delete(signal: AbortSignal, waiting: Aborted): void {
    const watch = this.#watches.get(signal);
    if (watch === undefined) return;
    watch.waiting.delete(waiting);
    if (watch.waiting.size > 0) return;
    signal.removeEventListener('abort', watch.listener);
    this.#watches.delete(signal);
  }

  #listen(signal: AbortSignal): { listener: () => void; waiting: Set<Aborted> } {
    const waiting = new Set<Aborted>();
    const listener = (): void => {
      for (const each of [...waiting]) each.aborted(signal);
    };
    const watch = { listener, waiting };
    this.#watches.set(signal, watch);
    signal.addEventListener('abort', listener);
    return watch;
  }
}

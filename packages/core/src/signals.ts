/**
 * Makes a signal that aborts as soon as one of two does. `AbortSignal.any` will not do: on Node 20 what it returns can
 * be collected while a request still depends on it.
 */
export function eitherSignal(one: AbortSignal, other: AbortSignal | null | undefined): AbortSignal {
  if (other == null) return one;
  const controller = new AbortController();
  for (const signal of [one, other]) {
    const forward = (): void => controller.abort(signal.reason);
    if (signal.aborted) forward();
    else signal.addEventListener('abort', forward, { once: true });
  }
  return controller.signal;
}

/** Waits some milliseconds, or until `signal` aborts. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    signal?.addEventListener('abort', wake);
  });
}

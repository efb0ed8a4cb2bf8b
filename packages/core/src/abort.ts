/** Tells why a signal aborted: what its owner gave, or else an `AbortError`. */
export function abortReason(signal: AbortSignal): Error {
  // Whatever the owner gave is passed on as it is, Error or not.
  return (signal.reason ?? new DOMException('This operation was aborted', 'AbortError')) as Error;
}

/** Settles as `work` does, or rejects as soon as `signal` aborts. `work` itself goes on. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

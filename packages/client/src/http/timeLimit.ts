/**
 * Runs work that is told to stop when its time is up, or when `stop` says so. When its time is up nobody waits for it any
 * longer, whatever it does.
 * @param limit in milliseconds
 */
export async function withinTime<T>(
  limit: number,
  expired: () => Error,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController();
  const forward = (): void => controller.abort(stop.reason);
  if (stop.aborted) forward();
  stop.addEventListener('abort', forward);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = expired();
      controller.abort(error);
      reject(error);
    }, limit);
  });
  try {
    return await Promise.race([work(controller.signal), timeUp]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', forward);
  }
}

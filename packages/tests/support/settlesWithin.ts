/** Waits until all of some work is done; answers whether that came to pass within a time, in milliseconds. */
export async function settlesWithin(work: readonly Promise<unknown>[], limit: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>(resolve => (timer = setTimeout(resolve, limit, false)));
  const end = await Promise.race([Promise.all(work).then(() => true), late]);
  clearTimeout(timer);
  return end;
}

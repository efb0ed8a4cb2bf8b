/**
 * Tells a response about authorization from any other, by its HTTP status: `unauthorized` asks for another token,
 * `forbidden` may. No other place does.
 */
export function refusalOf({ status }: Response): 'unauthorized' | 'forbidden' | undefined {
  if (status === 401) return 'unauthorized';
  return status === 403 ? 'forbidden' : undefined;
}

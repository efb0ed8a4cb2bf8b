/**
 * The one place that tells a response about authorization from any other, by its HTTP status: `unauthorized` asks for
 * another token, `forbidden` may.
 */
export function refusalOf({ status }: Response): 'unauthorized' | 'forbidden' | undefined {
  if (status === 401) return 'unauthorized';
  return status === 403 ? 'forbidden' : undefined;
}

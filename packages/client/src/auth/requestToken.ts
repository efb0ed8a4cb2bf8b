/** The token that the request of a response carried: its server may repeat it. */
const tokens = new WeakMap<Response, string>();

/** Notes the token that a response's request carried, so that no error shows it. */
export function noteToken(response: Response, token: string | undefined): void {
  if (token !== undefined) tokens.set(response, token);
}

/** Returns the token that a response's request carried. */
export function tokenOf(response: Response): string | undefined {
  return tokens.get(response);
}

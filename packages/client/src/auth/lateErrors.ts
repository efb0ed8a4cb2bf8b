import type { SdkErrorCode, SdkHttpError } from '@scopeful/core';

/** The token that the request of a response carried: its server may repeat it. */
const tokens = new WeakMap<Response, string>();

/** Notes the token that a response's request carried, so that no error shows it. */
export function noteToken(response: Response, token: string | undefined): void {
  if (token !== undefined) tokens.set(response, token);
}

/** The token that a response's request carried. */
export function tokenOf(response: Response): string | undefined {
  return tokens.get(response);
}

/** The error for a response that cannot be used. How to word it is loaded when it is needed. */
export async function httpError(
  code: SdkErrorCode,
  response: Response,
  request: string,
  advice?: string
): Promise<SdkHttpError> {
  const errors = await import('./httpError.js');
  return errors.httpError(code, response, request, advice);
}

import type { SdkErrorCode, SdkHttpError } from '@scopeful/core';

/** Makes the error for a response that cannot be used. How to word it is loaded when it is needed. */
export async function httpError(
  code: SdkErrorCode,
  response: Response,
  request: string,
  advice?: string
): Promise<SdkHttpError> {
  const errors = await import('./httpError.js');
  return errors.httpError(code, response, request, advice);
}

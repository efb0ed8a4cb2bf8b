import { SdkHttpError, type SdkErrorCode } from '@scopeful/core';
import { readText } from '@scopeful/core/internal';

const MAX_ERROR_TEXT = 64 * 1024;

/** The body of a response that failed, as far as it could be read. */
export function readErrorText(response: Response): Promise<string> {
  return readText(response, MAX_ERROR_TEXT).catch(() => '');
}

/** The error for a response that cannot be used. Its body, which explains it, is kept in `data.text`. */
export async function httpError(
  code: SdkErrorCode,
  response: Response,
  request: string,
  advice?: string
): Promise<SdkHttpError> {
  const text = await readErrorText(response);
  const { status, statusText } = response;
  const said = text === '' ? '' : `: ${JSON.stringify(text.slice(0, 500))}`;
  const message = `${request} was answered with HTTP ${status}${said}${advice === undefined ? '' : `. ${advice}`}`;
  return new SdkHttpError(code, message, { status, statusText, text });
}

import { cleanText, readChallenge, withoutSecrets } from '@scopeful/core/challenges';
import { readText, SdkErrorCode, SdkHttpError } from '@scopeful/core/engine';
import { tokenOf } from './requestToken.js';

const MAX_ERROR_TEXT = 64 * 1024;

/** How long the body of an error is waited for, in milliseconds: what matters is in the header. */
const ERROR_TEXT_PATIENCE = 1_000;

/** Returns the body of a response that failed, as far as it could be read. */
export function readErrorText(response: Response): Promise<string> {
  return readText(response, MAX_ERROR_TEXT, ERROR_TEXT_PATIENCE).catch(() => '');
}

/** Tells what an authorization failure is called, whatever was being attempted. */
function codeOf(response: Response, attempted: SdkErrorCode): SdkErrorCode {
  const kind = readChallenge(response)?.kind;
  if (kind === 'unauthorized') return SdkErrorCode.ClientHttpAuthentication;
  return kind === undefined ? attempted : SdkErrorCode.ClientHttpForbidden;
}

/** Makes the error for a response that cannot be used. Its body, which explains it, is kept in `data.text`. */
export async function httpError(
  code: SdkErrorCode,
  response: Response,
  request: string,
  advice?: string
): Promise<SdkHttpError> {
  const secrets = [tokenOf(response)];
  const text = withoutSecrets(await readErrorText(response), secrets);
  const { status } = response;
  const statusText = cleanText(response.statusText, secrets);
  const said = text === '' ? '' : `: ${JSON.stringify(cleanText(text.slice(0, 500)))}`;
  const message = `${request} was answered with HTTP ${status}${said}${advice === undefined ? '' : `. ${withoutSecrets(advice, secrets)}`}`;
  return new SdkHttpError(codeOf(response, code), message, { status, statusText, text });
}

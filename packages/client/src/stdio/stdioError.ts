import { BrandedError, branded } from '@scopeful/core/engine';

/**
 * What went wrong with the process of a server, or with what it writes. `code` is stable: `INVALID_MESSAGE` or
 * `SERVER_EXITED`; or that of the system when the process could not be started, as `ENOENT`.
 */
export class StdioError extends BrandedError {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
branded(StdioError, 'StdioError');

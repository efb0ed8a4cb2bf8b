import { SdkError, SdkErrorCode } from '../errors.js';
import type { Transport } from './transport.js';

/** Makes the error for what ends with a connection: with the reason, where its transport knows one. */
export function connectionClosed(what: string, { closeReason }: Transport): SdkError {
  if (closeReason === undefined) return new SdkError(SdkErrorCode.ConnectionClosed, what);
  const message = `${what}: ${closeReason.message}`;
  return new SdkError(SdkErrorCode.ConnectionClosed, message, undefined, { cause: closeReason });
}

/** Makes the error for what cannot be sent without a connection. */
export function notConnected(method: string): SdkError {
  return new SdkError(SdkErrorCode.NotConnected, `Not connected: ${method} was not sent`);
}

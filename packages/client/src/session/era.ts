import { SdkError, SdkErrorCode } from '@scopeful/core/engine';

/** The error for a method that MCP defines for other revisions only. */
export function notInThisRevision(method: string, protocolVersion: string | undefined, advice?: string): SdkError {
  const revision = protocolVersion ?? 'of this session';
  const message = `${method} is not part of protocol revision ${revision}, which the server speaks`;
  const data = { method, protocolVersion };
  const whole = advice === undefined ? message : `${message}. ${advice}`;
  return new SdkError(SdkErrorCode.MethodNotSupportedByProtocolVersion, whole, data);
}

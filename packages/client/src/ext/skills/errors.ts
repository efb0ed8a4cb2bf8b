import { branded, SdkError, SdkErrorCode } from '@scopeful/core/engine';
import { SKILLS_EXTENSION_ID } from '@scopeful/core/ext/skills';

/**
 * Why a file of a skill is not to be used: it is none of the files of the entry; it is larger or smaller than the entry
 * says, or the skill is too large; its bytes are others; or its frontmatter is.
 */
export type SkillVerificationReason = 'unlisted' | 'size' | 'digest' | 'frontmatter';

/**
 * A file is not what the entry of its skill says (Skills, Integrity and Verification). The host must not use it, and when
 * it is the skill's own `SKILL.md`, must not load the skill. `code` is `INVALID_RESULT`, and `reason` is stable too.
 */
export class SkillVerificationError extends SdkError {
  readonly reason: SkillVerificationReason;
  /** The file. */
  readonly uri: string;
  /** With the reason `frontmatter`, a line for each field that differs. */
  readonly differences: readonly string[];

  constructor(
    reason: SkillVerificationReason,
    uri: string,
    message: string,
    differences: readonly string[] = [],
    options?: ErrorOptions
  ) {
    super(SdkErrorCode.InvalidResult, message, { reason, uri, differences }, options);
    this.reason = reason;
    this.uri = uri;
    this.differences = differences;
  }
}
branded(SkillVerificationError, 'SkillVerificationError');

/**
 * Makes the error for a method that the server does not declare: `setting` is what is missing of the extension, if not
 * all.
 */
export function notDeclared(method: string, setting?: 'directoryRead'): SdkError {
  const missing = setting === undefined ? 'the extension' : `${setting} of the extension`;
  const message = `${method} was not sent: the server does not declare ${missing} ${SKILLS_EXTENSION_ID}`;
  return new SdkError(SdkErrorCode.CapabilityNotSupported, message, { capability: SKILLS_EXTENSION_ID, method });
}

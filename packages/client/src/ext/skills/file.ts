import type { ReadResourceResult } from '@scopeful/core';
import { SdkError, SdkErrorCode } from '@scopeful/core/engine';
import type { SkillResourceEntry } from '@scopeful/core/ext/skills';
import { SkillVerificationError } from './errors.js';

/** A file of a skill that was read and checked. */
export interface SkillFile {
  /** What was asked for: the URI in the entry; of a `"dynamic"` skill, that which the reference leads to. */
  uri: string;
  mimeType?: string;
  /** The bytes that the digest is of, and no others. */
  bytes: Uint8Array;
  /** Where the server sent text; and always of the skill's own `SKILL.md`. */
  text?: string;
  /** Whether size and digest were checked: false for `"dynamic"` skills, which have none. */
  verified: boolean;
  /** Of the skill's own `SKILL.md`: the frontmatter, which is that of the entry. */
  frontmatter?: Record<string, unknown>;
  /** Of the skill's own `SKILL.md`: what follows the frontmatter. */
  body?: string;
}

/** What a server sent of a file. */
export type FileContent = Pick<SkillFile, 'bytes' | 'text' | 'mimeType'>;

/**
 * Returns the content of one file in a result of `resources/read`.
 * @throws {SdkError} with `InvalidResult` when it is not there
 */
export function contentOf(result: ReadResourceResult, uri: string): FileContent {
  // With `allowInputRequired` a result can be something else.
  const contents = (result as Partial<ReadResourceResult>).contents?.find(each => each.uri === uri);
  if (contents === undefined) throw unreadable(uri, 'there is nothing with that URI in it');
  const { mimeType } = contents;
  const kind = mimeType === undefined ? {} : { mimeType };
  if ('text' in contents) return { ...kind, text: contents.text, bytes: new TextEncoder().encode(contents.text) };
  try {
    return { ...kind, bytes: decodeBase64(contents.blob) };
  } catch (error) {
    throw unreadable(uri, 'its blob is no base64', error);
  }
}

function unreadable(uri: string, reason: string, cause?: unknown): SdkError {
  const message = `Invalid result for resources/read of ${JSON.stringify(uri)}: ${reason}`;
  return new SdkError(SdkErrorCode.InvalidResult, message, { method: 'resources/read', uri }, { cause });
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < characters.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}

const ADVICE = 'do not use it. The skill may have changed: get its entry anew, and have the user approve it again';

/**
 * Checks the bytes of a file against the entry (Skills, Verification on Read).
 * @throws {SkillVerificationError} with the reason `size` or `digest`
 */
export async function assertIntact({ uri, size, digest }: SkillResourceEntry, bytes: Uint8Array): Promise<void> {
  if (bytes.length !== size) {
    const message = `${JSON.stringify(uri)} has ${bytes.length} bytes, and its entry says ${size}: ${ADVICE}`;
    throw new SkillVerificationError('size', uri, message);
  }
  const actual = await digestOf(bytes);
  if (actual !== digest) {
    const message = `${JSON.stringify(uri)} has the digest ${actual}, and its entry says ${digest}: ${ADVICE}`;
    throw new SkillVerificationError('digest', uri, message);
  }
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return `sha256:${Array.from(new Uint8Array(hash), byte => byte.toString(16).padStart(2, '0')).join('')}`;
}

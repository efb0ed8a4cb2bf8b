import type { ProtocolEra, StandardSchemaV1 } from '@scopeful/core';
import { SdkError, SdkErrorCode } from '@scopeful/core/engine';
import {
  type DirectoryResource,
  GetSkillResultSchema,
  ListSkillsResultSchema,
  ReadResourceDirectoryResultSchema,
  type Skill,
  type SkillCacheScope
} from '@scopeful/core/ext/skills';
import type { InvalidSkillEntry } from './entry.js';

// The results of the extension's methods, as they are received.

/** How long a result holds, in milliseconds, and for whom. From 2026-07-28 on servers say so. */
export interface Freshness {
  ttlMs?: number;
  cacheScope?: SkillCacheScope;
}

/** A page of `skills/list`. Its entries are looked at one by one. */
interface ListPage extends Freshness {
  skills: unknown[];
  nextCursor?: string;
}

/** A page of `resources/directory/read`. */
interface DirectoryPage extends Freshness {
  resources: DirectoryResource[];
  nextCursor?: string;
}

/** The answer of `skills/get`. */
interface Answer extends Freshness {
  skill: Skill;
}

type Era = ProtocolEra | undefined;
const UNSAID = { ttlMs: 0, cacheScope: 'private' } as const;

/** Tells what a result of before 2026-07-28 does not say, and has to say to fit its schema. */
function unsaid(era: Era): object {
  return era === 'modern' ? {} : UNSAID;
}

export function listPage(era: Era): StandardSchemaV1<unknown, ListPage> {
  return received(ListSkillsResultSchema, page => {
    const { skills } = page as { skills?: unknown };
    return { ...unsaid(era), ...page, skills: Array.isArray(skills) ? [] : skills };
  });
}

export function answer(era: Era): StandardSchemaV1<unknown, Answer> {
  return received(GetSkillResultSchema, result => ({ ...unsaid(era), ...result }));
}

/** The specification asks for no freshness here in any revision (Skills, Reading Directories), though the schema does. */
export const directoryPage: StandardSchemaV1<unknown, DirectoryPage> = received(
  ReadResourceDirectoryResultSchema,
  page => ({ ...UNSAID, ...page })
);

/** Checks a result as it is `seen`, and returns what was received. */
/* @__NO_SIDE_EFFECTS__ */
function received<T>(schema: StandardSchemaV1, seen: (result: object) => object): StandardSchemaV1<unknown, T> {
  const validate = (result: unknown): StandardSchemaV1.Result<T> => {
    const { issues } = schema['~standard'].validate(seen(result as object)) as StandardSchemaV1.Result<unknown>;
    return issues === undefined ? { value: result as T } : { issues };
  };
  return { '~standard': { version: 1, vendor: 'scopeful', validate } };
}

/** Tells what a result says of how long it holds. */
export function freshnessOf({ ttlMs, cacheScope }: Freshness): Freshness {
  return { ...(ttlMs !== undefined && { ttlMs }), ...(cacheScope !== undefined && { cacheScope }) };
}

/** Makes the error for a result that has the form, and is not to be used. */
export function unusable(method: string, reason: string, data?: object): SdkError {
  return new SdkError(SdkErrorCode.InvalidResult, `Invalid result for ${method}: ${reason}`, { method, ...data });
}

/** Makes the error for entries that are not to be used. */
export function unusableEntries(method: string, invalid: readonly InvalidSkillEntry[]): SdkError {
  const named = invalid.map(({ index, uri, reason }) => `#${index} ${JSON.stringify(uri ?? '')}: ${reason}`);
  const reason = `not every entry can be used; pass skipInvalid to have the others. ${named.join('\n')}`;
  return unusable(method, reason, { invalid });
}

import type { Skill, SkillResourceEntry } from '@scopeful/core/ext/skills';
import { SkillDirectory } from './directory.js';
import { entryProblem } from './entry.js';
import { SkillVerificationError } from './errors.js';

/** A file of a skill that is to be read. */
export interface Wanted {
  readonly uri: string;
  /** Whether it is the skill's own `SKILL.md`: another one in its directory is a file like any other (Skills, Nested Skills). */
  readonly isManifest: boolean;
  /** What its content has to be; undefined in a `"dynamic"` skill. */
  readonly entry?: SkillResourceEntry;
}

/**
 * Returns the file of a skill that a reference leads to, its `SKILL.md` without one.
 * @throws {TypeError} for an entry that is not to be used
 * @throws {SkillVerificationError} with the reason `unlisted`
 */
export function fileOf(skill: Skill, ref: string | undefined): Wanted {
  const directory = directoryOf(skill);
  const path = ref === undefined ? SkillDirectory.manifest : directory.resolve(ref);
  if (path === undefined) throw unlisted(skill, ref ?? '');
  const isManifest = path === SkillDirectory.manifest;
  const uri = isManifest ? skill.uri : `${directory.uri}/${path}`;
  if (skill.resources === 'dynamic') return { uri, isManifest };
  const entry = skill.resources.find(resource => directory.pathOf(resource.uri) === path);
  if (entry === undefined) throw unlisted(skill, uri);
  return { uri: entry.uri, isManifest, entry };
}

function directoryOf(skill: Skill): SkillDirectory {
  const problem = entryProblem(skill);
  const directory = problem === undefined ? SkillDirectory.of(skill.uri) : undefined;
  if (directory !== undefined) return directory;
  throw new TypeError(`The skill is not an entry as list() and get() of SkillsClient return them: ${problem ?? ''}`);
}

function unlisted({ uri }: Skill, file: string): SkillVerificationError {
  const message =
    `${JSON.stringify(file)} is no file of the skill ${JSON.stringify(uri)}, and was not asked for. The skill may have ` +
    'changed: get its entry anew, and have the user approve it again';
  return new SkillVerificationError('unlisted', file, message);
}

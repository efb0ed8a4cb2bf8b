import { isJsonObject, misfitReason } from '@scopeful/core/engine';
import { type Skill, type SkillResourceEntry, SkillSchema } from '@scopeful/core/ext/skills';
import { SkillDirectory } from './directory.js';
import { SkillVerificationError } from './errors.js';

// What is demanded of entries. https://github.com/modelcontextprotocol/ext-skills/blob/main/specification/stable/skills.mdx#skill-entries

/** An entry of `skills/list` that is not to be used, and why. `index` counts through all pages. */
export interface InvalidSkillEntry {
  index: number;
  uri?: string;
  reason: string;
}

/** How large a skill may be: files, and bytes in all. */
export interface SkillLimits {
  readonly files: number;
  readonly bytes: number;
}

const MAX_NAME = 64;
const NAME = /^[a-z\d]+(?:-[a-z\d]+)*$/;
const MAX_DESCRIPTION = 1024;
const MAX_COMPATIBILITY = 500;

/** Parts the entries of a list into those that can be used and those that cannot, all copies of a skill among them. */
export function sortEntries(entries: readonly unknown[]): { skills: Skill[]; invalid: InvalidSkillEntry[] } {
  const copies = new Map<string, number>();
  const keys = entries.map(keyOf);
  for (const key of keys) if (key !== undefined) copies.set(key, (copies.get(key) ?? 0) + 1);
  const skills: Skill[] = [];
  const invalid: InvalidSkillEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const problems = problemsOf(entry);
    if ((copies.get(keys[index] ?? '') ?? 0) > 1) problems.unshift('it is listed more than once');
    if (problems.length === 0) skills.push(entry as Skill);
    else invalid.push({ index, ...named(entry), reason: told(problems) });
  }
  return { skills, invalid };
}

const SHOWN_PROBLEMS = 3;

function told(problems: readonly string[]): string {
  const rest = problems.length - SHOWN_PROBLEMS;
  return problems.slice(0, SHOWN_PROBLEMS).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

function named(entry: unknown): { uri?: string } {
  return isJsonObject(entry) && typeof entry['uri'] === 'string' ? { uri: entry['uri'] } : {};
}

function keyOf(entry: unknown): string | undefined {
  const { uri } = named(entry);
  return uri === undefined ? undefined : (SkillDirectory.of(uri)?.key ?? uri);
}

/** Tells why an entry is not to be used; undefined when it is as the specification has it. */
export function entryProblem(entry: unknown): string | undefined {
  const problems = problemsOf(entry);
  return problems.length === 0 ? undefined : told(problems);
}

function problemsOf(entry: unknown): string[] {
  const misfit = misfitReason(SkillSchema, entry);
  if (misfit !== undefined) return [misfit];
  const { uri, frontmatter, resources } = entry as Skill;
  const directory = SkillDirectory.of(uri);
  const problems = frontmatterProblems(frontmatter);
  if (directory === undefined) return ['its uri is not of a SKILL.md in a directory with a name', ...problems];
  if (directory.name !== frontmatter.name) {
    problems.push(
      `its name ${JSON.stringify(frontmatter.name)} is not that of its directory, ${JSON.stringify(directory.name)}`
    );
  }
  if (resources !== 'dynamic') problems.push(...resourceProblems(uri, directory, resources));
  return problems;
}

/** Checks the rules of https://agentskills.io/specification for the fields that hosts show or rely on. */
function frontmatterProblems({ name, description, compatibility, metadata }: Skill['frontmatter']): string[] {
  const problems: string[] = [];
  if (name.length > MAX_NAME || !NAME.test(name)) {
    problems.push(
      `its name ${JSON.stringify(name)} is not 1 to ${MAX_NAME} lower-case letters, digits and single hyphens between them`
    );
  }
  if (!isText(description, MAX_DESCRIPTION))
    problems.push(`its description has not 1 to ${MAX_DESCRIPTION} characters`);
  if (compatibility !== undefined && !isText(compatibility, MAX_COMPATIBILITY)) {
    problems.push(`its compatibility is no text of 1 to ${MAX_COMPATIBILITY} characters`);
  }
  const isMap = isJsonObject(metadata) && Object.values(metadata).every(value => typeof value === 'string');
  if (metadata !== undefined && !isMap) problems.push('its metadata is no map of strings');
  return problems;
}

function isText(value: unknown, max: number): boolean {
  if (typeof value !== 'string' || value === '' || value.length > 2 * max) return false;
  // Characters, and not halves of surrogate pairs.
  return value.length <= max || Array.from(value).length <= max;
}

function resourceProblems(uri: string, directory: SkillDirectory, resources: readonly SkillResourceEntry[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const resource of resources) {
    const path = directory.pathOf(resource.uri);
    const quoted = JSON.stringify(resource.uri);
    if (path === undefined) problems.push(`its resource ${quoted} is no file in ${JSON.stringify(directory.uri)}`);
    else if (seen.has(path)) problems.push(`its resource ${quoted} is listed more than once`);
    else seen.add(path);
  }
  if (!resources.some(resource => resource.uri === uri)) problems.push('its resources lack its own SKILL.md');
  return problems;
}

/** Checks that a skill is not larger than it may be (Skills, Limits). */
export function assertWithinLimits({ uri, resources }: Skill, { files, bytes }: SkillLimits): void {
  if (resources === 'dynamic') return;
  if (resources.length > files) throw tooLarge(uri, uri, `${resources.length} files`, `${files} files`);
  const total = resources.reduce((sum, { size }) => sum + size, 0);
  if (total > bytes) throw tooLarge(uri, uri, `${total} bytes`, `${bytes} bytes`);
}

/** Makes the error for a skill that is larger than it may be. */
export function tooLarge(skill: string, file: string, has: string, limit: string): SkillVerificationError {
  const message =
    `The skill ${JSON.stringify(skill)} has ${has}, and this client reads skills of up to ${limit}: ` +
    'tell the user, or raise the limits of the SkillsClient';
  return new SkillVerificationError('size', file, message);
}

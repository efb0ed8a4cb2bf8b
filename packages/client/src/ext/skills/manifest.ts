import { isJsonObject, messageOf } from '@scopeful/core/engine';
import type { SkillFrontmatter } from '@scopeful/core/ext/skills';
import { SkillVerificationError } from './errors.js';
import type { FileContent, SkillFile } from './file.js';
import { differences, parseYaml, splitFrontmatter } from './frontmatter.js';

/** Parses the YAML of a frontmatter. */
type ParseFrontmatter = (yaml: string) => Record<string, unknown> | Promise<Record<string, unknown>>;

const SHOWN_DIFFERENCES = 3;

/**
 * Reads what a skill's own `SKILL.md` has more than other files, once its frontmatter proved to be that of the entry
 * (Skills, Frontmatter Verification).
 * @throws {SkillVerificationError} with the reason `frontmatter`
 */
export async function readManifest(
  uri: string,
  expected: SkillFrontmatter,
  content: FileContent,
  parse: ParseFrontmatter | undefined
): Promise<Required<Pick<SkillFile, 'text' | 'frontmatter' | 'body'>>> {
  const { text, frontmatter, body } = await parsed(uri, content, parse);
  const found = differences(expected, frontmatter);
  if (found.length === 0) return { text, frontmatter, body };
  const more = found.length > SHOWN_DIFFERENCES ? `; and ${found.length - SHOWN_DIFFERENCES} more` : '';
  const message =
    `The frontmatter of ${JSON.stringify(uri)} is not that of its entry, so that the skill must not be loaded: ` +
    found.slice(0, SHOWN_DIFFERENCES).join('; ') +
    more;
  throw new SkillVerificationError('frontmatter', uri, message, found);
}

async function parsed(
  uri: string,
  content: FileContent,
  parse: ParseFrontmatter = parseYaml
): Promise<Required<Pick<SkillFile, 'text' | 'frontmatter' | 'body'>>> {
  try {
    const text = content.text ?? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.bytes);
    const { yaml, body } = splitFrontmatter(text);
    const frontmatter: unknown = await parse(yaml);
    if (!isJsonObject(frontmatter)) throw new TypeError('it is no mapping');
    return { text, frontmatter, body };
  } catch (error) {
    // A parser shows the lines around what it found; the first of its own says what that is.
    const [reason = ''] = messageOf(error).split('\n', 1);
    const message = `The frontmatter of ${JSON.stringify(uri)} cannot be read, so that the skill must not be loaded: `;
    throw new SkillVerificationError('frontmatter', uri, message + JSON.stringify(reason), [], { cause: error });
  }
}

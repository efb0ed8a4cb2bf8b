import { isJsonObject } from '@scopeful/core/engine';

// The frontmatter of a SKILL.md. https://agentskills.io/specification#skill-md-format

/** A `SKILL.md` in two. */
interface Parts {
  /** What is between the lines of `---`, with `\n` at the end of each of its own. */
  readonly yaml: string;
  /** What follows. */
  readonly body: string;
}

/**
 * Takes a `SKILL.md` apart.
 * @throws {TypeError} when there is no frontmatter
 */
export function splitFrontmatter(text: string): Parts {
  const opening = /^\uFEFF?---[ \t]*\r?\n/.exec(text);
  if (opening === null) throw new TypeError('it does not begin with a line of ---');
  const rest = text.slice(opening[0].length);
  const closing = /(^|\n)---[ \t]*(?:\r?\n|$)/.exec(rest);
  if (closing === null) throw new TypeError('there is no second line of ---');
  const yaml = rest.slice(0, closing.index) + (closing[1] ?? '');
  return { yaml: yaml.replaceAll('\r\n', '\n'), body: rest.slice(closing.index + closing[0].length) };
}

/**
 * Parses YAML 1.2 in its core schema: dates are strings, `yes` is a string, and no tag makes an object.
 * @throws what is wrong with it, a warning too: the parser would go on with a guess.
 */
export async function parseYaml(yaml: string): Promise<Record<string, unknown>> {
  const { parseDocument } = await import('yaml');
  // With its marker, so that lines are counted as in the file.
  const document = parseDocument(`---\n${yaml}`, {
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    logLevel: 'error'
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  return (document.toJS() ?? {}) as Record<string, unknown>;
}

const MAX_SHOWN = 200;

/**
 * Tells how the frontmatter of a file differs from that of its entry, a line for each field (Skills, Frontmatter
 * Verification).
 */
export function differences(entry: unknown, file: unknown, path = ''): string[] {
  if (isJsonObject(entry) && isJsonObject(file)) {
    const names = new Set([...Object.keys(entry), ...Object.keys(file)]);
    return [...names]
      .sort()
      .flatMap(name => differences(own(entry, name), own(file, name), path === '' ? name : `${path}.${name}`));
  }
  if (Array.isArray(entry) && Array.isArray(file)) {
    const length = Math.max(entry.length, file.length);
    return Array.from({ length }, (_, index) => differences(entry[index], file[index], `${path}[${index}]`)).flat();
  }
  return entry === file ? [] : [`${JSON.stringify(path)}: the entry has ${shown(entry)}, and the file ${shown(file)}`];
}

function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = jsonOf(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** A parser may make what JSON does not have: aliases can go round in circles. */
function jsonOf(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text : typeof value;
  } catch {
    return 'something that is no JSON';
  }
}

import * as theirs from '@modelcontextprotocol/core/ext/skills';
import * as ours from '@scopeful/core/ext/skills';
import { describe, expect, it } from 'vitest';

interface Schema {
  safeParse(value: unknown): { success: boolean };
}

const META = {
  progressToken: 1,
  'io.modelcontextprotocol/related-task': { taskId: 'x' },
  'com.example/more': [1]
};
const FILE = { uri: 'skill://a/SKILL.md', digest: `sha256:${'a'.repeat(64)}`, size: 1, more: 1 };
const FRONTMATTER = { name: 'a', description: 'b', metadata: { version: '1' } };
const SKILL = { uri: FILE.uri, frontmatter: FRONTMATTER, resources: [FILE], _meta: { more: 1 }, more: 1 };
const CHILD = {
  uri: 'skill://a/x',
  name: 'x',
  title: 'X',
  description: 'y',
  mimeType: 'inode/directory',
  size: 1,
  icons: [{ src: 'x', mimeType: 'image/png', sizes: ['any'], theme: 'dark' }],
  annotations: { audience: ['user'], priority: 1 },
  _meta: { more: 1 },
  more: 1
};
const RESULT = {
  resultType: 'complete',
  ttlMs: 1,
  cacheScope: 'public',
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'a', version: '1' } },
  more: 1
};

const EXAMPLES: Record<string, unknown[]> = {
  SkillDigestSchema: [FILE.digest, FILE.digest.toUpperCase(), `${FILE.digest}\n`],
  SkillResourceEntrySchema: [FILE],
  SkillFrontmatterSchema: [FRONTMATTER],
  SkillResourcesSchema: [[FILE], 'dynamic', []],
  SkillSchema: [SKILL, { ...SKILL, resources: 'dynamic' }],
  SkillCacheScopeSchema: ['public', 'private'],
  ListSkillsRequestParamsSchema: [{ cursor: 'a', _meta: META, more: 1 }],
  ListSkillsResultSchema: [{ ...RESULT, skills: [SKILL], nextCursor: 'a' }],
  GetSkillRequestParamsSchema: [{ uri: 'a', _meta: META, more: 1 }],
  GetSkillResultSchema: [{ ...RESULT, skill: SKILL }],
  DirectoryResourceSchema: [CHILD],
  ReadResourceDirectoryRequestParamsSchema: [{ uri: 'a', cursor: 'b', _meta: META, more: 1 }],
  ReadResourceDirectoryResultSchema: [{ ...RESULT, resources: [CHILD], nextCursor: 'a' }],
  SkillsCapabilitySchema: [{ directoryRead: true, more: 1 }]
};

const VALUES = [undefined, null, true, '', 'x', 'dynamic', 0, -1, 1.5, 2 ** 53, [], ['x'], {}, { x: 1 }];

/** What becomes of a value when each of its parts in turn is one of these. */
function* variations(value: unknown): Generator {
  yield* VALUES;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    for (const other of variations(part)) {
      if (Array.isArray(value)) yield value.map((each: unknown, index) => (String(index) === key ? other : each));
      else if (other === undefined) yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
      else yield { ...value, [key]: other };
    }
  }
}

const namesOf = (module: object): string[] => Object.keys(module).sort();

describe('the schemas of the official package', () => {
  it('The schemas of the official package are all here, under the same names', () => {
    expect(namesOf(ours)).toEqual(namesOf(theirs));
    expect(namesOf(ours).filter(name => name.endsWith('Schema'))).toEqual(namesOf(EXAMPLES));
  });

  it.each(Object.keys(EXAMPLES))('The schemas of the official package accept and refuse what ours does: %s', name => {
    const pair = [ours, theirs].map(module => (module as unknown as Record<string, Schema>)[name]);
    const examples = EXAMPLES[name] ?? [];
    expect(pair.map(schema => schema?.safeParse(examples[0]).success)).toEqual([true, true]);
    const varied = examples.flatMap(example => [example, ...variations(example)]);
    const disputed = varied.filter(value => {
      const [mine, other] = pair.map(schema => schema?.safeParse(value).success);
      return mine !== other;
    });
    expect(disputed).toEqual([]);
  });
});

describe('skillsCapabilityOf', () => {
  it('`skillsCapabilityOf()` finds what the official one finds', () => {
    const declarations = [undefined, null, true, [], {}, { directoryRead: true, more: 1 }, { directoryRead: 'yes' }];
    for (const declared of declarations) {
      const capabilities = { extensions: { [ours.SKILLS_EXTENSION_ID]: declared } };
      expect(ours.skillsCapabilityOf(capabilities)).toEqual(theirs.skillsCapabilityOf(capabilities));
    }
    for (const capabilities of [undefined, {}, { extensions: {} }]) {
      expect(ours.skillsCapabilityOf(capabilities)).toBe(theirs.skillsCapabilityOf(capabilities));
    }
  });
});

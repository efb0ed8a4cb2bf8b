import { describe, expect, expectTypeOf, it } from 'vitest';
import * as skills from '../../src/ext/skills.js';
import { PaginatedRequestParamsSchema } from '../../src/model/common.js';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const FILE = { uri: 'skill://a/SKILL.md', digest: DIGEST, size: 3 };
const SKILL = { uri: FILE.uri, frontmatter: { name: 'a', description: 'b' }, resources: [FILE] };
const HOLDS = { ttlMs: 0, cacheScope: 'private' };

describe('the constants', () => {
  it('The constants are those of the specification', () => {
    expect(skills).toMatchObject({
      SKILLS_EXTENSION_ID: 'io.modelcontextprotocol/skills',
      SKILLS_LIST_METHOD: 'skills/list',
      SKILLS_GET_METHOD: 'skills/get',
      RESOURCES_DIRECTORY_READ_METHOD: 'resources/directory/read',
      DIRECTORY_MIME_TYPE: 'inode/directory',
      SKILL_LIMITS: { files: 512, bytes: 16 * 1024 * 1024 }
    });
  });

  it('The constants cannot be changed', () => {
    expect(Object.isFrozen(skills.SKILL_LIMITS)).toBe(true);
  });
});

describe('a digest', () => {
  it('A digest is SHA-256 in lower case', () => {
    expect(accepts(skills.SkillDigestSchema, DIGEST)).toBe(true);
  });

  it.each([
    DIGEST.toUpperCase(),
    `sha256:${'0A'.repeat(32)}`,
    DIGEST.slice(0, -1),
    `${DIGEST}0`,
    `${DIGEST}\n`,
    ` ${DIGEST}`,
    `sha512:${'0a'.repeat(32)}`,
    ''
  ])('A digest is not %j', digest => {
    expect(accepts(skills.SkillDigestSchema, digest)).toBe(false);
    expect(accepts(skills.SkillResourceEntrySchema, { ...FILE, digest })).toBe(false);
  });
});

describe('the size of a file', () => {
  it.each([0, 16_777_217, Number.MAX_SAFE_INTEGER])('The size of a file may be %j', size => {
    expect(accepts(skills.SkillResourceEntrySchema, { ...FILE, size })).toBe(true);
  });

  it.each([undefined, null, '3', -1, 1.5, 2 ** 53, Infinity, NaN])('The size of a file may not be %j', size => {
    expect(accepts(skills.SkillResourceEntrySchema, { ...FILE, size })).toBe(false);
  });
});

describe('the resources of a skill', () => {
  it.each([['dynamic'], [[]], [[FILE]], [Array.from({ length: 513 }, () => FILE)]])(
    'The resources of a skill may be %j',
    resources => {
      expect(accepts(skills.SkillResourcesSchema, resources)).toBe(true);
    }
  );

  it.each([undefined, null, 'static', {}, [null], [{ uri: 'x' }]])(
    'The resources of a skill may not be %j',
    resources => {
      expect(accepts(skills.SkillSchema, { ...SKILL, resources })).toBe(false);
    }
  );
});

describe('a skill', () => {
  it.each(['name', 'description'])('A skill has a %s', field => {
    const frontmatter = { ...SKILL.frontmatter, [field]: undefined };
    expect(accepts(skills.SkillSchema, { ...SKILL, frontmatter })).toBe(false);
  });

  it('A skill keeps what its author wrote, and what the specification does not name', () => {
    const skill = {
      ...SKILL,
      frontmatter: { ...SKILL.frontmatter, 'allowed-tools': ['x'], metadata: { a: 1 } },
      more: []
    };
    expect(skills.SkillSchema.parse(skill)).toEqual(skill);
  });

  it('A skill may have an object as _meta', () => {
    expect(accepts(skills.SkillSchema, { ...SKILL, _meta: { a: 1 } })).toBe(true);
    expect(accepts(skills.SkillSchema, { ...SKILL, _meta: [] })).toBe(false);
  });
});

const RESULTS = [
  ['skills/list', skills.ListSkillsResultSchema, { skills: [SKILL] }],
  ['skills/get', skills.GetSkillResultSchema, { skill: SKILL }],
  [
    'resources/directory/read',
    skills.ReadResourceDirectoryResultSchema,
    { resources: [{ uri: 'skill://a/b', name: 'b', mimeType: 'inode/directory' }] }
  ]
] as const;

describe.each(RESULTS)('the result of %s', (_method, schema, result) => {
  it('A result keeps everything and adds nothing', () => {
    const whole = { resultType: 'complete', ...HOLDS, ...result, _meta: { a: 1 }, more: 1 };
    expect(schema.parse(whole)).toEqual(whole);
  });

  it('A result says how long it holds and for whom', () => {
    expect(accepts(schema, result)).toBe(false);
    expect(accepts(schema, { ...result, ttlMs: 0 })).toBe(false);
    expect(accepts(schema, { ...result, cacheScope: 'public' })).toBe(false);
    expect(accepts(schema, { ...result, ttlMs: 1, cacheScope: 'public' })).toBe(true);
  });

  it.each([-1, 1.5, '1', 2 ** 53])('A result does not hold for %j ms', ttlMs => {
    expect(accepts(schema, { ...result, ...HOLDS, ttlMs })).toBe(false);
  });

  it('A result is for everyone or for one', () => {
    expect(accepts(schema, { ...result, ...HOLDS, cacheScope: 'some' })).toBe(false);
  });
});

describe('params', () => {
  it('Params of skills/list are those of every list', () => {
    expect(skills.ListSkillsRequestParamsSchema).toBe(PaginatedRequestParamsSchema);
  });

  it.each([
    ['skills/get', skills.GetSkillRequestParamsSchema],
    ['resources/directory/read', skills.ReadResourceDirectoryRequestParamsSchema]
  ])('Params of %s need a URI', (_method, schema) => {
    expect(accepts(schema, { uri: 'skill://a' })).toBe(true);
    expect(accepts(schema, { uri: 'skill://a', _meta: { progressToken: 1 } })).toBe(true);
    expect(accepts(schema, {})).toBe(false);
    expect(accepts(schema, { uri: 1 })).toBe(false);
  });

  it('Params of resources/directory/read may have a cursor', () => {
    expect(accepts(skills.ReadResourceDirectoryRequestParamsSchema, { uri: 'a', cursor: 'b' })).toBe(true);
    expect(accepts(skills.ReadResourceDirectoryRequestParamsSchema, { uri: 'a', cursor: 1 })).toBe(false);
  });
});

describe('skillsCapabilityOf', () => {
  const of = (declared: unknown) =>
    skills.skillsCapabilityOf({ extensions: { [skills.SKILLS_EXTENSION_ID]: declared } });

  it('`skillsCapabilityOf()` returns the very declaration', () => {
    const declared = { directoryRead: true, more: 1 };
    expect(of(declared)).toBe(declared);
    expect(of({})).toEqual({});
  });

  it.each([[undefined], [{}], [{ extensions: {} }], [{ extensions: { other: {} } }], [{ extensions: null as never }]])(
    '`skillsCapabilityOf()` finds nothing in %j',
    capabilities => {
      expect(skills.skillsCapabilityOf(capabilities)).toBeUndefined();
    }
  );

  it.each([null, true, [], 'yes', { directoryRead: 'yes' }])(
    '`skillsCapabilityOf()` does not take %j for a declaration',
    declared => {
      expect(of(declared)).toBeUndefined();
    }
  );
});

it('The types name what is known, and let the rest be read', () => {
  expectTypeOf<skills.Skill['frontmatter']['name']>().toEqualTypeOf<string>();
  expectTypeOf<skills.Skill['frontmatter']['license']>().toEqualTypeOf<unknown>();
  expectTypeOf<Extract<skills.SkillResources, string>>().toEqualTypeOf<'dynamic'>();
  expectTypeOf<Extract<skills.SkillResources, object>[number]>().toExtend<skills.SkillResourceEntry>();
  expectTypeOf<skills.SkillCacheScope>().toEqualTypeOf<'public' | 'private'>();
  expectTypeOf<skills.SkillsCapability['directoryRead']>().toEqualTypeOf<boolean | undefined>();
});

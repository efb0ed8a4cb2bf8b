import { ProtocolError, SdkError, SdkErrorCode } from '@scopeful/client';
import {
  type Skill,
  SKILL_LIMITS,
  SkillsClient,
  type SkillsClientOptions,
  SkillVerificationError
} from '@scopeful/client/ext/skills';
import { describe, expect, it } from 'vitest';
import {
  connectedIn,
  digestOf,
  entryOf,
  ERAS,
  HOLDS,
  manifestOf,
  scriptSkills,
  serving,
  type SkillsServer
} from './harness.js';

const ROOT = 'skill://acme/a';
const MANIFEST = manifestOf('a');
const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');

/** A server of these contents, by their paths, and a client of it. */
async function serve(
  contents: Record<string, object>,
  options?: SkillsClientOptions,
  holds?: object
): Promise<{ server: SkillsServer; skills: SkillsClient; asked: () => unknown[] }> {
  const byUri = Object.fromEntries(Object.entries(contents).map(([path, content]) => [`${ROOT}/${path}`, content]));
  const server = await scriptSkills({ 'resources/read': serving(byUri, holds) });
  const skills = new SkillsClient(await connectedIn('modern', server), options);
  return { server, skills, asked: () => server.asked('resources/read').map(({ uri }) => uri) };
}

/** Reads a `SKILL.md` of this text, whose entry has these fields more than a name and a description. */
async function readManifest(text: string, fields: object = {}, options?: SkillsClientOptions) {
  const { skills } = await serve({ 'SKILL.md': { text } }, options);
  return skills.read(entryOf(ROOT, { 'SKILL.md': text }, fields));
}

/** What a refusal to read says. */
async function refusal(reading: Promise<unknown>): Promise<SkillVerificationError> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason
  );
  if (!(error instanceof SkillVerificationError)) throw new Error('it was not refused as unverified', { cause: error });
  return error;
}

describe('a file', () => {
  const files = { 'SKILL.md': MANIFEST, 'x.md': 'text' };
  const skill = entryOf(ROOT, files);

  it.each(ERAS)('A file is what the entry says, %s', async era => {
    const server = await scriptSkills({
      'resources/read': serving({ [`${ROOT}/x.md`]: { text: 'text', mimeType: 'text/markdown' } })
    });
    const skills = new SkillsClient(await connectedIn(era, server));
    expect(await skills.read(skill, 'x.md')).toEqual({
      uri: `${ROOT}/x.md`,
      mimeType: 'text/markdown',
      bytes: new TextEncoder().encode('text'),
      text: 'text',
      verified: true
    });
  });

  it('A file of another size fails', async () => {
    const { skills } = await serve({ 'x.md': { text: 'texts' } });
    const error = await refusal(skills.read(skill, 'x.md'));
    expect(error).toMatchObject({
      name: 'SkillVerificationError',
      code: SdkErrorCode.InvalidResult,
      reason: 'size',
      uri: `${ROOT}/x.md`,
      differences: [],
      data: { reason: 'size', uri: `${ROOT}/x.md`, differences: [] }
    });
    expect(error).toBeInstanceOf(SdkError);
    expect(error.message).toMatch(/has 5 bytes, and its entry says 4: do not use it/);
  });

  it('A file of the same size and other bytes fails', async () => {
    const { skills } = await serve({ 'x.md': { text: 'tent' } });
    const error = await refusal(skills.read(skill, 'x.md'));
    expect(error).toMatchObject({ reason: 'digest', uri: `${ROOT}/x.md` });
    expect(error.message).toContain(digestOf('tent'));
    expect(error.message).toContain(digestOf('text'));
  });

  it('A file is the bytes of a blob', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const { skills } = await serve({ 'x.bin': { blob: base64(bytes) } });
    const file = await skills.read(entryOf(ROOT, { 'SKILL.md': MANIFEST, 'x.bin': bytes }), 'x.bin');
    expect(file).toEqual({ uri: `${ROOT}/x.bin`, bytes, verified: true });
  });

  it('A file is not in a result without it, nor in a blob that is no base64', async () => {
    const { server, skills } = await serve({ 'x.md': { blob: '!' } });
    await expect(skills.read(skill, 'x.md')).rejects.toMatchObject({ code: SdkErrorCode.InvalidResult });
    for (const contents of [[], [{ uri: `${ROOT}/y.md`, text: 'text' }]]) {
      server.answers['resources/read'] = () => ({ contents, ...HOLDS });
      await expect(skills.read(skill, 'x.md')).rejects.toMatchObject({
        code: SdkErrorCode.InvalidResult,
        data: { method: 'resources/read', uri: `${ROOT}/x.md` }
      });
    }
  });

  it('A file is not in a result that asks for input', async () => {
    const { server, skills } = await serve({});
    server.answers['resources/read'] = () => ({ resultType: 'input_required', inputRequests: {}, requestState: 'x' });
    await expect(skills.read(skill, 'x.md', { allowInputRequired: true })).rejects.toMatchObject({
      code: SdkErrorCode.InvalidResult
    });
  });

  it('A file is found among other contents', async () => {
    const { server, skills } = await serve({});
    const contents = [
      { uri: `${ROOT}/y.md`, text: 'other' },
      { uri: `${ROOT}/x.md`, text: 'text' }
    ];
    server.answers['resources/read'] = () => ({ contents, ...HOLDS });
    expect((await skills.read(skill, 'x.md')).text).toBe('text');
  });

  it('A file that the server does not serve fails with the error of the server', async () => {
    const { server, skills } = await serve({});
    delete server.answers['resources/read'];
    await expect(skills.read(skill, 'x.md')).rejects.toBeInstanceOf(ProtocolError);
  });

  it.each(['y.md', '../x.md', '/x.md', 'skill://acme/b/x.md', 'skill://acme/a', '', 'X.md', 'x.md?v=1'])(
    'A file that is none of the entry is not asked for: %j',
    async ref => {
      const { skills, asked } = await serve({ 'x.md': { text: 'text' } });
      expect(await refusal(skills.read(skill, ref))).toMatchObject({ reason: 'unlisted' });
      expect(asked()).toEqual([]);
    }
  );

  it.each([
    ['a b.md', 'a%20b.md'],
    ['a%20b.md', 'a b.md'],
    ['skill://acme/%61/é.md', '%c3%a9.md'],
    ['SKILL://acme/a/%C3%A9.md#part', 'é.md']
  ])('A file is asked for by the URI in the entry: %j is %j', async (ref, path) => {
    const { skills, asked } = await serve({ [path]: { text: 'text' } });
    const file = await skills.read(entryOf(ROOT, { 'SKILL.md': MANIFEST, [path]: 'text' }), ref);
    expect([file.uri, asked()]).toEqual([`${ROOT}/${path}`, [`${ROOT}/${path}`]]);
  });

  it('A file that is the SKILL.md of another skill is a file like any other', async () => {
    const nested = manifestOf('b', 'more: 1\n');
    const { skills } = await serve({ 'b/SKILL.md': { text: nested } });
    const file = await skills.read(entryOf(ROOT, { 'SKILL.md': MANIFEST, 'b/SKILL.md': nested }), 'b/SKILL.md');
    expect(Object.keys(file).sort()).toEqual(['bytes', 'text', 'uri', 'verified']);
  });

  it('A file of an entry that list() would not return is not asked for', async () => {
    const { skills, asked } = await serve({ 'SKILL.md': { text: MANIFEST } });
    for (const entry of [{ ...skill, resources: undefined }, { ...skill, uri: 'skill://b/SKILL.md' }, null]) {
      await expect(skills.read(entry as never)).rejects.toBeInstanceOf(TypeError);
    }
    expect(asked()).toEqual([]);
  });
});

describe('a SKILL.md', () => {
  it('A SKILL.md has its frontmatter and its body apart', async () => {
    const text = '---\r\ndescription: What a does\r\nname: a\r\nlist:\r\n  - 1\r\n---\r\nThe body\r\n';
    const file = await readManifest(text, { list: [1] });
    expect(file).toMatchObject({
      uri: `${ROOT}/SKILL.md`,
      text,
      frontmatter: { description: 'What a does', name: 'a', list: [1] },
      body: 'The body\r\n'
    });
  });

  it('A SKILL.md may come as a blob, with a byte order mark', async () => {
    const text = `\uFEFF${MANIFEST}`;
    const { skills } = await serve({ 'SKILL.md': { blob: base64(text) } });
    expect(await skills.read(entryOf(ROOT, { 'SKILL.md': text }))).toMatchObject({ text, body: '# a\n' });
  });

  it.each<[string, string, object, string[]]>([
    ['a field differs', manifestOf('a', 'license: MIT\n'), { license: 'Apache-2.0' }, ['"license"']],
    ['a field deep down differs', manifestOf('a', 'm: {x: [{y: 1}]}\n'), { m: { x: [{ y: 2 }] } }, ['"m.x[0].y"']],
    ['only the type differs', manifestOf('a', 'v: 1\n'), { v: '1' }, ['"v"']],
    ['the file has more', manifestOf('a', 'allowed-tools: Bash\n'), {}, ['"allowed-tools"']],
    ['the entry has more', MANIFEST, { license: 'MIT', more: null }, ['"license"', '"more"']],
    ['a name differs', manifestOf('b'), {}, ['"description"', '"name"']]
  ])('A SKILL.md fails when %s', async (_what, text, fields, paths) => {
    const error = await refusal(readManifest(text, fields));
    expect(error).toMatchObject({ reason: 'frontmatter', uri: `${ROOT}/SKILL.md` });
    expect(error.differences.map(line => line.split(':')[0])).toEqual(paths);
    expect(error.message).toContain(error.differences[0]);
  });

  it.each([
    ['there is none', '# a\n', /line of ---/],
    ['it has no end', '---\nname: a\n', /second line of ---/],
    ['it is no YAML', '---\nname: [a\n---\n', /line 3/],
    ['it is no mapping', '---\n- a\n---\n', /no mapping/],
    ['it has a field twice', '---\nname: a\nname: a\n---\n', /unique/]
  ])('A SKILL.md fails when its frontmatter cannot be read: %s', async (_what, text, reason) => {
    const error = await refusal(readManifest(text));
    expect(error).toMatchObject({ reason: 'frontmatter', differences: [] });
    expect(error.message).toMatch(reason);
    expect(error.message).not.toContain('\n');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('A SKILL.md fails when it is no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(MANIFEST), Uint8Array.of(0xff)]);
    const { skills } = await serve({ 'SKILL.md': { blob: base64(bytes) } });
    const reading = skills.read(entryOf(ROOT, { 'SKILL.md': bytes }));
    expect(await refusal(reading)).toMatchObject({ reason: 'frontmatter' });
  });

  it('A SKILL.md is parsed by the parser that was given', async () => {
    const seen: string[] = [];
    const parseFrontmatter = (yaml: string): Record<string, unknown> => {
      seen.push(yaml);
      return { name: 'a', description: 'What a does', date: undefined };
    };
    const text = '\uFEFF---\r\nanything: [\r\n---\r\n';
    expect((await readManifest(text, {}, { parseFrontmatter })).frontmatter).toMatchObject({ name: 'a' });
    expect(seen).toEqual(['anything: [\n']);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no parser');
      }
    ],
    ['returns no mapping', () => ['a']],
    ['returns a date for a text', () => ({ name: 'a', description: new Date(0) })]
  ])('A SKILL.md fails when the parser that was given %s', async (_what, parse) => {
    const parseFrontmatter = parse as () => Record<string, unknown>;
    expect(await refusal(readManifest(MANIFEST, {}, { parseFrontmatter }))).toMatchObject({ reason: 'frontmatter' });
  });
});

describe('a dynamic skill', () => {
  const skill = { ...entryOf(ROOT, {}), resources: 'dynamic' as const };

  it('A dynamic skill has files that nobody can verify', async () => {
    const { skills } = await serve({ 'SKILL.md': { text: MANIFEST }, 'x.md': { text: 'text' } });
    expect(await skills.read(skill)).toMatchObject({ verified: false, body: '# a\n', frontmatter: { name: 'a' } });
    expect(await skills.read(skill, 'x.md')).toMatchObject({ verified: false, text: 'text' });
  });

  it('A dynamic skill has the frontmatter of its entry all the same, however its SKILL.md is spelled', async () => {
    const { skills, asked } = await serve({ 'SKILL.md': { text: manifestOf('a', 'allowed-tools: Bash\n') } });
    const refs = [undefined, 'SKILL.md', 'x/../%53KILL.md', `${ROOT}/SKILL%2emd`];
    for (const ref of refs) expect(await refusal(skills.read(skill, ref))).toMatchObject({ reason: 'frontmatter' });
    expect(asked()).toEqual(refs.map(() => skill.uri));
  });

  it('A dynamic skill is read in its directory alone', async () => {
    const { skills, asked } = await serve({});
    for (const ref of ['../b/x.md', '%2e%2e/x.md', '..%2fx.md', '..\\x.md', '/x.md', 'file:///etc/passwd']) {
      expect(await refusal(skills.read(skill, ref))).toMatchObject({ reason: 'unlisted', uri: ref });
    }
    expect(asked()).toEqual([]);
  });

  it('A dynamic skill is asked for files in their one spelling', async () => {
    const { skills, asked } = await serve({ 'd/a%20b.md': { text: 'text' } });
    expect((await skills.read(skill, './d/e/../a b.md#part')).uri).toBe(`${ROOT}/d/a%20b.md`);
    expect(asked()).toEqual([`${ROOT}/d/a%20b.md`]);
  });
});

describe('limits', () => {
  const withFiles = (count: number): Skill => {
    const skill = entryOf(ROOT, { 'SKILL.md': MANIFEST });
    const [own] = skill.resources;
    const others = Array.from({ length: count - 1 }, (_, index) => ({
      uri: `${ROOT}/${index}`,
      digest: digestOf(''),
      size: 0
    }));
    return { ...skill, resources: own === undefined ? others : [own, ...others] };
  };
  const withBytes = (bytes: number): Skill => {
    const skill = entryOf(ROOT, { 'SKILL.md': MANIFEST });
    const large = { uri: `${ROOT}/large`, digest: digestOf(''), size: bytes - MANIFEST.length };
    return { ...skill, resources: [...skill.resources, large] };
  };

  it('Limits let a skill of 512 files and one of 16 MiB be read', async () => {
    const { skills } = await serve({ 'SKILL.md': { text: MANIFEST } });
    expect(await skills.read(withFiles(SKILL_LIMITS.files))).toMatchObject({ verified: true });
    expect(await skills.read(withBytes(SKILL_LIMITS.bytes))).toMatchObject({ verified: true });
  });

  it.each([
    ['513 files', withFiles(SKILL_LIMITS.files + 1), /has 513 files, and this client reads skills of up to 512/],
    ['a byte more than 16 MiB', withBytes(SKILL_LIMITS.bytes + 1), /has 16777217 bytes/]
  ])('Limits let none of %s be asked for', async (_what, skill, reason) => {
    const { skills, asked } = await serve({ 'SKILL.md': { text: MANIFEST } });
    const error = await refusal(skills.read(skill));
    expect(error).toMatchObject({ reason: 'size', uri: skill.uri });
    expect(error.message).toMatch(reason);
    expect(asked()).toEqual([]);
  });

  it('Limits can be raised and lowered', async () => {
    const contents = { 'SKILL.md': { text: MANIFEST } };
    const { skills: raised } = await serve(contents, { limits: { files: Infinity, bytes: Infinity } });
    expect(await raised.read(withFiles(1000))).toMatchObject({ verified: true });
    expect(await raised.read(withBytes(2 ** 40))).toMatchObject({ verified: true });
    const { skills: lowered } = await serve(contents, { limits: { files: 1 } });
    expect(await refusal(lowered.read(withFiles(2)))).toMatchObject({ reason: 'size' });
  });

  it('Limits count what is read of a dynamic skill, each file once', async () => {
    const skill = { ...entryOf(ROOT, {}), resources: 'dynamic' as const };
    const half = 'x'.repeat(500);
    const contents = { 'a.md': { text: half }, 'b.md': { text: half }, 'c.md': { text: 'x' } };
    const { skills } = await serve(contents, { limits: { bytes: 1000 } });
    for (const ref of ['a.md', 'b.md', 'a.md', 'b.md']) await skills.read(skill, ref);
    const error = await refusal(skills.read(skill, 'c.md'));
    expect(error).toMatchObject({ reason: 'size', uri: `${ROOT}/c.md` });
    expect(error.message).toMatch(/has 1001 bytes so far/);
    expect(await skills.read({ ...skill }, 'c.md')).toMatchObject({ text: 'x' });
  });
});

describe('the response cache', () => {
  const FRESH = { ttlMs: 60_000, cacheScope: 'private' };
  const entry = (text: string): Skill => entryOf(ROOT, { 'SKILL.md': MANIFEST, 'x.md': text });

  it('The response cache serves a file again while it is what the entry says', async () => {
    const { skills, asked } = await serve({ 'x.md': { text: 'one' } }, {}, FRESH);
    await skills.read(entry('one'), 'x.md');
    expect(await skills.read(entry('one'), 'x.md')).toMatchObject({ text: 'one', verified: true });
    expect(asked().length).toBe(1);
  });

  it('The response cache is passed over once when it has not what the entry says', async () => {
    const file = { text: 'one' };
    const { skills, asked } = await serve({ 'x.md': file }, {}, FRESH);
    await skills.read(entry('one'), 'x.md');
    file.text = 'two';
    expect(await skills.read(entry('two'), 'x.md')).toMatchObject({ text: 'two', verified: true });
    expect(await skills.read(entry('two'), 'x.md')).toMatchObject({ text: 'two' });
    expect(asked().length).toBe(2);
    expect(await refusal(skills.read(entry('six'), 'x.md'))).toMatchObject({ reason: 'digest' });
    expect(asked().length).toBe(3);
  });

  it.each([undefined, { cacheMode: 'refresh' as const }, { cacheMode: 'bypass' as const }])(
    'The response cache is no reason to ask twice when it served nothing, with %j',
    async options => {
      const { skills, asked } = await serve({ 'x.md': { text: 'one' } }, {}, FRESH);
      expect(await refusal(skills.read(entry('two'), 'x.md', options))).toMatchObject({ reason: 'digest' });
      expect(asked().length).toBe(1);
    }
  );
});

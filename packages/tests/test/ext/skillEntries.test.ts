import { type Client, type ClientOptions, SdkErrorCode } from '@scopeful/client';
import { SKILL_LIMITS, SkillsClient, type SkillsClientOptions } from '@scopeful/client/ext/skills';
import { describe, expect, it } from 'vitest';
import {
  connectedIn,
  DECLARED,
  digestOf,
  type Era,
  entryOf,
  ERAS,
  HOLDS,
  manifestOf,
  scriptSkills,
  type SkillsServer
} from './harness.js';

const GOOD = entryOf('skill://acme/a', { 'SKILL.md': manifestOf('a'), 'x.md': 'x' });
const [OWN, OTHER] = GOOD.resources as [object, object];

/** What a client finds wrong with an entry, through a list of it alone. */
async function problem(entry: unknown): Promise<string | undefined> {
  const server = await scriptSkills({ 'skills/list': () => ({ skills: [entry], ...HOLDS }) });
  const skills = new SkillsClient(await connectedIn('modern', server), { skipInvalid: true });
  const { skills: listed, invalid } = await skills.list();
  expect(listed).toEqual(invalid.length === 0 ? [entry] : []);
  return invalid[0]?.reason;
}

const at = (uri: string, name: string): object => ({
  uri,
  frontmatter: { name, description: 'd' },
  resources: [{ uri, digest: digestOf(''), size: 0 }]
});
const withResources = (...uris: string[]): object => ({
  ...GOOD,
  resources: [OWN, ...uris.map(uri => ({ ...OTHER, uri }))]
});
const withField = (fields: object): object => ({ ...GOOD, frontmatter: { ...GOOD.frontmatter, ...fields } });

describe('an entry can be used', () => {
  it.each<[string, unknown]>([
    ['with files', GOOD],
    ['without files that could be verified', { ...GOOD, resources: 'dynamic' }],
    ['with any scheme', at('github://owner/repo/refunds/SKILL.md', 'refunds')],
    ['with a name of 64 characters', at(`skill://${'a'.repeat(64)}/SKILL.md`, 'a'.repeat(64))],
    ['with digits and hyphens in the name', at('skill://2-a-3/SKILL.md', '2-a-3')],
    ['with its name percent-encoded in the URI', at('skill://%61/SKILL.md', 'a')],
    ['with a description of 1024 characters', withField({ description: '😀'.repeat(1024) })],
    ['with fields that nobody knows', withField({ 'allowed-tools': ['x'], more: { deep: [null] } })],
    ['with a map of strings as metadata', withField({ metadata: { version: '1' } })],
    ['with another skill in its directory', withResources('skill://acme/a/b/SKILL.md')],
    ['with as many files as every host accepts', many(SKILL_LIMITS.files)],
    ['with more files, which a host can show', many(SKILL_LIMITS.files + 1)]
  ])('An entry %s can be used', async (_what, entry) => {
    expect(await problem(entry)).toBeUndefined();
  });
});

function many(count: number): object {
  return withResources(...Array.from({ length: count - 1 }, (_, index) => `skill://acme/a/${index}`));
}

describe('an entry is not to be used', () => {
  it.each<[string, unknown, RegExp]>([
    ['that is none', 5, /expected object/],
    ['without resources', { ...GOOD, resources: undefined }, /resources: expected "dynamic", or an array/],
    ['with resources of another kind', { ...GOOD, resources: 'static' }, /resources: expected "dynamic", or an array/],
    ['with a digest that is none', { ...GOOD, resources: [{ ...OWN, digest: 'sha256:x' }] }, /sha256: and 64 hex/],
    ['with a size that is none', { ...GOOD, resources: [{ ...OWN, size: -1 }] }, /expected 0 or more/],
    ['without a description', withField({ description: undefined }), /description: expected string/],
    ['whose URI is not of a SKILL.md', at('skill://a/README.md', 'a'), /not of a SKILL\.md/],
    ['whose URI climbs', at('skill://x/../a/SKILL.md', 'a'), /not of a SKILL\.md/],
    ['whose name is not that of its directory', at('skill://b/SKILL.md', 'a'), /"a" is not that of its directory, "b"/],
    ['with capitals in the name', at('skill://A/SKILL.md', 'A'), /lower-case/],
    ['with a hyphen at an end of the name', at('skill://a-/SKILL.md', 'a-'), /lower-case/],
    ['with two hyphens in a row in the name', at('skill://a--b/SKILL.md', 'a--b'), /lower-case/],
    ['with a name of 65 characters', at(`skill://${'a'.repeat(65)}/SKILL.md`, 'a'.repeat(65)), /1 to 64/],
    ['with an empty description', withField({ description: '' }), /1 to 1024/],
    ['with a description of 1025 characters', withField({ description: 'x'.repeat(1025) }), /1 to 1024/],
    ['with a description of 1025 characters of two halves', withField({ description: '😀'.repeat(1025) }), /1 to 1024/],
    ['with more wrong with it than is told', withResources('a', 'b', 'c', 'd', 'e'), /"a".*"b".*"c".*; and 2 more$/],
    ['with a compatibility of 501 characters', withField({ compatibility: 'x'.repeat(501) }), /1 to 500/],
    ['with other things than strings in metadata', withField({ metadata: { version: 1 } }), /map of strings/],
    ['whose resources are empty', { ...GOOD, resources: [] }, /lack its own SKILL\.md/],
    ['whose resources lack its SKILL.md', { ...GOOD, resources: [OTHER] }, /lack its own SKILL\.md/],
    ['with a file twice', withResources('skill://acme/a/x', 'skill://acme/a/x'), /more than once/],
    ['with a file in two spellings', withResources('skill://acme/a/x', 'skill://acme/a/%78'), /more than once/],
    ['with a file elsewhere', withResources('skill://acme/b/x'), /no file in "skill:\/\/acme\/a"/],
    ['with a file beside it', withResources('skill://acme/ab'), /no file in/],
    ['with itself as a file', withResources('skill://acme/a'), /no file in/],
    ['with a path that climbs', withResources('skill://acme/a/../b/x'), /no file in/],
    ['with a path that climbs in disguise', withResources('skill://acme/a/%2e%2e/%2E./b'), /no file in/],
    ['with a path that climbs on Windows', withResources('skill://acme/a/..\\..\\b'), /no file in/],
    ['with a path that climbs once it is decoded', withResources('skill://acme/a/..%2f..%5cb'), /no file in/],
    ['with a path that ends early', withResources('skill://acme/a/x%00.md'), /no file in/],
    ['with a query', withResources('skill://acme/a/x?y'), /no file in/]
  ])('An entry %s is not to be used', async (_what, entry, reason) => {
    expect(await problem(entry)).toMatch(reason);
  });
});

async function clientOf(
  server: SkillsServer,
  era: Era,
  options?: ClientOptions,
  skillsOptions?: SkillsClientOptions
): Promise<{ client: Client; skills: SkillsClient }> {
  const client = await connectedIn(era, server, options);
  return { client, skills: new SkillsClient(client, skillsOptions) };
}

describe.each(ERAS)('list, %s,', era => {
  const bad = { ...GOOD, uri: 'skill://bad/SKILL.md' };
  const pages: Record<string, object> = {
    '': { skills: [entryOf('skill://one', { 'SKILL.md': manifestOf('one') }), GOOD], nextCursor: '2', ...HOLDS },
    '2': { skills: [bad, 'nothing'], nextCursor: '3', ttlMs: 7, cacheScope: 'public' },
    '3': { skills: [{ ...GOOD, uri: 'SKILL://acme/%61/SKILL.md' }], ...HOLDS }
  };
  const answers = { 'skills/list': ({ cursor = '' }) => pages[cursor] ?? {} };

  it('`list()` throws one error that names every entry that cannot be used, all copies among them', async () => {
    const { skills } = await clientOf(await scriptSkills(answers), era);
    const failure = await skills.list().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: SdkErrorCode.InvalidResult,
      data: {
        method: 'skills/list',
        invalid: [
          { index: 1, uri: GOOD.uri, reason: 'it is listed more than once' },
          { index: 2, uri: bad.uri },
          { index: 3, reason: 'expected object' },
          { index: 4, uri: 'SKILL://acme/%61/SKILL.md' }
        ]
      }
    });
    expect((failure as Error).message).toMatch(/skipInvalid.*#1 "skill:\/\/acme\/a\/SKILL\.md": it is/s);
  });

  it('`list()` returns the entries that cannot be used beside the others when told to', async () => {
    const { skills } = await clientOf(await scriptSkills(answers), era, {}, { skipInvalid: true });
    const listing = await skills.list();
    expect(listing.skills.map(({ uri }) => uri)).toEqual(['skill://one/SKILL.md']);
    expect(listing.invalid.map(({ index }) => index)).toEqual([1, 2, 3, 4]);
    expect(listing).toMatchObject(HOLDS);
  });

  it('`list()` returns one page for a cursor', async () => {
    const server = await scriptSkills(answers);
    const { skills } = await clientOf(server, era, {}, { skipInvalid: true });
    const page = await skills.list({ cursor: '2' });
    expect(page).toMatchObject({ skills: [], nextCursor: '3', ttlMs: 7, cacheScope: 'public' });
    expect(page.invalid.map(({ index }) => index)).toEqual([0, 1]);
    expect(server.asked('skills/list').map(({ cursor }) => cursor)).toEqual(['2']);
  });

  it('`list()` returns the very entries that were received', async () => {
    const entry = { ...GOOD, _meta: { 'com.example/by': 'x' }, more: [1] };
    const { skills } = await clientOf(
      await scriptSkills({ 'skills/list': () => ({ skills: [entry], ...HOLDS }) }),
      era
    );
    expect((await skills.list()).skills).toEqual([entry]);
  });

  it('`list()` ends when the same cursor comes again, and when it is empty', async () => {
    const server = await scriptSkills({ 'skills/list': () => ({ skills: [], nextCursor: 'again', ...HOLDS }) });
    const { skills } = await clientOf(server, era);
    expect((await skills.list()).skills).toEqual([]);
    expect(server.asked('skills/list').length).toBe(2);
    server.answers['skills/list'] = () => ({ skills: [], nextCursor: '', ...HOLDS });
    await skills.list();
    expect(server.asked('skills/list').length).toBe(3);
  });

  it.each(['skills', 'resources'])('`list()` of endless pages of %s stops at listMaxPages', async kind => {
    let count = 0;
    const page = (): object => ({ [kind]: [], nextCursor: String(++count), ...HOLDS });
    const server = await scriptSkills({ 'skills/list': page, 'resources/directory/read': page });
    const { skills } = await clientOf(server, era, { listMaxPages: 3 });
    const listing = kind === 'skills' ? skills.list() : skills.readDirectory('skill://acme/a');
    await expect(listing).rejects.toMatchObject({ code: SdkErrorCode.ListPaginationExceeded, data: { maxPages: 3 } });
    expect(count).toBe(3);
  });

  it('`list()` stops at 64 pages by default, and can be told not to', async () => {
    let count = 0;
    const page = (): object => ({ skills: [], ...(++count < 70 && { nextCursor: String(count) }), ...HOLDS });
    const server = await scriptSkills({ 'skills/list': page });
    await expect((await clientOf(server, era)).skills.list()).rejects.toMatchObject({
      code: SdkErrorCode.ListPaginationExceeded
    });
    expect(count).toBe(64);
    count = 0;
    await (await clientOf(server, era, { listMaxPages: 0 })).skills.list();
    expect(count).toBe(70);
  });

  it.each([{ skills: 'none' }, { skills: undefined }, { nextCursor: 1 }, { ttlMs: 'long' }, { cacheScope: 'some' }])(
    '`list()` refuses a page with %j',
    async part => {
      const server = await scriptSkills({ 'skills/list': () => ({ skills: [], ...HOLDS, ...part }) });
      const { skills } = await clientOf(server, era, {}, { skipInvalid: true });
      await expect(skills.list()).rejects.toMatchObject({
        code: SdkErrorCode.InvalidResult,
        data: { method: 'skills/list' }
      });
    }
  );

  it('`list()` passes on what the server says, and stops when told to', async () => {
    const server = await scriptSkills();
    const { skills } = await clientOf(server, era);
    await expect(skills.list()).rejects.toMatchObject({ code: -32601 });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(skills.list(undefined, { signal })).rejects.toThrow('enough');
    expect(server.asked('skills/list').length).toBe(1);
  });
});

describe('a result without freshness', () => {
  const answers = {
    'skills/list': () => ({ skills: [GOOD] }),
    'skills/get': () => ({ skill: GOOD }),
    'resources/directory/read': () => ({ resources: [] })
  };

  it('A result without freshness is one of before 2026-07-28', async () => {
    const { skills } = await clientOf(await scriptSkills(answers), 'legacy');
    expect(await skills.list()).toEqual({ skills: [GOOD], invalid: [] });
    expect(await skills.get(GOOD.uri)).toEqual({ skill: GOOD });
  });

  it('A result without freshness is refused from then on', async () => {
    const { skills } = await clientOf(await scriptSkills(answers), 'modern', {}, { skipInvalid: true });
    await expect(skills.list()).rejects.toMatchObject({ code: SdkErrorCode.InvalidResult });
    await expect(skills.get(GOOD.uri)).rejects.toMatchObject({ code: SdkErrorCode.InvalidResult });
  });

  it.each(ERAS)('A result without freshness is all right for a directory, %s', async era => {
    const { skills } = await clientOf(await scriptSkills(answers), era);
    expect(await skills.readDirectory('skill://acme/a')).toEqual({ resources: [] });
  });
});

describe('get', () => {
  it('`get()` refuses another skill than was asked for', async () => {
    const server = await scriptSkills({ 'skills/get': () => ({ skill: GOOD, ...HOLDS }) });
    const { skills } = await clientOf(server, 'modern');
    await expect(skills.get('skill://b/SKILL.md')).rejects.toMatchObject({
      code: SdkErrorCode.InvalidResult,
      message: /"skill:\/\/acme\/a\/SKILL\.md" is not the skill "skill:\/\/b\/SKILL\.md"/
    });
  });

  it.each([{ resources: 5 }, { resources: [] }, { frontmatter: { name: 'b', description: 'd' } }])(
    '`get()` refuses an entry with %j',
    async part => {
      const server = await scriptSkills({ 'skills/get': () => ({ skill: { ...GOOD, ...part }, ...HOLDS }) });
      const { skills } = await clientOf(server, 'modern');
      await expect(skills.get(GOOD.uri)).rejects.toMatchObject({ code: SdkErrorCode.InvalidResult });
    }
  );
});

describe('capabilities', () => {
  const calls = (skills: SkillsClient): Promise<unknown>[] => [
    skills.get(GOOD.uri),
    skills.read(GOOD),
    skills.readDirectory('skill://acme/a')
  ];
  const expectAllToFail = async (code: SdkErrorCode, of: Promise<unknown>[]): Promise<void> => {
    for (const outcome of await Promise.allSettled(of)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code } });
    }
  };

  it.each<[string, object]>([
    ['nothing', {}],
    ['other things', { resources: {}, extensions: { 'com.example/other': {} } }],
    ['nonsense', { resources: {}, extensions: { 'io.modelcontextprotocol/skills': { directoryRead: 'yes' } } }]
  ])('Capabilities of %s are none, and nothing is asked for', async (_what, capabilities) => {
    const server = await scriptSkills({}, capabilities);
    const { skills } = await clientOf(server, 'modern');
    expect([skills.supported, skills.directoryRead]).toEqual([false, false]);
    expect(await skills.list()).toEqual({ skills: [], invalid: [] });
    await expectAllToFail(SdkErrorCode.CapabilityNotSupported, calls(skills));
    expect(server.requests.length).toBe(1);
  });

  it('Capabilities need directoryRead for directories', async () => {
    const server = await scriptSkills({}, { resources: {}, extensions: { 'io.modelcontextprotocol/skills': {} } });
    const { skills } = await clientOf(server, 'modern');
    expect([skills.supported, skills.directoryRead]).toEqual([true, false]);
    await expect(skills.readDirectory('skill://acme/a')).rejects.toThrow(/does not declare directoryRead/);
    expect(server.asked('resources/directory/read')).toEqual([]);
  });

  it('Capabilities need resources too where they are enforced', async () => {
    const { extensions } = DECLARED;
    const server = await scriptSkills({ 'skills/list': () => ({ skills: [GOOD], ...HOLDS }) }, { extensions });
    expect((await (await clientOf(server, 'modern')).skills.list()).skills).toEqual([GOOD]);
    const { skills } = await clientOf(server, 'modern', { enforceStrictCapabilities: true });
    expect([skills.supported, skills.directoryRead]).toEqual([false, false]);
    await expectAllToFail(SdkErrorCode.CapabilityNotSupported, [skills.list(), ...calls(skills)]);
  });

  it('Capabilities are unknown without a connection', async () => {
    const { client, skills } = await clientOf(await scriptSkills(), 'modern');
    await client.close();
    expect([skills.supported, skills.directoryRead]).toEqual([false, false]);
    await expectAllToFail(SdkErrorCode.NotConnected, [skills.list(), ...calls(skills)]);
  });
});

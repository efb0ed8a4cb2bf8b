import * as official from '@modelcontextprotocol/client';
import * as theirs from '@modelcontextprotocol/client/ext/skills';
import { McpServer } from '@modelcontextprotocol/server';
import { memorySkillFiles, type SkillCatalog, SkillsExtension } from '@modelcontextprotocol/server/ext/skills';
import { InMemoryTransport, Client, ProtocolErrorCode } from '@scopeful/client';
import * as ours from '@scopeful/client/ext/skills';
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { type DualServer, startServer } from '../protocol/support.js';
import { connectedIn, type Era, ERAS, manifestOf, MODERN } from './harness.js';

const LOGO = Uint8Array.from([0, 255, 137, 80, 78, 71]);
const FRONTMATTER = `license: Apache-2.0
compatibility: any
metadata:
  version: "2.1"
allowed-tools: [Bash, Read]
notes: >-
  folded
  text
steps:
  - name: one
    done: true
  - 3
empty:
`;
const FILES = {
  'git-workflow/SKILL.md': manifestOf('git-workflow'),
  'pdf/SKILL.md': manifestOf('pdf', FRONTMATTER),
  'pdf/references/FORMS.md': '# Forms\r\n',
  'pdf/templates/a letter #1.md': 'Dear reader',
  'pdf/templates/größe.txt': 'groß\uFEFF',
  'pdf/logo.png': LOGO,
  'pdf/empty.txt': '',
  'pdf/nested/SKILL.md': manifestOf('nested')
};

async function catalog(options?: Parameters<typeof SkillsExtension.load>[1]): Promise<SkillCatalog> {
  return SkillsExtension.load(memorySkillFiles(FILES), {
    prefix: 'acme',
    pageSize: 1,
    cacheHint: { ttlMs: 0, cacheScope: 'public' },
    strict: true,
    ...options
  });
}

/** The official server with a catalog, over HTTP, in both eras. */
async function serve(skills: SkillsExtension): Promise<DualServer> {
  return startServer(server => {
    skills.attach(server);
  });
}

const sizesOf = (skill: ours.Skill): Record<string, unknown> =>
  skill.resources === 'dynamic' ? {} : Object.fromEntries(skill.resources.map(({ uri, size }) => [uri, size]));

describe.each(ERAS)('the skills of the official server, %s', era => {
  it('The skills of the official server are listed from all pages, as they are published', async () => {
    const published = await catalog();
    const server = await serve(published);
    const skills = new ours.SkillsClient(await connectedIn(era, server));
    expect([skills.supported, skills.directoryRead]).toEqual([true, true]);
    const { skills: listed, invalid, nextCursor } = await skills.list();
    expect(listed).toEqual(published.entries);
    expect(invalid).toEqual([]);
    expect(nextCursor).toBeUndefined();
    expect(server.methods.filter(method => method === 'skills/list').length).toBe(published.entries.length);
  });

  it('The skills of the official server are listed page by page by hand', async () => {
    const published = await catalog();
    const client = await connectedIn(era, await serve(published));
    const skills = new ours.SkillsClient(client);
    const first = await client.request({ method: 'skills/list', params: {} }, anything);
    const { nextCursor: cursor } = first as { nextCursor: string };
    const page = await skills.list({ cursor });
    expect(page.skills).toEqual([published.entries[1]]);
    expect(page.nextCursor).not.toBe(cursor);
  });

  it('The skills of the official server are got by their URI', async () => {
    const published = await catalog();
    const skills = new ours.SkillsClient(await connectedIn(era, await serve(published)));
    for (const entry of published.entries) {
      expect((await skills.get(entry.uri)).skill).toEqual(entry);
    }
    await expect(skills.get('skill://acme/none/SKILL.md')).rejects.toMatchObject({
      code: ProtocolErrorCode.InvalidParams
    });
  });

  it('The skills of the official server are read file by file, each verified', async () => {
    const published = await catalog();
    const skills = new ours.SkillsClient(await connectedIn(era, await serve(published)));
    const { skill } = await skills.get('skill://acme/pdf/SKILL.md');
    expect(Object.keys(sizesOf(skill)).length).toBe(7);
    for (const [path, content] of Object.entries(FILES).filter(([name]) => name.startsWith('pdf/'))) {
      const file = await skills.read(skill, encodeURI(path.slice('pdf/'.length)).replaceAll('#', '%23'));
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      expect(file).toMatchObject({ bytes, verified: true });
      if (typeof content === 'string') expect(file.text).toBe(content);
      expect('frontmatter' in file).toBe(path === 'pdf/SKILL.md');
    }
  });

  it('The skills of the official server have their frontmatter parsed and their body cut off', async () => {
    const skills = new ours.SkillsClient(await connectedIn(era, await serve(await catalog())));
    const { skill } = await skills.get('skill://acme/pdf/SKILL.md');
    const { frontmatter, body, text, uri } = await skills.read(skill);
    expect(frontmatter).toEqual({
      name: 'pdf',
      description: 'What pdf does',
      license: 'Apache-2.0',
      compatibility: 'any',
      metadata: { version: '2.1' },
      'allowed-tools': ['Bash', 'Read'],
      notes: 'folded text',
      steps: [{ name: 'one', done: true }, 3],
      empty: null
    });
    expect([body, text, uri]).toEqual(['# pdf\n', FILES['pdf/SKILL.md'], skill.uri]);
  });

  it('The skills of the official server have directories whose children are listed from all pages', async () => {
    const skills = new ours.SkillsClient(await connectedIn(era, await serve(await catalog())));
    const { resources } = await skills.readDirectory('skill://acme/pdf');
    expect(resources.map(({ name }) => name).sort()).toEqual([
      'SKILL.md',
      'empty.txt',
      'logo.png',
      'nested',
      'references',
      'templates'
    ]);
    const directories = resources.filter(({ mimeType }) => mimeType === ours.DIRECTORY_MIME_TYPE);
    expect(directories.map(({ uri }) => uri)).toContain('skill://acme/pdf/nested');
    await expect(skills.readDirectory('skill://acme/pdf/SKILL.md')).rejects.toMatchObject({
      code: ProtocolErrorCode.InvalidParams
    });
  });

  it('The skills of the official server are the same to the official client', async () => {
    const server = await serve(await catalog());
    const mine = new ours.SkillsClient(await connectedIn(era, server));
    const other = new theirs.SkillsClient(await officialClient(era, server.url));
    expect(await mine.list()).toEqual(await other.list());
    const { skills } = await mine.list();
    for (const skill of skills) {
      expect(await mine.get(skill.uri)).toEqual(await other.get(skill.uri));
      for (const uri of Object.keys(sizesOf(skill))) {
        expect(await mine.read(skill, uri)).toEqual(await other.read(skill, uri));
      }
    }
    expect(await mine.readDirectory('skill://acme/pdf')).toEqual(await other.readDirectory('skill://acme/pdf'));
  });

  it('The skills of the official server can be such as nobody can verify', async () => {
    const uri = 'skill://live/report/SKILL.md';
    const content: Record<string, string> = { [uri]: manifestOf('report'), 'skill://live/report/now.md': 'now' };
    const source = new SkillsExtension({
      source: {
        list: () => Promise.resolve({ skills: [] }),
        get: asked =>
          Promise.resolve(
            asked === uri
              ? { uri, frontmatter: { name: 'report', description: 'What report does' }, resources: 'dynamic' as const }
              : undefined
          ),
        read: asked => Promise.resolve(content[asked] === undefined ? undefined : { text: content[asked] })
      }
    });
    const skills = new ours.SkillsClient(await connectedIn(era, await serve(source)));
    expect([skills.supported, skills.directoryRead]).toEqual([true, false]);
    expect((await skills.list()).skills).toEqual([]);
    const { skill } = await skills.get(uri);
    expect(await skills.read(skill)).toMatchObject({ verified: false, body: '# report\n' });
    expect(await skills.read(skill, './now.md')).toMatchObject({ verified: false, text: 'now' });
    await expect(skills.readDirectory('skill://live/report')).rejects.toMatchObject({
      code: official.SdkErrorCode.CapabilityNotSupported
    });
  });
});

it('How long a result holds is said from 2026-07-28 on', async () => {
  const server = await serve(await catalog({ cacheHint: { ttlMs: 300_000, cacheScope: 'public' } }));
  const skills = new ours.SkillsClient(await connectedIn('modern', server));
  const holds = { ttlMs: 300_000, cacheScope: 'public' };
  expect(await skills.list()).toMatchObject(holds);
  expect(await skills.get('skill://acme/pdf/SKILL.md')).toMatchObject(holds);
  expect(await skills.readDirectory('skill://acme/pdf')).toMatchObject(holds);
});

it('A file that changed fails, and is read with the entry of now', async () => {
  const files: Record<string, string> = { ...FILES, 'pdf/logo.png': 'text' };
  const published = await SkillsExtension.load(memorySkillFiles(files), { prefix: 'acme' });
  const skills = new ours.SkillsClient(await connectedIn('modern', await serve(published)));
  const { skill: before } = await skills.get('skill://acme/pdf/SKILL.md');
  files['pdf/references/FORMS.md'] = '# Forms, anew';
  await published.reload();
  await expect(skills.read(before, 'references/FORMS.md')).rejects.toMatchObject({ reason: 'size' });
  const { skill: after } = await skills.get(before.uri);
  expect(await skills.read(after, 'references/FORMS.md')).toMatchObject({ text: '# Forms, anew', verified: true });
});

it('A server without the extension has no skills', async () => {
  const server = await startServer(() => undefined);
  const skills = new ours.SkillsClient(await connectedIn('modern', server));
  expect([skills.supported, skills.directoryRead]).toEqual([false, false]);
  expect(await skills.list()).toEqual({ skills: [], invalid: [] });
  expect(server.methods).toEqual(['server/discover']);
});

it('A server in the same process has skills, too', async () => {
  const published = await catalog();
  const server = new McpServer({ name: 'peer', version: '1.0.0' });
  published.attach(server);
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'skills', version: '1.0.0' });
  await Promise.all([server.connect(far), client.connect(near)]);
  onTestFinished(() => client.close());
  expect((await new ours.SkillsClient(client).list()).skills).toEqual(published.entries);
});

const anything = {
  '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) }
};

async function officialClient(era: Era, url: URL): Promise<official.Client> {
  const versionNegotiation = era === 'modern' ? { mode: { pin: MODERN } } : undefined;
  const client = new official.Client({ name: 'skills', version: '1.0.0' }, { versionNegotiation });
  await client.connect(new official.StreamableHTTPClientTransport(url));
  onTestFinished(() => client.close());
  return client;
}

describe('the names', () => {
  it('The names are those of the official client, and their values', () => {
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    const { SkillsClient, SkillVerificationError, ...constants } = ours;
    expect(constants).toEqual({ ...theirs, SkillsClient: undefined, SkillVerificationError: undefined });
    expect([SkillsClient.name, SkillVerificationError.name]).toEqual(['SkillsClient', 'SkillVerificationError']);
  });

  it('The names have types that go in place of the official ones', () => {
    expectTypeOf<ours.Skill>().toExtend<theirs.Skill>();
    expectTypeOf<theirs.Skill>().toExtend<ours.Skill>();
    expectTypeOf<ours.SkillListing>().toExtend<theirs.SkillListing>();
    expectTypeOf<theirs.SkillListing>().toExtend<ours.SkillListing>();
    expectTypeOf<ours.SkillFile>().toEqualTypeOf<theirs.SkillFile>();
    expectTypeOf<ours.InvalidSkillEntry>().toEqualTypeOf<theirs.InvalidSkillEntry>();
    expectTypeOf<ours.SkillVerificationReason>().toEqualTypeOf<theirs.SkillVerificationReason>();
    expectTypeOf<ours.SkillCacheScope>().toEqualTypeOf<theirs.SkillCacheScope>();
    expectTypeOf<ours.SkillFrontmatter>().toExtend<theirs.SkillFrontmatter>();
    expectTypeOf<ours.SkillResourceEntry>().toExtend<theirs.SkillResourceEntry>();
    expectTypeOf<ours.SkillResources>().toExtend<theirs.SkillResources>();
    expectTypeOf<ours.SkillsCapability>().toExtend<theirs.SkillsCapability>();
    expectTypeOf<ours.DirectoryResource>().toExtend<theirs.DirectoryResource>();
    expectTypeOf<theirs.DirectoryResource>().toExtend<ours.DirectoryResource>();
    expectTypeOf<ours.ListSkillsResult['skills']>().toExtend<theirs.ListSkillsResult['skills']>();
    expectTypeOf<ours.GetSkillResult['skill']>().toExtend<theirs.GetSkillResult['skill']>();
    expectTypeOf<ours.ReadResourceDirectoryResult['resources']>().toExtend<
      theirs.ReadResourceDirectoryResult['resources']
    >();
    expectTypeOf<theirs.SkillsClientOptions>().toExtend<ours.SkillsClientOptions>();
    expectTypeOf<keyof ours.SkillsClient>().toEqualTypeOf<keyof theirs.SkillsClient>();
    expectTypeOf<keyof ours.SkillVerificationError>().toEqualTypeOf<keyof theirs.SkillVerificationError>();
    expectTypeOf<ConstructorParameters<typeof theirs.SkillVerificationError>>().toExtend<
      ConstructorParameters<typeof ours.SkillVerificationError>
    >();
    expectTypeOf<Parameters<theirs.SkillsClient['list']>[0]>().toExtend<Parameters<ours.SkillsClient['list']>[0]>();
    expectTypeOf<Awaited<ReturnType<ours.SkillsClient['get']>>>().toExtend<
      Awaited<ReturnType<theirs.SkillsClient['get']>>
    >();
    expectTypeOf<Awaited<ReturnType<ours.SkillsClient['readDirectory']>>>().toExtend<
      Awaited<ReturnType<theirs.SkillsClient['readDirectory']>>
    >();
  });
});

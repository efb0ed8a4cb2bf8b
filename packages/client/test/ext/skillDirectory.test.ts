import { describe, expect, it } from 'vitest';
import { SkillDirectory } from '../../src/ext/skills/directory.js';

function directory(uri: string): SkillDirectory {
  const found = SkillDirectory.of(uri);
  if (found === undefined) throw new Error(`${uri} is not of a SKILL.md`);
  return found;
}

describe('the directory of a skill', () => {
  it.each([
    ['skill://git-workflow/SKILL.md', 'skill://git-workflow', 'git-workflow'],
    ['skill://acme/billing/refunds/SKILL.md', 'skill://acme/billing/refunds', 'refunds'],
    ['github://owner/repo/skills/refunds/SKILL.md', 'github://owner/repo/skills/refunds', 'refunds'],
    ['file:///srv/refunds/SKILL.md', 'file:///srv/refunds', 'refunds'],
    ['urn:refunds/SKILL.md', 'urn:refunds', 'refunds'],
    ['skill://%61/SKILL.md', 'skill://%61', 'a']
  ])('The directory of the skill %s is %s, of the name %s', (uri, root, name) => {
    expect(directory(uri)).toMatchObject({ uri: root, name });
  });

  it.each([
    'skill://a',
    'skill://a/skill.md',
    'skill://a/README.md',
    'skill://a/SKILL.md/',
    'skill://a/SKILL%2Emd',
    'skill://a/SKILL.md?v=1',
    'skill://a/SKILL.md#top',
    'skill://SKILL.md',
    'skill:///SKILL.md',
    'SKILL.md',
    'a/SKILL.md',
    '//a/SKILL.md',
    'skill://x y/a/SKILL.md',
    ''
  ])('The directory of a skill is not to be found for %j', uri => {
    expect(SkillDirectory.of(uri)).toBeUndefined();
  });

  it.each(['..', '.', '%2e%2e', '%2E', 'x%2Fy', 'x%5Cy', 'x\\y', '%00'])(
    'The directory of a skill has no segment %j above it',
    segment => {
      expect(SkillDirectory.of(`skill://${segment}/a/SKILL.md`)).toBeUndefined();
      expect(SkillDirectory.of(`skill://x/${segment}/SKILL.md`)).toBeUndefined();
    }
  );

  it('The directory of a skill is the same in every spelling', () => {
    const keys = ['skill://a%7eb/x/SKILL.md', 'SKILL://a~b/%78/SKILL.md'].map(uri => directory(uri).key);
    expect(new Set(keys).size).toBe(1);
    expect(directory('skill://A/SKILL.md').key).not.toBe(directory('skill://a/SKILL.md').key);
  });
});

const SKILL = directory('skill://acme/pdf/SKILL.md');

describe('a file of a skill', () => {
  it.each([
    ['skill://acme/pdf/SKILL.md', 'SKILL.md'],
    ['skill://acme/pdf/references/FORMS.md', 'references/FORMS.md'],
    ['skill://acme/%70df/a%20b.md', 'a%20b.md'],
    ['skill://acme/pdf/a b.md', 'a%20b.md'],
    ['skill://acme/pdf/%c3%a9', '%C3%A9'],
    ['skill://acme/pdf/é', '%C3%A9'],
    ['skill://acme/pdf/a+b@c,d;e=f:g$h&i', 'a+b@c,d;e=f:g$h&i'],
    ['skill://acme/pdf/100%', '100%25'],
    ['skill://acme/pdf/%ff', '%FF'],
    ['skill://acme/pdf/\ud800', '\ud800'],
    ['skill://acme/pdf/...', '...']
  ])('The file %j is %j in the directory of its skill', (uri, path) => {
    expect(SKILL.pathOf(uri)).toBe(path);
  });

  it.each([
    'skill://acme/pdf',
    'skill://acme/pdf/',
    'skill://acme/pdf/x/',
    'skill://acme/pdf//x',
    'skill://acme/pdfs/x',
    'skill://acme/x',
    'skill://ACME/pdf/x',
    'other://acme/pdf/x',
    'skill:/acme/pdf/x',
    'skill://acme/pdf/x?y',
    'skill://acme/pdf/x#y',
    'skill://acme/pdf/../pdf/x',
    'skill://acme/pdf/./x',
    'skill://acme/pdf/%2e%2e/x',
    'skill://acme/pdf/..%2fx',
    'skill://acme/pdf/..\\x',
    'skill://acme/pdf/..%5cx',
    'skill://acme/pdf/x%00',
    'skill://acme/pdf/x\0',
    'skill://acme/pdf/%ff%2f',
    'x',
    ''
  ])('A file of a skill is not at %j', uri => {
    expect(SKILL.pathOf(uri)).toBeUndefined();
  });
});

describe('a reference in a skill', () => {
  it.each([
    ['references/FORMS.md', 'references/FORMS.md'],
    ['./x.md', 'x.md'],
    ['a/../x.md', 'x.md'],
    ['a/./%2e%2e/x.md', 'x.md'],
    ['../pdf/x.md', 'x.md'],
    ['../../acme/pdf/x.md', 'x.md'],
    ['x.md#part', 'x.md'],
    ['skill://acme/pdf/x.md#part', 'x.md'],
    ['%78.md', 'x.md'],
    ['what?.md', 'what%3F.md'],
    ['c%23.md', 'c%23.md'],
    ['./note:1.md', 'note:1.md']
  ])('%j leads to %j', (reference, path) => {
    expect(SKILL.resolve(reference)).toBe(path);
  });

  it.each([
    '',
    '#part',
    '.',
    '..',
    'x/',
    'x//y',
    '../x.md',
    '../other/x.md',
    '../../../acme/pdf/x.md',
    '%2e%2e/x.md',
    '..%2fx.md',
    '..\\x.md',
    '..%5cx.md',
    '/x.md',
    '/etc/passwd',
    '//acme/pdf/x.md',
    'skill://other/x.md',
    'https://acme/pdf/x.md',
    'note:1.md',
    'C:\\x',
    'x\0'
  ])('%j leads nowhere', reference => {
    expect(SKILL.resolve(reference)).toBeUndefined();
  });
});

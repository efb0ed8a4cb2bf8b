import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';

const root = resolve(import.meta.dirname, '../../../..');
const names = ['core', 'client', 'tests'];

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  dependencies?: Record<string, string>;
}

function manifest(directory: string, name: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'packages', name, 'package.json'), 'utf8')) as Manifest;
}

/** A copy of the workspace as far as versioning looks at it, without the changesets that wait there. */
function scratchCopy(): string {
  const directory = mkdtempSync(join(tmpdir(), 'scopeful-release-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const file of ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json'])
    cpSync(join(root, file), join(directory, file));
  for (const name of names) {
    mkdirSync(join(directory, 'packages', name), { recursive: true });
    cpSync(join(root, 'packages', name, 'package.json'), join(directory, 'packages', name, 'package.json'));
  }
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  return directory;
}

it.each(names)('A changeset on %s alone gives all three packages the next version', changed => {
  const directory = scratchCopy();
  const before = manifest(directory, 'core').version;
  writeFileSync(join(directory, '.changeset/one.md'), `---\n'@scopeful/${changed}': minor\n---\n\nSomething new.\n`);
  execFileSync(process.execPath, [join(root, 'node_modules/@changesets/cli/bin.js'), 'version'], { cwd: directory });
  const versions = names.map(name => manifest(directory, name).version);
  expect(new Set(versions).size).toBe(1);
  expect(versions[0]).not.toBe(before);
  expect(readdirSync(join(directory, '.changeset'))).toEqual(['config.json']);
});

it('The client depends on the core of its own release, and tests are not published', () => {
  expect(manifest(root, 'client').dependencies).toMatchObject({ '@scopeful/core': 'workspace:^' });
  expect(manifest(root, 'tests').private).toBe(true);
  expect([manifest(root, 'core').private, manifest(root, 'client').private]).toEqual([undefined, undefined]);
});

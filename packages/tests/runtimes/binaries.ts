import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { TestContext } from 'vitest';

const directory = join(import.meta.dirname, '../binaries');

/** Where the program is in each package; packages of Node are named after its version. */
const programs: Readonly<Record<string, string>> = {
  bun: 'bun/bin/bun',
  deno: 'deno/deno',
  workerd: 'workerd/bin/workerd'
};

/** The versions of Node that there are programs of. */
export function nodeVersions(): string[] {
  const { optionalDependencies } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    optionalDependencies: object;
  };
  return Object.keys(optionalDependencies).flatMap(name => /^node-(.+)/.exec(name)?.[1] ?? []);
}

/** Skips a test that lacks something, and says what; where changes are judged it must be there. */
export function lacking(what: string, context: TestContext): never {
  if ((process.env['CI'] ?? '') !== '') throw new Error(`${what}, and CI has to have it`);
  return context.skip(what);
}

/** A runtime's program, by the name of its package. */
export function binary(name: string, context: TestContext): string {
  const file = join(directory, 'node_modules', programs[name] ?? `${name}/bin/node`);
  const { status } = spawnSync(file, ['--version']);
  return status === 0 ? file : lacking(`${name} does not run on ${process.platform}-${process.arch}`, context);
}

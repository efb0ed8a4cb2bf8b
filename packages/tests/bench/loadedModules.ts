import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The files that importing a package loads, and how many bytes they have together. */
export function modulesLoadedBy(name: string): { files: string[]; bytes: number } {
  const cwd = import.meta.dirname;
  const args = ['--import', join(cwd, 'moduleLog.mjs'), '--input-type=module', '--eval'];
  const log = execFileSync(process.execPath, [...args, `await import(${JSON.stringify(name)})`], {
    cwd,
    encoding: 'utf8'
  });
  const files = log
    .split('\n')
    .filter(line => line.startsWith('file:'))
    .map(url => fileURLToPath(url));
  return { files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

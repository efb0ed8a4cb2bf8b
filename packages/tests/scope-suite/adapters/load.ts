import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ClientUnderTest } from './clientUnderTest.js';
import { loadCurrent } from './current.js';
import { loadSdk1 } from './sdk1.js';

const SDK_1 = '@modelcontextprotocol/sdk';

/** Where the parts of a 1.x SDK are; `undefined` for a client with one entry point. */
function sdk1Directory(name: string): string | undefined {
  if (name === SDK_1) return `${SDK_1}/client`;
  return isAbsolute(name) && name.endsWith(SDK_1) ? pathToFileURL(join(name, 'dist/esm/client')).href : undefined;
}

/** @param name a package, or the absolute path of a module (of a package's directory for a 1.x SDK) */
export function loadClient(name: string): Promise<ClientUnderTest> {
  const directory = sdk1Directory(name);
  if (directory !== undefined) return loadSdk1(directory);
  return loadCurrent(isAbsolute(name) ? pathToFileURL(name).href : name);
}

/** Name and version of the package that a client module belongs to. */
export function packageOf(name: string): { name: string; version: string } {
  const directory = sdk1Directory(name);
  const entry = directory === undefined ? name : `${directory}/index.js`;
  const file = isAbsolute(entry) ? entry : fileURLToPath(import.meta.resolve(entry));
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const found = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string; version?: string };
    // A build's own directory may hold a manifest that says `type` and nothing else.
    if (found.name !== undefined) return { name: found.name, version: found.version ?? '' };
  }
  return { name, version: '' };
}

// `pnpm bench`: what it costs to import the client, to ship it to a page and to call a tool, ours beside the official one, in one run.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { bundleForBrowser } from './bundle.js';
import { importCosts } from './imports.js';
import { modulesLoadedBy } from './loadedModules.js';

const OURS = '@scopeful/client';
const THEIRS = '@modelcontextprotocol/client';

function row(what: string, unit: string, ours: number, theirs: number, digits = 0): void {
  const number = (value: number): string => value.toFixed(digits).padStart(9);
  console.log(`${what.padEnd(44)}${number(ours)}${number(theirs)} ${unit.padEnd(7)}${(ours / theirs).toFixed(2)}`);
}

function inMemoryCall(name: string, era: string): number {
  const args = [join(import.meta.dirname, 'inMemoryCalls.mjs'), name, era, '40000'];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

const [ours, theirs] = importCosts(OURS, THEIRS);
const loaded = { ours: modulesLoadedBy(OURS), theirs: modulesLoadedBy(THEIRS) };
const bundles = { ours: await bundleForBrowser(OURS), theirs: await bundleForBrowser(THEIRS) };

console.log(`Node ${process.versions.node}${'ours'.padStart(38)}${'theirs'.padStart(9)}        ratio`);
row('cold import, CPU time', 'ms', ours.milliseconds, theirs.milliseconds, 1);
row('cold import, heap', 'MB', ours.megabytes, theirs.megabytes, 1);
row('modules loaded by the import', '', loaded.ours.files.length, loaded.theirs.files.length);
row('and their size', 'KB', loaded.ours.bytes / 1000, loaded.theirs.bytes / 1000);
row('Client + Streamable HTTP for a page, gzip', 'KB', bundles.ours.eager / 1000, bundles.theirs.eager / 1000, 1);
for (const era of ['legacy', 'modern']) {
  row(`a tool call in memory, ${era}, CPU time`, 'µs', inMemoryCall(OURS, era), inMemoryCall(THEIRS, era), 2);
}

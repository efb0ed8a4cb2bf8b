// `fs` for programs that want Node 22's globSync, which they only use to look for files that are not there.
import * as fs from 'node:fs';

export * from 'node:fs';
export { default } from 'node:fs';
export const globSync = fs.globSync ?? (() => []);

// node --import moduleLog.mjs: hooks that print the URL of each module that is loaded, but for Node's own.
import { writeSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

export async function load(url, context, nextLoad) {
  if (url.startsWith('file:')) writeSync(1, `${url}\n`);
  return nextLoad(url, context);
}

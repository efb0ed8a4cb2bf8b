import { expect, it } from 'vitest';
import { bundleForBrowser } from '../../bench/bundle.js';
import { modulesLoadedBy } from '../../bench/loadedModules.js';

it('The root entry loads few modules and bytes when it is imported, and no library before it is used', () => {
  const { files, bytes } = modulesLoadedBy('@scopeful/client');
  const libraries = files.map(file => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(file)?.[1]);
  expect(libraries.filter(name => name !== undefined)).toEqual(['eventsource-parser']);
  expect(files.length).toBeLessThanOrEqual(17);
  expect(bytes).toBeLessThanOrEqual(410_000);
});

it('A page loads no more than 36 KB to connect: sign-in and the modern era come when they are needed', async () => {
  const { eager, lazy, modules } = await bundleForBrowser('@scopeful/client');
  expect(eager).toBeLessThanOrEqual(36_000);
  expect(lazy).toBeGreaterThan(0);
  expect(modules.filter(file => /jose|cfworker|ajv|negotiate-|cross-spawn/.test(file))).toEqual([]);
});

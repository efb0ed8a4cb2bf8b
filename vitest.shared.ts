import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** One configuration for every package: the packages are read from source, and results go where scripts/test.mjs adds them up. */
export function packageTests(directory: string): ViteUserConfig {
  const source = (file: string): string => join(import.meta.dirname, 'packages', file);
  return defineConfig({
    resolve: {
      alias: [
        { find: /^@scopeful\/core$/, replacement: source('core/src/index.ts') },
        { find: /^@scopeful\/core\/(engine|challenges)$/, replacement: source('core/src/$1.ts') },
        { find: /^@scopeful\/core\/internal$/, replacement: source('core/src/index.ts') },
        { find: /^@scopeful\/core\/(ext\/[a-zA-Z]+)$/, replacement: source('core/src/$1.ts') },
        { find: /^@scopeful\/client$/, replacement: source('client/src/index.ts') },
        { find: /^@scopeful\/client\/(stdio|(?:ext|validators)\/[a-zA-Z]+)$/, replacement: source('client/src/$1.ts') }
      ]
    },
    test: {
      include: ['test/**/*.test.ts'],
      reporters: ['default', 'json'],
      outputFile: { json: join(directory, '.test-results', 'vitest.json') },
      testTimeout: 20_000
    }
  });
}

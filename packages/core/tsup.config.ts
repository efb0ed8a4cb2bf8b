import { defineConfig } from 'tsup';
import { published } from '../../tsup.shared.js';

export default defineConfig({
  ...published,
  entry: ['src/index.ts', 'src/engine.ts', 'src/challenges.ts', 'src/ext/skills.ts'],
  // zod's many files cost more to load than the part of them that is used.
  noExternal: [/^zod/]
});

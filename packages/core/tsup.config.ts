import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/internal.ts', 'src/engine.ts', 'src/engineModern.ts', 'src/ext/skills.ts'],
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  // One copy of every module, in CommonJS too: the entries share state.
  splitting: true,
  // zod's many files cost more to load than the part of them that is used.
  noExternal: [/^zod/],
  sourcemap: true,
  clean: true,
  treeshake: true
});

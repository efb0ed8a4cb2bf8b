import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/stdio.ts', 'src/ext/skills.ts', 'src/validators/ajv.ts', 'src/validators/cfWorker.ts'],
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  // One copy of every module, in CommonJS too: the entries share state.
  splitting: true,
  sourcemap: true,
  clean: true,
  treeshake: true
});

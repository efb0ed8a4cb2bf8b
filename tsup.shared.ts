import type { Options } from 'tsup';

/** In CommonJS, what is loaded late comes with `require`, too: not everything that runs CommonJS (Jest, for one) has `import()`. */
const lateRequires: NonNullable<Options['plugins']>[number] = {
  name: 'late-requires',
  renderChunk(code, { map }) {
    if (this.format !== 'cjs') return;
    return { code: code.replace(/\bimport\((["']\.[^"']+["'])\)/g, 'Promise.resolve().then(() => require($1))'), map };
  }
};

/** How the published packages are built. */
export const published: Options = {
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  // One copy of every module, in CommonJS too: the entries share state.
  splitting: true,
  sourcemap: true,
  clean: true,
  treeshake: true,
  plugins: [lateRequires]
};

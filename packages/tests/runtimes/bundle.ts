import { join } from 'node:path';
import { rolldown, type InputOptions, type OutputOptions } from 'rolldown';

async function build(entries: string[], input: InputOptions, output: OutputOptions): Promise<Map<string, string>> {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map(name => [name, join(import.meta.dirname, `${name}.ts`)])),
    logLevel: 'silent',
    ...input
  });
  const { output: parts } = await bundle.generate(output);
  await bundle.close();
  return new Map(parts.flatMap(part => (part.type === 'chunk' ? [[part.fileName, part.code]] : [])));
}

/** Programs with all that they need, for where there is no `node_modules`: ES modules by file name, in parts as a page would load them. */
export function bundleWhole(...entries: string[]): Promise<Map<string, string>> {
  return build(entries, { platform: 'browser' }, { format: 'esm', entryFileNames: '[name].js', minify: true });
}

/** One program that finds the packages as its runtime does. */
export async function bundleAlone(entry: string, format: 'esm' | 'cjs'): Promise<string> {
  const parts = await build([entry], { platform: 'neutral', external: [/^@scopeful\//, /^node:/] }, { format });
  const [code, ...others] = parts.values();
  if (code === undefined || others.length > 0) throw new Error(`${entry} became ${parts.size} files instead of one`);
  return code;
}

import { join, resolve } from 'node:path';
import ts from 'typescript';

/** How the files of this package are compiled. */
export function compilerOptions(): ts.CompilerOptions {
  const directory = resolve(import.meta.dirname, '..');
  const { config } = ts.readConfigFile(join(directory, 'tsconfig.json'), path => ts.sys.readFile(path)) as {
    config: unknown;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, directory).options;
}

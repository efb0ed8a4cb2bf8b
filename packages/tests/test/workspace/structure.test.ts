import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const packages = resolve(import.meta.dirname, '../../..');

function filesBelow(directory: string): string[] {
  if (!existsSync(join(packages, directory))) return [];
  return readdirSync(join(packages, directory), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(packages, join(entry.parentPath, entry.name)));
}

function read(file: string): string {
  return readFileSync(join(packages, file), 'utf8');
}

const sources = ['core/src', 'client/src'].flatMap(filesBelow);

/** The imports of a file: all of them, those of values, and those that are made late. */
const statements = {
  all: /^(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bawait import\('([^']+)'\)/gms,
  values: /^(?:import|export)(?! type)\b[^;]*?\bfrom '([^']+)'/gms
};

/** What a source file imports, packages by name and files by their path from `packages`. */
function importsOf(file: string, statement: RegExp): string[] {
  return [...read(file).matchAll(statement)].map(([, early, specifier = early ?? '']) =>
    specifier.startsWith('.') ? join(dirname(file), specifier).replace(/\.js$/, '.ts') : specifier
  );
}

const imports = new Map(sources.map(file => [file, importsOf(file, statements.all)]));
const valueImports = new Map(sources.map(file => [file, importsOf(file, statements.values)]));

/** Which of the files below `from` import something that matches `target`. */
function importing(from: string, target: RegExp, graph = imports): string[] {
  return [...graph]
    .filter(([file, list]) => file.startsWith(from) && list.some(name => target.test(name)))
    .map(([file]) => file);
}

describe('imports', () => {
  it('Every file but the entries is imported by another', () => {
    const imported = new Set([...imports.values()].flat());
    const entries = [
      'core/src/index.ts',
      'core/src/engine.ts',
      'core/src/challenges.ts',
      'core/src/ext/skills.ts',
      'client/src/index.ts',
      'client/src/stdio.ts',
      'client/src/ext/skills.ts',
      'client/src/validators/ajv.ts',
      'client/src/validators/cfWorker.ts'
    ];
    expect(sources.filter(file => !imported.has(file) && !entries.includes(file))).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ['core knows nothing of the client', 'core/src/', /^client\/|^@scopeful/],
    ['oauth knows nothing of JSON-RPC or the model', 'core/src/oauth/', /^core\/src\/(jsonrpc|model)\//],
    ['JSON-RPC knows nothing of OAuth', 'core/src/jsonrpc/', /^core\/src\/oauth\//],
    ['the wire types know nothing', 'core/src/jsonrpc/types.ts', /./],
    ['the scope record knows nothing but scopes', 'core/src/oauth/scopeState.ts', /^(?!core\/src\/oauth\/scope\.ts$)/],
    ['the model knows nothing of OAuth', 'core/src/model/', /^core\/src\/oauth\//],
    ['HTTP knows nothing of the client, its sessions or its offers', 'client/src/http/', /^client\/src\/(?!http|auth)/],
    ['authorization knows nothing of transports', 'client/src/auth/', /^client\/src\/(?!auth)/],
    [
      'the decision what to do knows no provider and does no I/O',
      'client/src/auth/nextStep.ts',
      /^(?!@scopeful\/core\/(engine|challenges)$)/
    ],
    ['sessions know nothing of transports', 'client/src/session/', /^client\/src\/(http|auth)\//],
    ['offers know nothing of transports', 'client/src/offers/', /^client\/src\/(http|auth)\//],
    ['the legacy session knows nothing of the modern one', 'client/src/session/legacy', /session\/modern/],
    ['the modern session knows nothing of the legacy one', 'client/src/session/modern', /session\/legacy/],
    ['nothing but the entry knows the facade', 'client/src/', /client\/src\/client\.ts$/],
    ['core imports no Node builtin', 'core/src/', /^node:/],
    ['extensions import no Node builtin', 'client/src/ext/', /^node:/]
  ])('%s', (_, from, target) => {
    expect(sources.filter(file => file.startsWith(from))).not.toEqual([]);
    expect(importing(from, target).filter(file => file !== 'client/src/index.ts')).toEqual([]);
  });

  it('Imports of extensions are by extensions alone', () => {
    expect(importing('', /\/ext\//)).not.toEqual([]);
    expect(importing('', /\/ext\//).filter(file => !file.includes('/src/ext/'))).toEqual([]);
  });

  it('Imports of Node builtins are not to be reached from the root entry', () => {
    const reached = new Set(['client/src/index.ts']);
    for (const file of reached) for (const name of imports.get(file) ?? []) if (imports.has(name)) reached.add(name);
    expect(reached.size).toBeGreaterThan(10);
    expect([...reached].filter(file => imports.get(file)?.some(name => name.startsWith('node:')))).toEqual([]);
  });

  it('Imports of core by the client are of types only, but for its engine: the root entry would bring the flow along', () => {
    const roots = importing('client/src/', /^@scopeful\/core$/, valueImports);
    expect(roots).toEqual(['client/src/index.ts', 'client/src/auth/auth.ts']);
  });

  it('Imports of the model by JSON-RPC are of types only', () => {
    expect(importing('core/src/jsonrpc/', /^core\/src\/model\//, valueImports)).toEqual([]);
  });

  it('Imports have no circles, of types either', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') return void cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      state.set(file, 'open');
      for (const next of imports.get(file) ?? []) if (imports.has(next)) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of sources) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

it('401 and 403 are looked at in one place', () => {
  const looking = sources.filter(file =>
    /\b40[13]\b/.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, ''))
  );
  expect(looking).toEqual(['core/src/oauth/refusal.ts']);
});

it('No file has more than 450 lines beside its docstrings', () => {
  const all = [
    ...sources,
    ...[
      'core/test',
      'client/test',
      'tests/bench',
      'tests/conformance',
      'tests/demo',
      'tests/runtimes',
      'tests/schemas',
      'tests/surface',
      'tests/support',
      'tests/test',
      'tests/scope-suite'
    ].flatMap(filesBelow)
  ];
  // The entries are lists of names, one to a line.
  const files = all.filter(file => !file.endsWith('src/index.ts'));
  const linesOf = (file: string): number =>
    read(file)
      .replaceAll(/^ *\/\*\*.*?\*\/\n/gms, '')
      .split('\n').length;
  expect(files.filter(file => linesOf(file) > 450)).toEqual([]);
});

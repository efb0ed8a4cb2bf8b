import { join } from 'node:path';
import ts from 'typescript';
import { compilerOptions } from '../support/compilerOptions.js';

/** One entry of a package, ours and the official one. */
export interface Entry {
  ours: string;
  theirs: string;
}

/** What the declarations of the official entry have and ours does not, or has with another type. */
export interface TypeDifference {
  entry: string;
  name: string;
  /** `missing`; or which way a value cannot go: from us to code written for them, or from such code to us. */
  kind: 'missing' | 'ours to theirs' | 'theirs to ours';
}

const file = join(import.meta.dirname, 'comparison.ts');

/** A declaration file without private members: they would make two classes incomparable that do the same. */
function withoutPrivates(name: string, text: string): string {
  if (!/^ *(?:#private|private|protected)\b/m.test(text)) return text;
  let rest = text;
  const hide = (node: ts.Node): void => {
    const blank = ' '.repeat(node.end - node.getStart());
    rest = rest.slice(0, node.getStart()) + blank + rest.slice(node.end);
  };
  const visit = (node: ts.Node): void => {
    if (!ts.isClassDeclaration(node)) return ts.forEachChild(node, visit);
    for (const member of node.members) if (isHidden(member) && !ts.isConstructorDeclaration(member)) hide(member);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  return rest;
}

function isHidden(member: ts.ClassElement): boolean {
  const { NonPublicAccessibilityModifier: hidden } = ts.ModifierFlags;
  const isPrivateName = member.name !== undefined && ts.isPrivateIdentifier(member.name);
  return isPrivateName || (ts.getCombinedModifierFlags(member) & hidden) !== 0;
}

/** Read once for all programs. */
const sources = new Map<string, ts.SourceFile | undefined>();

/** A program of one file that exists in memory alone. */
function programOf(source: string, options: ts.CompilerOptions, previous?: ts.Program): ts.Program {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = name => name === file || fileExists(name);
  host.readFile = name => {
    const text = readFile(name);
    return text !== undefined && /\.d\.[mc]?ts$/.test(name) ? withoutPrivates(name, text) : text;
  };
  host.getSourceFile = (name, version) => {
    if (name === file) return ts.createSourceFile(name, source, version);
    if (!sources.has(name)) sources.set(name, getSourceFile(name, version));
    return sources.get(name);
  };
  return ts.createProgram([file], options, host, previous);
}

function sourceFileOf(program: ts.Program): ts.SourceFile {
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error('the comparison was not compiled');
  return source;
}

type Exports = Map<string, ts.Symbol>;

/** The exports of a namespace import, aliases resolved. */
function exportsOf(program: ts.Program, specifier: string): Exports {
  const checker = program.getTypeChecker();
  const statement = sourceFileOf(program).statements.find(
    node => ts.isImportDeclaration(node) && (node.moduleSpecifier as ts.StringLiteral).text === specifier
  ) as ts.ImportDeclaration;
  const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
  if (module === undefined) throw new Error(`${specifier} has no declarations`);
  return new Map(
    checker
      .getExportsOfModule(module)
      .map(symbol => [symbol.name, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol])
  );
}

function typeParametersOf(symbol: ts.Symbol): number {
  return Math.max(
    0,
    ...(symbol.declarations ?? []).map(node =>
      ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node)
        ? (node.typeParameters?.length ?? 0)
        : 0
    )
  );
}

/** Whether a class makes its instances itself. */
function isNotConstructed(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    node =>
      ts.isClassDeclaration(node) &&
      node.members.some(member => ts.isConstructorDeclaration(member) && isHidden(member))
  );
}

/**
 * What is compared of one export, as types. Classes and enumerations are nominal, so that of a class it is what is
 * public, and of an enumeration its values; of a schema it is what it describes.
 */
function aspectsOf(name: string, symbol: ts.Symbol, namespace: string): Record<string, string> {
  const path = `${namespace}.${name}`;
  const count = typeParametersOf(symbol);
  const type = count === 0 ? path : `${path}<${Array.from({ length: count }, () => 'any').join()}>`;
  if (symbol.flags & ts.SymbolFlags.Enum) return { values: `\`\${${path}}\`` };
  if (symbol.flags & ts.SymbolFlags.Class) {
    const statics = `Omit<typeof ${path}, 'prototype'>`;
    if (isNotConstructed(symbol)) return { instance: type, statics };
    return { instance: type, arguments: `ConstructorParameters<typeof ${path}>`, statics };
  }
  const aspects: Record<string, string> = {};
  if (symbol.flags & ts.SymbolFlags.Type) aspects['type'] = type;
  if (symbol.flags & ts.SymbolFlags.Value) {
    aspects['value'] = name.endsWith('Schema') ? `Described<typeof ${path}>` : `typeof ${path}`;
  }
  return aspects;
}

const PRELUDE = `
type Described<S> = S extends { '~standard': { types?: { output: infer Output } | undefined } } ? Output : never;
`;

/** Compares the declarations of two entries. */
export function compareTypes({ ours, theirs }: Entry): TypeDifference[] {
  const options = compilerOptions();
  const imports = `import type * as Ours from '${ours}';\nimport type * as Theirs from '${theirs}';\n`;
  const first = programOf(imports, options);
  const [own, official] = [exportsOf(first, ours), exportsOf(first, theirs)];
  const differences: TypeDifference[] = [];
  const lines: string[] = [];
  const compared: { name: string; aspect: string }[] = [];
  for (const [name, symbol] of official) {
    const counterpart = own.get(name);
    if (counterpart === undefined) {
      differences.push({ entry: ours, name, kind: 'missing' });
      continue;
    }
    const [o, t] = [aspectsOf(name, counterpart, 'Ours'), aspectsOf(name, symbol, 'Theirs')];
    for (const [aspect, type] of Object.entries(t)) {
      lines.push(`export type Ours_${name}_${aspect} = ${o[aspect] ?? 'undefined'};`);
      lines.push(`export type Theirs_${name}_${aspect} = ${type};`);
      compared.push({ name, aspect });
    }
  }
  const program = programOf(imports + PRELUDE + lines.join('\n'), options, first);
  const problems = program.getSemanticDiagnostics(sourceFileOf(program));
  if (problems.length > 0) {
    throw new Error(problems.map(problem => ts.flattenDiagnosticMessageText(problem.messageText, '\n')).join('\n'));
  }
  const checker = program.getTypeChecker();
  const types = new Map(
    sourceFileOf(program)
      .statements.filter(ts.isTypeAliasDeclaration)
      .map(node => [node.name.text, checker.getTypeAtLocation(node)])
  );
  for (const { name, aspect } of compared) {
    const [o, t] = [types.get(`Ours_${name}_${aspect}`), types.get(`Theirs_${name}_${aspect}`)];
    if (o === undefined || t === undefined) throw new Error(`${name} was not compared`);
    const label = aspect === 'type' || aspect === 'value' ? name : `${name} (${aspect})`;
    // A class is made and used: its arguments come from users, all else goes to them. A plain type goes both ways.
    const goesOut = aspect !== 'arguments';
    const comesIn = aspect === 'arguments' || aspect === 'type' || aspect === 'values';
    if (goesOut && !checker.isTypeAssignableTo(o, t))
      differences.push({ entry: ours, name: label, kind: 'ours to theirs' });
    if (comesIn && !checker.isTypeAssignableTo(t, o))
      differences.push({ entry: ours, name: label, kind: 'theirs to ours' });
  }
  return differences;
}

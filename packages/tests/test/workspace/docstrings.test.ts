import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { compilerOptions } from '../../support/compilerOptions.js';

const packages = resolve(import.meta.dirname, '../../..');

const ENTRIES = ['core/src/index.ts', 'core/src/ext/skills.ts', 'client/src/index.ts', 'client/src/stdio.ts'].map(
  file => resolve(packages, file)
);

type Documented = ts.FunctionDeclaration | ts.MethodDeclaration;

/** A function or method that a package exports. */
interface PublicFunction {
  readonly name: string;
  readonly symbol: ts.Symbol;
  /** Its first signature: those after it share its comment. */
  readonly declaration: Documented;
}

function publicFunctions(program: ts.Program, checker: ts.TypeChecker): PublicFunction[] {
  const found = new Map<ts.Node, PublicFunction>();
  for (const file of ENTRIES) {
    const entry = program.getSourceFile(file);
    const module = entry && checker.getSymbolAtLocation(entry);
    for (const exported of module === undefined ? [] : checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      for (const each of functionsOf(symbol, checker)) found.set(each.declaration, each);
    }
  }
  return [...found.values()];
}

function functionsOf(symbol: ts.Symbol, checker: ts.TypeChecker): PublicFunction[] {
  const [declaration] = symbol.declarations ?? [];
  const isOurs = declaration?.getSourceFile().fileName.startsWith(packages) === true;
  if (!isOurs || declaration.getSourceFile().isDeclarationFile) return [];
  if (ts.isFunctionDeclaration(declaration)) return [{ name: symbol.name, symbol, declaration }];
  if (!ts.isClassDeclaration(declaration)) return [];
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return declaration.members
    .filter(member => ts.isMethodDeclaration(member))
    .filter(({ name }) => !ts.isPrivateIdentifier(name))
    .filter(member => (ts.getCombinedModifierFlags(member) & hidden) === 0)
    .map(member => ({ member, method: checker.getSymbolAtLocation(member.name) }))
    .flatMap(({ member, method }) =>
      method?.declarations?.[0] === member
        ? [{ name: `${symbol.name}.${method.name}`, symbol: method, declaration: member }]
        : []
    );
}

/** What a comment does not say. */
function gaps({ name, symbol, declaration }: PublicFunction, checker: ts.TypeChecker): string[] {
  const file = declaration.getSourceFile();
  const line = file.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
  const missing = (what: string): string => `${relative(packages, file.fileName)}:${line} ${name} lacks ${what}`;
  const tags = symbol.getJsDocTags(checker);
  const named = tags.filter(tag => tag.name === 'param').map(tag => tag.text?.[0]?.text);
  const parameters = declaration.parameters.filter(({ name: parameter }) => !parameter.getText().startsWith('_'));
  const isGuard = declaration.type !== undefined && ts.isTypePredicateNode(declaration.type);
  const result = checker.getReturnTypeOfSignature(checker.getSignatureFromDeclaration(declaration) as ts.Signature);
  const isVoid = /^(?:Promise<)?(?:void|this)>?$/.test(checker.typeToString(result));
  const isDescribed = ts.displayPartsToString(symbol.getDocumentationComment(checker)) !== '';
  return [
    ...(isDescribed ? [] : [missing('a comment')]),
    // A guard is told by its name: there is one value, and what it is.
    ...(isGuard
      ? []
      : parameters
          .filter(({ name: parameter }) => ts.isIdentifier(parameter) && !named.includes(parameter.text))
          .map(({ name: parameter }) => missing(`@param ${parameter.getText()}`))),
    ...(isGuard || isVoid || tags.some(tag => tag.name === 'returns') ? [] : [missing('@returns')])
  ];
}

it('Every public function says what it takes and returns', () => {
  const program = ts.createProgram(ENTRIES, compilerOptions());
  const checker = program.getTypeChecker();
  const functions = publicFunctions(program, checker);
  expect(functions.length).toBeGreaterThan(100);
  expect(functions.flatMap(each => gaps(each, checker))).toEqual([]);
});

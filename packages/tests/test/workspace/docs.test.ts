import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallToolResult, OAuthClientProvider } from '@scopeful/client';
import { compilerOptions } from '../../support/compilerOptions.js';
import { createWorld } from '../../support/scriptedWorld.js';

const root = resolve(import.meta.dirname, '../../../..');
const tests = join(root, 'packages/tests');
const scratch = join(tests, '.docs');

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/architecture.md',
  'docs/scope-semantics.md',
  'packages/core/README.md',
  'packages/client/README.md'
];

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The TypeScript in a document, block by block. */
function examplesOf(file: string): { file: string; source: string }[] {
  return [...read(file).matchAll(/^```ts\n(.*?)^```/gms)].map(([, source = ''], index) => ({
    file: join(scratch, `${file.replaceAll('/', '-').replace(/\.md$/, '')}-${index}.ts`),
    source
  }));
}

const examples = documents.flatMap(examplesOf);

beforeAll(() => {
  mkdirSync(scratch, { recursive: true });
  for (const { file, source } of examples) writeFileSync(file, source);
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the documents', () => {
  it('The documents have examples that compile', () => {
    const program = ts.createProgram(
      examples.map(({ file }) => file),
      compilerOptions()
    );
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
      return `${relative(scratch, file?.fileName ?? '')}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(examples.length).toBeGreaterThan(2);
    expect(problems).toEqual([]);
  });

  it('The documents have links that lead somewhere', () => {
    const broken = documents.flatMap(document =>
      [...read(document).matchAll(/\]\((?!https?:)([^)#]+)\)/g)]
        .map(([, target = '']) => join(root, document, '..', target))
        .filter(path => !ts.sys.fileExists(path) && !ts.sys.directoryExists(path))
    );
    expect(broken).toEqual([]);
  });
});

describe('README.md', () => {
  it('README.md has an example that signs in, steps up twice and calls the tool', async () => {
    const world = await createWorld({
      resource: {
        needs: { 'tools/list': 'read', 'tools/call write': 'write' },
        unauthorized: () => 'Bearer scope="connect"'
      }
    });
    const [example] = examplesOf('README.md');
    const { callTool } = (await import(/* @vite-ignore */ example?.file ?? '')) as {
      callTool(url: URL, provider: OAuthClientProvider, nextCallback: () => Promise<URL>): Promise<CallToolResult>;
    };
    const { provider, as } = world;
    const nextCallback = async (): Promise<URL> => {
      const parameters = await as.approve(provider.authorizationUrls.at(-1));
      return new URL(`${provider.redirectUrl}?${parameters.toString()}`);
    };
    const result = await callTool(world.rs.url, provider, nextCallback);
    expect(result.content).toEqual([{ type: 'text', text: 'did write' }]);
    expect(as.requestedScopes).toEqual(['connect', 'connect read', 'connect read write']);
  });

  it('README.md shows what the demo prints', () => {
    const printed = execFileSync(process.execPath, ['--import', 'tsx', 'demo/main.ts'], {
      cwd: tests,
      encoding: 'utf8'
    });
    const [, shown = ''] = /<!-- demo:begin -->\s*```text\n(.*?)```/s.exec(read('README.md')) ?? [];
    const settle = (text: string): string => text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT').trimEnd();
    expect(settle(shown)).toBe(settle(printed));
  });
});

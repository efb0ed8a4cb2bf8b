import { execFileSync } from 'node:child_process';
import { requestSchema } from '@scopeful/core/engine';
import { describe, expect, it } from 'vitest';
import { examples as ownExamples } from '../../schemas/examples.js';
import { ours } from '../../schemas/packages.js';
import { fitsType } from '../../schemas/specTypes.js';

/** A clone of the specification's repository, bare or not: its examples are read from there, and are not copied here. */
const repository = process.env['MCP_SPECIFICATION'];
const DIRECTORY = 'schema/2026-07-28/examples';

function git(...args: string[]): string {
  return execFileSync('git', ['-C', repository ?? '', ...args], { encoding: 'utf8' });
}

/** `CallToolRequest/call-tool-request.json`, … */
function listExamples(): string[] {
  const paths = git('ls-tree', '-r', '--full-tree', '--name-only', 'HEAD', DIRECTORY).split('\n');
  return paths.filter(path => path.endsWith('.json')).map(path => path.slice(DIRECTORY.length + 1));
}

const typeOf = (example: string): string => example.replace(/\/.*/, '');

/** Examples that the schema of their name refuses, as the official one does, and how a client reads them all the same. */
const readOtherwise: Record<string, { why: string; fits: (value: unknown) => boolean }> = {
  'ElicitRequestURLParams/elicit-sensitive-data.json': {
    why: 'the schema is that of 2025-11-25, which requires the elicitationId that 2026-07-28 knows no more',
    fits: params => requestFits({ method: 'elicitation/create', params })
  },
  'CreateMessageResult/tool-use-response.json': {
    why: 'the schema is that of an answer where no tools were offered; the one with tools is another',
    fits: fitsType(ours, 'CreateMessageResultWithTools')
  }
};

function requestFits(request: { method: string; params: unknown }): boolean {
  const result = requestSchema(request.method)?.['~standard'].validate(request);
  return result !== undefined && 'value' in result;
}

describe('the examples of the specification', () => {
  if (repository === undefined) {
    console.log(
      'The examples of the specification are not checked: MCP_SPECIFICATION names no clone of its repository'
    );
    it.skip('The examples of the specification are not here', () => undefined);
    return;
  }
  const examples = listExamples();

  it('The examples of the specification are of the types that we have examples of', () => {
    expect([...new Set(examples.map(typeOf))].sort()).toEqual(Object.keys(ownExamples).sort());
  });

  it.each(examples)('The examples of the specification fit: %s', example => {
    const value = JSON.parse(git('show', `HEAD:${DIRECTORY}/${example}`)) as unknown;
    const other = readOtherwise[example];
    expect(fitsType(ours, typeOf(example))(value)).toBe(other === undefined);
    if (other !== undefined) expect(other.fits(value), other.why).toBe(true);
  });
});

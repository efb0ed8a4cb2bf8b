import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { initializeResult, json, scriptMcp } from '../../support/scriptedMcp.js';

const CALLS = 100_000;
/** Less than one reference for each call: what is left over is the collector's noise, not the calls. */
const MAX_GROWTH = 500_000;

it(
  'The client leaves nothing behind after 100,000 calls on one transport',
  async () => {
    const { url, requests } = await scriptMcp((request, response) => {
      const { id, method } = request.message ?? {};
      if (method === 'initialize') return json(response, initializeResult(request));
      if (id === undefined) return response.writeHead(request.method === 'GET' ? 405 : 202).end();
      requests.length = 0;
      json(response, { jsonrpc: '2.0', id, result: { content: [] } });
    });
    const program = join(import.meta.dirname, 'fixtures/manyCalls.mjs');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      program,
      url.href,
      String(CALLS)
    ]);
    const { growth, warnings } = JSON.parse(stdout) as { growth: number; warnings: string[] };
    expect({ warnings, stderr }).toEqual({ warnings: [], stderr: '' });
    expect(growth).toBeLessThan(MAX_GROWTH);
  },
  10 * 60_000
);

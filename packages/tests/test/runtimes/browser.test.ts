import { beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import type { Page } from 'playwright-core';
import { bundleWhole } from '../../runtimes/bundle.js';
import { launchChromium } from '../../runtimes/chromium.js';
import { createRuntimeWorld, type RuntimeWorld } from '../../runtimes/world.js';
import { listenOnLoopback } from '../../support/loopback.js';

const LIMIT = 60_000;

/** No inline scripts, and no code from strings: what a careful site allows. */
const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src http://127.0.0.1:*; img-src data:";

let files: Map<string, string>;
beforeAll(async () => {
  files = await bundleWhole('program', 'webWorker');
});

/** A site with the bundled programs. */
async function startSite(): Promise<string> {
  const server = await listenOnLoopback();
  onTestFinished(() => server.close());
  server.serve((request, response) => {
    const script = files.get(request.url?.slice(1) ?? '');
    const isPage = request.url === '/';
    response
      .writeHead(isPage || script !== undefined ? 200 : 404, {
        'content-type': isPage ? 'text/html' : 'text/javascript',
        'content-security-policy': POLICY
      })
      .end(isPage ? '<!doctype html><link rel="icon" href="data:,">' : script);
  });
  return server.origin;
}

/** Chromium reports every such status, whoever deals with it. */
const EXPECTED = /the server responded with a status of 40[13]/;

/** A page of that site, and what went wrong on it. */
async function openPage(context: TestContext): Promise<{ page: Page; problems: string[] }> {
  const browser = await launchChromium(context);
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', message => {
    if (!EXPECTED.test(message.text())) problems.push(`${message.location().url}: ${message.text()}`);
  });
  page.on('pageerror', error => problems.push(String(error)));
  page.on('requestfailed', request => {
    const reason = request.failure()?.errorText ?? '';
    // What was cancelled did not fail.
    if (reason !== 'net::ERR_ABORTED') problems.push(`${request.url()}: ${reason}`);
  });
  await page.goto(await startSite());
  return { page, problems };
}

// As text, since a test runner rewrites the imports of a function.
const onMainThread = ({ places }: RuntimeWorld): string =>
  `import('/program.js').then(({ run }) => run(${JSON.stringify(places)}))`;

const inWorker = ({ places }: RuntimeWorld): string => `new Promise((resolve, reject) => {
  const worker = new Worker('/webWorker.js', { type: 'module' });
  worker.onmessage = ({ data }) => data.error === undefined ? resolve(data.report) : reject(new Error(data.error));
  worker.onerror = event => reject(new Error(event.message));
  worker.postMessage(${JSON.stringify(places)});
})`;

describe.each([
  ['on a page', onMainThread],
  ['in a web worker', inWorker]
])('%s in Chromium', (_, script) => {
  it(
    'The built client signs in, steps up, validates and speaks both eras, all across origins',
    async context => {
      const world = await createRuntimeWorld();
      const { page, problems } = await openPage(context);
      world.expectComplete(await page.evaluate(script(world)));
      expect(problems).toEqual([]);
      const { authorization, legacy, modern } = world.asked;
      const all = ['content-type', 'mcp-protocol-version'];
      expect([...authorization].sort()).toEqual(all);
      expect([...legacy].sort()).toEqual(['authorization', ...all, 'mcp-session-id']);
      expect([...modern].sort()).toEqual([all[0], 'mcp-method', 'mcp-name', 'mcp-param-place', all[1]]);
    },
    LIMIT
  );

  it(
    'The built client signs in where the authorization server does not let pages send our header',
    async context => {
      const world = await createRuntimeWorld(['content-type']);
      const { page, problems } = await openPage(context);
      world.expectComplete(await page.evaluate(script(world)));
      const { issuer } = world.authorizationServer;
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.filter(problem => !problem.includes(`${issuer}/.well-known/`))).toEqual([]);
    },
    LIMIT
  );
});

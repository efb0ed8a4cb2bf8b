import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseArguments } from '../demo/arguments.js';
import { startCallbackServer } from '../demo/callbackServer.js';
import { createStyle } from '../demo/style.js';
import { formatTimeline } from '../demo/timeline.js';
import { judge } from '../demo/verdict.js';
import { startAuthorizationServer } from '../support/authorizationServer.js';
import { CookieJar } from '../support/cookieJar.js';
import { listenOnLoopback } from '../support/loopback.js';
import { startNotesServer, type NotesServer } from '../support/notesServer.js';
import { signIn } from '../support/signIn.js';

const PACKAGE = join(import.meta.dirname, '..');

interface Outcome {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
  readonly lastLine: string | undefined;
}

/** The demo as users start it, from the built packages; `onOutput` gets all it printed so far, whenever that grows. */
function runDemo(args: readonly string[], onOutput?: (output: string) => void): Promise<Outcome> {
  const child = spawn(join(PACKAGE, 'node_modules/.bin/tsx'), ['demo/main.ts', ...args], { cwd: PACKAGE });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
    onOutput?.(output);
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    errors += piece;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', status => resolve({ status, output, errors, lastLine: output.trimEnd().split('\n').at(-1) }));
  });
}

describe('the demo on its own servers', () => {
  test('The demo on its own servers signs in once, steps up three times, and loses no scope', async () => {
    const { status, output, errors, lastLine } = await runDemo([]);
    expect(errors).toBe('');
    expect(lastLine).toMatch(/^No scope was lost: 1 sign-in, 3 step-ups,/);
    expect(output.match(/^connect +401 mcp:connect /gm)).toHaveLength(1);
    expect(output.match(/ 403 notes:(read|write|admin) /g)).toEqual([
      ' 403 notes:read ',
      ' 403 notes:write ',
      ' 403 notes:admin '
    ]);
    expect(output.match(/^tools\/call list_notes .*unchanged$/gm)).toHaveLength(2);
    // Neither tokens, codes and verifiers, nor colours when nobody is at a terminal.
    expect(output).not.toMatch(/\beyJ|\bcode=|code_verifier/);
    expect(output).not.toContain('\u001b');
    expect(status).toBe(0);
  });
});

describe('the demo on a server of the user’s choice', () => {
  const closings: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
  });

  async function startServers(): Promise<NotesServer> {
    const authorizationServer = await startAuthorizationServer();
    closings.push(() => authorizationServer.close());
    const notesServer = await startNotesServer({ authorizationServer });
    closings.push(() => notesServer.close());
    return notesServer;
  }

  test('The demo on a server of the user’s choice waits for each sign-in, calls the chosen tool, and loses no scope', async () => {
    const { url } = await startServers();
    const cookies = new CookieJar();
    const signIns: Promise<string>[] = [];
    const visit = async (authorizationUrl: string): Promise<string> => {
      const callback = await signIn(authorizationUrl, { cookies });
      return (await fetch(callback)).text();
    };
    const { status, output, errors, lastLine } = await runDemo(
      ['--', url, '--no-open', '--call', 'add_note', '{"text":"from a test"}'],
      printed => {
        const authorizationUrls = printed.match(/http:\S+code_challenge=\S+(?=\n)/g) ?? [];
        signIns.push(...authorizationUrls.slice(signIns.length).map(visit));
      }
    );
    expect(errors).toBe('');
    expect(await Promise.all(signIns)).toEqual(Array(3).fill(expect.stringMatching(/^Thank you\./)));
    expect(output).toContain('  purge_notes\n');
    expect(output).toContain('added note 2');
    expect(lastLine).toMatch(/^No scope was lost: 1 sign-in, 2 step-ups,/);
    expect(status).toBe(0);
  });

  test('The demo on a server of the user’s choice says what is wrong when nothing listens', async () => {
    const server = await listenOnLoopback();
    await server.close();
    const { status, errors } = await runDemo([`${server.origin}/mcp`]);
    expect(errors).toContain('nothing listens there');
    expect(status).toBe(1);
  });

  test('The demo on a server of the user’s choice explains its usage when it cannot make sense of its arguments', async () => {
    const { status, output, errors } = await runDemo(['https://server.example/mcp', '--loud']);
    expect(errors).toContain("Unknown option '--loud'");
    expect(errors).toContain('Usage:');
    expect(output).toBe('');
    expect(status).toBe(2);
  });
});

describe('the arguments', () => {
  const server = 'https://server.example/mcp';

  test('The arguments take the JSON after the name of the tool to call', () => {
    const call = { name: 'add_note', arguments: { text: 'hi' } };
    expect(parseArguments(['--', server, '--call', 'add_note', '{"text":"hi"}'])).toMatchObject({ call });
    expect(parseArguments(['--call=add_note', '{"text":"hi"}', server])).toMatchObject({ call });
    expect(parseArguments(['--call', 'add_note', server])).toMatchObject({ call: { arguments: {} } });
  });

  test.each([
    [['not a URL'], 'is not an http: or https: URL'],
    [[server, '--call', 'add_note', '{"text":'], 'are not JSON'],
    [[server, '--call', 'add_note', '[]'], 'must be a JSON object'],
    [[server, '--port', 'high'], '--port needs a number'],
    [[server, server], 'one server at a time'],
    [['--call', 'add_note'], 'need the URL of an MCP server']
  ])('The arguments are refused with a reason: %j', (args, reason) => {
    expect(() => parseArguments(args)).toThrow(reason);
  });
});

describe('the callback server', () => {
  test('The callback server takes the callback with the state of the authorization request, and no other', async () => {
    const server = await startCallbackServer(0);
    const callback = server.waitFor('mine', 5000);
    expect((await fetch(`${server.redirectUrl}?state=theirs&code=1`)).status).toBe(404);
    expect((await fetch(`${server.redirectUrl}?state=mine&code=2`)).status).toBe(200);
    expect((await callback).get('code')).toBe('2');
    expect((await fetch(`${server.redirectUrl}?state=mine&code=3`)).status).toBe(404);
    await server.close();
  });

  test('The callback server waits no longer than it was told to', async () => {
    const server = await startCallbackServer(0);
    await expect(server.waitFor('mine', 20)).rejects.toThrow('nobody signed in within 0.02 seconds');
    await server.close();
  });
});

describe('the timeline', () => {
  test('The timeline marks scopes that are new and scopes that were lost', () => {
    const plain = createStyle(process.stdout, { NO_COLOR: '1' });
    const challenge = { status: 403, scope: 'c' };
    const step = { operation: 'tools/list', challenge, previous: 'a b', requested: 'a c', granted: 'a c' };
    expect(formatTimeline([step], plain)).toBe(
      [
        'operation   challenge  previously requested  requested now  granted',
        '──────────  ─────────  ────────────────────  ─────────────  ───────',
        'tools/list  403 c      a                       a            a',
        '                       b                     + c            c',
        '                                               b LOST'
      ].join('\n')
    );
  });
});

describe('the verdict', () => {
  test('The verdict calls a scope lost when a later authorization request leaves it out', () => {
    const verdict = judge([], ['a b', 'a c', 'a b c']);
    expect(verdict.lost).toBe(true);
    expect(verdict.sentence).toContain('authorization request 2 left out b');
  });

  test('The verdict minds neither order nor repetition', () => {
    expect(judge([], ['a b', 'c b a', 'a b c']).lost).toBe(false);
  });
});

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';

const cwd = resolve(import.meta.dirname, '../..');

/** Runs a program that sees the packages as their users do: built, and resolved by name. */
function run(...args: string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }));
}

const program = `
  const provider = {};
  const ledger = engine.ledgerFor(provider, 'https://mcp.example/');
  ledger.apply({ type: 'sent', scope: core.mergeScopes('a', 'b a') });
  const before = ledger.state.wanted;
  client.forgetScopes(provider);
  const error = new client.InsufficientScopeError({ requiredScope: 'a' });
  console.log(JSON.stringify({
    before,
    after: ledger.state.wanted ?? null,
    caught: error instanceof core.OAuthClientFlowError && core.InsufficientScopeError.isInstance(error),
    names: ['auth', 'Client', 'mergeScopes', 'SSEClientTransport', 'StreamableHTTPClientTransport'].filter(name => name in client)
  }));
`;

const expected = {
  before: 'a b',
  after: null,
  caught: true,
  names: ['auth', 'Client', 'mergeScopes', 'SSEClientTransport', 'StreamableHTTPClientTransport']
};

it('The built packages work together as ES modules', () => {
  const imports = `import * as core from '@scopeful/core'; import * as engine from '@scopeful/core/engine'; import * as client from '@scopeful/client';`;
  expect(run('--input-type=module', '--eval', imports + program)).toEqual(expected);
});

it('The built packages work together as CommonJS', () => {
  const imports = `const core = require('@scopeful/core'), engine = require('@scopeful/core/engine'), client = require('@scopeful/client');`;
  expect(run('--input-type=commonjs', '--eval', imports + program)).toEqual(expected);
});

it.each(['module', 'commonjs'])('The flow that is loaded late remembers scopes where the rest does, as %s', format => {
  const names = { core: '@scopeful/core', engine: '@scopeful/core/engine' };
  const imports = Object.entries(names).map(([name, from]) =>
    format === 'module' ? `import * as ${name} from '${from}';` : `const ${name} = require('${from}');`
  );
  const source = `
    const serverUrl = 'https://mcp.example/';
    const provider = {
      redirectUrl: 'https://app.example/', clientMetadata: { redirect_uris: [] }, clientInformation: () => ({ client_id: 'c' }),
      tokens() {}, saveTokens() {}, redirectToAuthorization() {}, saveCodeVerifier() {}, codeVerifier() {}
    };
    const flow = { serverUrl, scope: 'a b', fetchFn: async () => new Response(null, { status: 404 }) };
    engine.authorizeResource(provider, flow)
      .then(result => core.auth(provider, { ...flow, scope: undefined, forceReauthorization: true }).then(next => [result, next]))
      .then(results => console.log(JSON.stringify([...results, engine.ledgerFor(provider, serverUrl).state.wanted])));
  `;
  const result = { status: 'REDIRECT', resolvedScope: 'a b' };
  expect(run(`--input-type=${format}`, '--eval', imports.join('') + source)).toEqual([result, result, 'a b']);
});

it('What CommonJS loads late comes with require(): not everything that runs it has import()', () => {
  const late = ['core', 'client'].flatMap(name => {
    const dist = resolve(cwd, '..', name, 'dist');
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.cjs'));
    return files.flatMap(
      file => readFileSync(join(dist, file), 'utf8').match(/(?:import|=> require)\(["']\.[^)]*/g) ?? []
    );
  });
  expect(late.length).toBeGreaterThan(2);
  expect(late.filter(call => call.startsWith('import'))).toEqual([]);
});

it('Error classes keep their names, whatever a bundler calls them', () => {
  const source = `
    import { inspect } from 'node:util';
    import * as client from '@scopeful/client';
    const classes = Object.entries(client).filter(([name, value]) => typeof value === 'function' && name.endsWith('Error'));
    const misnamed = classes.map(([name, type]) => [name, type.name]).filter(([name, found]) => name !== found);
    const shown = inspect(new client.ProtocolError(-32602, 'what')).split('\\n')[0];
    console.log(JSON.stringify({ count: classes.length, misnamed, shown }));
  `;
  expect(run('--input-type=module', '--eval', source)).toEqual({
    count: expect.toSatisfy((count: number) => count > 15) as number,
    misnamed: [],
    shown: 'ProtocolError: what'
  });
});

it('An error of the CommonJS build is an instance of the class of the ES module build', () => {
  const source = `
    import { createRequire } from 'node:module';
    import { InsufficientScopeError, OAuthClientFlowError, SdkError, UnauthorizedError } from '@scopeful/client';
    const other = createRequire(process.cwd() + '/package.json')('@scopeful/client');
    const error = new other.InsufficientScopeError({});
    console.log(JSON.stringify([
      other.InsufficientScopeError === InsufficientScopeError,
      error instanceof InsufficientScopeError,
      error instanceof OAuthClientFlowError,
      error instanceof SdkError,
      error instanceof UnauthorizedError
    ]));
  `;
  expect(run('--input-type=module', '--eval', source)).toEqual([false, true, true, false, false]);
});

const skills = `
  const [near, far] = client.InMemoryTransport.createLinkedPair();
  const asked = [];
  const results = {
    initialize: { protocolVersion: '2025-11-25', capabilities: { extensions: { [ext.SKILLS_EXTENSION_ID]: {} } }, serverInfo: { name: 'a', version: '1' } },
    'skills/list': { skills: [], nextCursor: 'more' }
  };
  far.onmessage = ({ id, method }) => {
    asked.push(method);
    if (id !== undefined) far.send({ jsonrpc: '2.0', id, result: results[method] });
  };
  far.start();
  const peer = new client.Client({ name: 'a', version: '1' }, { listMaxPages: 1 });
  peer.connect(near).then(async () => {
    const error = await new ext.SkillsClient(peer).list().catch(reason => reason);
    const refused = new ext.SkillVerificationError('size', 'a', 'b');
    console.log(JSON.stringify([Object.keys(ext).sort(), error.code, asked.length, refused instanceof client.SdkError]));
  });
`;

it.each([
  [
    'ES modules',
    'module',
    `import * as client from '@scopeful/client'; import * as ext from '@scopeful/client/ext/skills';`
  ],
  ['CommonJS', 'commonjs', `const client = require('@scopeful/client'), ext = require('@scopeful/client/ext/skills');`]
])('the skills extension knows the clients of its build, as %s', (_what, type, imports) => {
  expect(run(`--input-type=${type}`, '--eval', imports + skills)).toEqual([
    [
      'DIRECTORY_MIME_TYPE',
      'RESOURCES_DIRECTORY_READ_METHOD',
      'SKILLS_EXTENSION_ID',
      'SKILLS_GET_METHOD',
      'SKILLS_LIST_METHOD',
      'SKILL_LIMITS',
      'SkillVerificationError',
      'SkillsClient'
    ],
    'LIST_PAGINATION_EXCEEDED',
    3,
    true
  ]);
});

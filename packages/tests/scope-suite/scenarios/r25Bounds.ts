import { scenario, type Scenario } from '../harness/scenario.js';
import { manyScopes } from '../harness/scopes.js';
import { atMost, equals, satisfies } from '../harness/verdict.js';

/** RFC 6749 §3.3 `scope-token`. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** More than any resource has use for; how far below a client draws its line is its own affair. */
const TOO_MANY = 1_000;

/** The longest request line that common servers accept by default, in characters. */
const LONGEST_REQUEST = 8 * 1024;

function tokensOf(scope: string | null | undefined): string[] {
  return scope?.split(' ').filter(Boolean) ?? [];
}

function challengeFor(scope: string): string {
  return `Bearer error="insufficient_scope", scope="${scope}"`;
}

const rejectionThenAnswer = satisfies<string[]>(
  'a rejection, then an answer',
  ([first, then]) => first !== 'answered' && then === 'answered'
);

/** A server may send anything. */
export const boundScenarios: Scenario[] = [
  scenario('R25-01', {
    title: 'asks for nothing that is no scope token: quotes, backslashes, other alphabets',
    resource: {
      asks: 'a',
      needs: { write: 'd' },
      forbidden: () => challengeFor(String.raw`d qu\"ote back\\slash caf` + '\u00e9 \u00ff')
    },
    observes: 'tokens of the last authorization request that are none',
    play: async world => {
      await (await world.open()).use('write', 2);
      const tokens = tokensOf(world.prompts.at(-1)?.searchParams.get('scope'));
      return { invalid: tokens.filter(token => !SCOPE_TOKEN.test(token)), hasD: tokens.includes('d') };
    },
    judge: equals<unknown>({ invalid: [], hasD: true })
  }),
  scenario('R25-02', {
    title: 'survives a challenge with control characters',
    resource: {
      asks: 'a',
      raw: ({ operation }) =>
        operation === 'write'
          ? `HTTP/1.1 403 Forbidden\r\nWWW-Authenticate: ${challengeFor('d\u0007 \u0000e')}\r\nContent-Length: 0\r\n\r\n`
          : undefined
    },
    observes: 'outcomes of that call and of the next',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      return [(await session.call('write')).kind, (await session.call('read')).kind];
    },
    judge: rejectionThenAnswer
  }),
  scenario('R25-03', {
    title: 'does not follow a challenge that names 2,000 scopes',
    resource: { asks: 'a', needs: { write: 'd' }, forbidden: () => challengeFor(manyScopes(2_000, 's')) },
    observes: 'tokens of the largest authorization request',
    play: async world => {
      const session = await world.open();
      for (let round = 0; round < 3; round++) await session.use('write', 2);
      return Math.max(...world.requested.map(scope => tokensOf(scope).length));
    },
    judge: atMost(TOO_MANY)
  }),
  scenario('R25-04', {
    title: 'survives a challenge that names 10,000 scopes',
    resource: { asks: 'a', needs: { write: 'd' }, forbidden: () => challengeFor(manyScopes(10_000, 's')) },
    observes: 'outcomes of that call and of the next',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      return [(await session.call('write')).kind, (await session.call('read')).kind];
    },
    judge: rejectionThenAnswer
  }),
  scenario('R25-05', {
    title: 'steps up as ever after a hostile challenge',
    resource: {
      asks: 'a',
      needs: { hostile: 'x', write: 'd' },
      forbidden: (missing, { operation }) => challengeFor(operation === 'hostile' ? manyScopes(2_000, 's') : missing)
    },
    observes: 'scope of the last authorization request',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('hostile');
      await session.use('write');
      return world.requested.at(-1);
    },
    judge: equals<string | undefined>('a d')
  }),
  scenario('R25-06', {
    title: 'does not grow without bounds over many challenges',
    provider: { isMachine: true },
    requestLimit: 300,
    resource: {
      asks: 'a',
      needs: { write: 'd' },
      rejects: ({ operation, token }) => (operation === 'write' && token !== undefined ? 403 : undefined),
      forbidden: (_, __, server) => challengeFor(manyScopes(150, `s${server.count('write')}-`))
    },
    observes: 'tokens of the largest token request',
    play: async world => {
      const session = await world.open();
      for (let round = 0; round < 10; round++) await session.call('write');
      return Math.max(...world.tokenScopes.map(scope => tokensOf(scope).length));
    },
    judge: atMost(TOO_MANY)
  }),
  scenario('R25-07', {
    title: 'does not follow a challenge that names 200 scopes of 50 characters',
    resource: { asks: 'a', needs: { write: 'd' }, forbidden: () => challengeFor(manyScopes(200, 's'.repeat(47))) },
    observes: 'characters of the largest authorization request',
    play: async world => {
      await (await world.open()).use('write', 2);
      return Math.max(...world.requested.map(scope => scope?.length ?? 0));
    },
    judge: atMost(LONGEST_REQUEST)
  }),
  scenario('R25-08', {
    title: 'does not follow a first 401 that names 2,000 scopes',
    resource: { unauthorized: () => `Bearer scope="${manyScopes(2_000, 's')}"` },
    observes: 'tokens of the largest authorization request',
    play: async world => {
      await (await world.open()).call('read');
      return Math.max(0, ...world.requested.map(scope => tokensOf(scope).length));
    },
    judge: atMost(TOO_MANY)
  }),
  scenario('R25-10', {
    title: 'signs in at an authorization server that advertises 300 scopes',
    authorization: { metadata: { scopes_supported: manyScopes(300, 's').split(' ') } },
    resource: { asks: 'a' },
    observes: 'outcome and scope requested',
    play: async world => {
      const { kind } = await (await world.open()).use('read');
      return { outcome: kind, scope: world.requested.at(-1) };
    },
    judge: equals<unknown>({ outcome: 'answered', scope: 'a' })
  }),
  scenario('R25-20', {
    title: 'signs in at a resource that advertises more scopes than anybody asks for, and steps up there',
    resource: {
      needs: { write: 'd' },
      metadata: { scopes_supported: manyScopes(300, 'scope-').split(' ') }
    },
    observes: 'outcomes',
    play: async world => {
      const session = await world.open();
      return [(await session.use('read')).kind, (await session.use('write')).kind];
    },
    judge: equals<unknown>(['answered', 'answered'])
  })
];

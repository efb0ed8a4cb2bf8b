import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';

type Requested = (string | undefined)[];

/** RFC 6749 §6: a refresh cannot widen a grant. */
export const stepUpScenarios: Scenario[] = [
  scenario('R12-01', {
    title: 'spends no refresh on a 403',
    transports: BOTH,
    resource: { asks: 'a', needs: { write: 'd' } },
    authorization: REFRESHABLE,
    observes: 'token requests',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.use('write');
      return world.grants;
    },
    judge: equals<(string | null)[]>(['authorization_code', 'authorization_code'])
  }),
  scenario('R12-02', {
    title: 'has the request answered once the user has agreed',
    transports: BOTH,
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'outcome of the call',
    play: async world => (await (await world.open()).use('write', 2)).kind,
    judge: equals<string>('answered')
  }),
  scenario('R12-03', {
    title: 'asks again for what was granted without having been asked for',
    authorization: { namesScope: true, grant: requested => `${requested ?? ''} g` },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).use('write', 2);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d g'])
  }),
  scenario('R12-04', {
    title: 'asks the token endpoint for the union where there is no user',
    transports: BOTH,
    provider: { isMachine: true },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'scopes of the token requests',
    play: async world => {
      await (await world.open()).call('write');
      return world.tokenScopes;
    },
    judge: equals<Requested>(['a', 'a d'])
  }),
  scenario('R12-05', {
    title: 'has the request of a machine answered after its step-up',
    transports: BOTH,
    provider: { isMachine: true },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'outcome of the call',
    play: async world => (await (await world.open()).call('write')).kind,
    judge: equals<string>('answered')
  }),
  scenario('R12-06', {
    title: 'keeps the token that the user has while the user is asked for more',
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'outcome of a call that needs no more, after a redirect for one that does',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R12-07', {
    title: 'signs the user in when a request without a token is answered with a 403',
    transports: BOTH,
    resource: { needs: { write: 'd' }, rejects: ({ token }) => (token === undefined ? 403 : undefined) },
    observes: 'scopes requested, and outcome',
    play: async world => {
      const outcome = await (await world.open()).use('write');
      return { requested: world.requested, outcome: outcome.kind };
    },
    judge: equals<unknown>({ requested: ['d'], outcome: 'answered' })
  }),
  scenario('R12-08', {
    title: 'refreshes, and then steps up, for one request with an expired token',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'scopes requested, and refreshes',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      await session.call('write');
      return { requested: world.requested, refreshes: world.refreshes };
    },
    judge: equals<unknown>({ requested: ['a', 'a d'], refreshes: 1 })
  }),
  scenario('R12-09', {
    title: 'asks again for what a refresh has taken away from the grant',
    transports: BOTH,
    authorization: { ...REFRESHABLE, namesScope: true },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'scopes requested, and outcome',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      world.as.expireAccessTokens();
      world.as.script.grantOnRefresh = () => 'a';
      await session.call('read');
      const { kind } = await session.use('write');
      return { requested: world.requested, outcome: kind };
    },
    judge: equals<unknown>({ requested: ['a', 'a d', 'a d'], outcome: 'answered' })
  })
];

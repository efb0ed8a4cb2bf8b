import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { atMost, equals, satisfies } from '../harness/verdict.js';
import type { ResourceScript } from '../harness/resourceServer.js';
import type { World } from '../harness/world.js';

/** The tool `write` is refused for lack of `d`, whatever the token carries. */
const STUBBORN: ResourceScript = {
  asks: 'a',
  needs: { write: 'd' },
  rejects: ({ operation, token }) => (operation === 'write' && token !== undefined ? 403 : undefined)
};

/** A host that calls again and again, and a user who always agrees. */
async function insist(world: World, tool = 'write'): Promise<string[]> {
  const session = await world.open();
  const outcomes: string[] = [];
  for (let round = 0; round < 5; round++) outcomes.push((await session.use(tool, 3)).kind);
  return outcomes;
}

const observes = 'prompts beside the first';

/** Every question is asked once, and loops have an end. */
export const limitScenarios: Scenario[] = [
  scenario('R14-01', {
    title: 'asks once, and not for ever, when the server grants less than it is asked for',
    transports: BOTH,
    authorization: { namesScope: true, grant: () => 'a' },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      await insist(world);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R14-02', {
    title: 'asks once, and not for ever, when the server grants less and does not say so',
    transports: BOTH,
    authorization: { grant: () => 'a' },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      await insist(world);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R14-03', {
    title: 'asks once, and not for ever, when the resource refuses what was granted',
    transports: BOTH,
    authorization: { namesScope: true },
    resource: STUBBORN,
    observes,
    play: async world => {
      await insist(world);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R14-04', {
    title: 'does not tell the host to sign the user in when that cannot help',
    transports: BOTH,
    resource: STUBBORN,
    observes: 'outcomes of five calls, each with a user who agrees',
    play: insist,
    judge: equals(['failed', 'failed', 'failed', 'failed', 'failed'])
  }),
  scenario('R14-05', {
    title: 'does not ask again in a new process when the stored grant was asked for with that scope',
    authorization: { namesScope: true, grant: () => 'a' },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      await (await world.open()).use('write', 3);
      const next = world.provider.restarted();
      await (await world.open({ provider: next })).use('write', 3);
      await (await world.open({ provider: next })).use('write', 3);
      return world.prompts.length - 1;
    },
    judge: satisfies<number>('1, or 2 for a process that has not asked yet', count => count === 1 || count === 2)
  }),
  scenario('R14-06', {
    title: 'does not step up when maxStepUpRetries is 0',
    requires: ['step-up options'],
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      const session = await world.connect({ options: { maxStepUpRetries: 0 } });
      await session.use('read');
      await session.call('write');
      return world.prompts.length - 1;
    },
    judge: equals(0)
  }),
  scenario('R14-07', {
    title: 'refreshes once for a request whose new token is rejected as well',
    transports: BOTH,
    resource: { asks: 'a' },
    authorization: REFRESHABLE,
    observes: 'refreshes',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.rs.script.rejects = () => 401;
      await session.call('read');
      return world.refreshes;
    },
    judge: atMost(1)
  }),
  scenario('R14-08', {
    title: 'sends a request twice at most, though every token is rejected',
    transports: BOTH,
    resource: { asks: 'a' },
    authorization: REFRESHABLE,
    observes: 'requests of one call',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.rs.script.rejects = () => 401;
      const before = world.rs.count('read');
      await session.call('read');
      return world.rs.count('read') - before;
    },
    judge: atMost(2)
  }),
  scenario('R14-09', {
    title: 'asks the token endpoint once for a scope that a machine is refused for ever',
    transports: BOTH,
    provider: { isMachine: true },
    resource: STUBBORN,
    observes: 'token requests of five calls, beside the first',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      for (let round = 0; round < 5; round++) await session.call('write');
      return world.as.tokenRequests.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R14-10', {
    title: 'steps up once for one call of a machine, though every 403 names another scope',
    transports: BOTH,
    provider: { isMachine: true },
    resource: {
      ...STUBBORN,
      forbidden: (_, { operation }, server) => `Bearer error="insufficient_scope", scope="s${server.count(operation)}"`
    },
    observes: 'token requests of one call, beside the first',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.call('write');
      return world.as.tokenRequests.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R14-11', {
    title: 'asks for another scope after one was refused',
    authorization: { namesScope: true, grant: requested => requested?.replace(' d', '') },
    resource: { asks: 'a', needs: { write: 'd', purge: 'e' } },
    observes: 'outcome of the call that needs the other scope',
    play: async world => {
      const session = await world.open();
      await session.use('write', 3);
      return (await session.use('purge', 3)).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R14-12', {
    title: 'asks again after a refusal when the host forces it, and then has the request answered',
    requires: ['forced reauthorization'],
    authorization: { namesScope: true, grant: () => 'a' },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'outcomes before and after',
    play: async world => {
      const session = await world.open();
      const before = await session.use('write', 3);
      world.as.script.grant = undefined;
      const { client, provider, serverUrl } = world;
      await client.authorize(provider, { serverUrl, scope: 'a d', forceReauthorization: true });
      await session.signIn();
      return [before.kind, (await session.call('write')).kind];
    },
    judge: equals<string[]>(['failed', 'answered'])
  }),
  scenario('R14-13', {
    title: 'ends when a GET stream is rejected with every token',
    resource: { asks: 'a', streams: true },
    authorization: REFRESHABLE,
    observes: 'refreshes and prompts',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      world.rs.script.needs = { GET: 'a' };
      world.rs.script.rejects = ({ operation }) => (operation === 'GET' ? 401 : undefined);
      await session.listen();
      return { refreshes: world.refreshes, prompts: world.prompts.length - 1 };
    },
    judge: satisfies<{ refreshes: number; prompts: number }>(
      'one refresh and one prompt at most',
      ({ refreshes, prompts }) => refreshes <= 1 && prompts <= 1
    )
  }),
  scenario('R14-14', {
    title: 'does not ask again on a new transport for what was refused on another',
    transports: BOTH,
    authorization: { namesScope: true, grant: () => 'a' },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      await (await world.open()).use('write', 3);
      await (await world.open()).use('write', 3);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R14-15', {
    title: 'ends when the stream that it opens by itself is rejected with every token',
    authorization: REFRESHABLE,
    resource: { asks: 'a', streams: true },
    observes: 'refreshes and prompts beside the first',
    play: async world => {
      await (await world.connect()).use('read');
      world.rs.script.needs = { GET: 'a' };
      world.rs.script.rejects = ({ operation }) => (operation === 'GET' ? 401 : undefined);
      await world.connect();
      await world.changes.soon(() => world.refreshes > 2 || world.prompts.length > 3);
      return { refreshes: world.refreshes, prompts: world.prompts.length - 1 };
    },
    judge: satisfies<{ refreshes: number; prompts: number }>(
      'one refresh and one prompt at most',
      ({ refreshes, prompts }) => refreshes <= 1 && prompts <= 1
    )
  }),
  scenario('R14-17', {
    title: 'asks for a scope that was never asked for on behalf of the token that another endpoint’s sign-in brought',
    authorization: { namesScope: true },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'outcome of the call',
    play: async world => {
      const session = await world.connect();
      await session.use('write', 2);
      world.as.expireAccessTokens();
      world.rs.script.asks = 'x';
      await (await world.connect({ transport: 'sse' })).use('read');
      return (await session.use('write', 2)).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R14-18', {
    title: 'asks again when another process has replaced the token by one of a narrower sign-in',
    authorization: { namesScope: true },
    resource: { asks: 'a', needs: { write: 'd', purge: 'e' } },
    observes: 'outcomes of both processes',
    play: async world => {
      const other = world.provider.beside();
      const [first, second] = [await world.open(), await world.open({ provider: other })];
      await first.use('read');
      await second.call('read');
      const outcomes = [await first.use('write', 2), await second.use('purge', 2), await first.use('write', 2)];
      return outcomes.map(({ kind }) => kind);
    },
    judge: equals<string[]>(['answered', 'answered', 'answered'])
  }),
  scenario('R14-20', {
    title: 'asks for what was never asked for on behalf of the token that another process has stored',
    authorization: { namesScope: true, grant: () => 'a' },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'prompts for a scope that this process asked for in vain, and the other one never did',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      await session.call('write');
      const other = world.createProvider();
      await (await world.open({ provider: other })).use('read');
      world.provider.storage.tokens = structuredClone(other.storage.tokens);
      const prompts = world.prompts.length;
      await session.call('write');
      return world.prompts.length - prompts;
    },
    judge: equals(1)
  }),
  scenario('R14-21', {
    title: 'asks once for what was granted unasked and is not enough all the same',
    authorization: { namesScope: true, grant: () => 'a d' },
    resource: STUBBORN,
    observes: 'scopes requested, over three calls',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      for (let call = 0; call < 3; call++) await session.use('write');
      return world.requested;
    },
    judge: equals<(string | undefined)[]>(['a', 'a d'])
  })
];

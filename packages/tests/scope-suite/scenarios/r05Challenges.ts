import { BOTH, EVERYWHERE, scenario, type Scenario } from '../harness/scenario.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const observes = 'scopes requested';

/** Signs in for `a`, steps up to `d`, and lets the token expire. */
async function stepUpAndExpire(world: World): Promise<(tool: string) => Promise<Requested>> {
  const session = await world.open();
  await session.use('write', 2);
  world.as.expireAccessTokens();
  return async tool => {
    await session.use(tool);
    return world.requested;
  };
}

/** 401 and 403, POST and GET, everywhere. */
export const challengeScenarios: Scenario[] = [
  scenario('R5-01', {
    title: 'asks for everything again when a 401 after a step-up names the first scope alone',
    transports: EVERYWHERE,
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => (await stepUpAndExpire(world))('read'),
    judge: equals<Requested>(['a', 'a d', 'a d'])
  }),
  scenario('R5-02', {
    title: 'asks for everything again when a 401 after a step-up names nothing',
    transports: EVERYWHERE,
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      const use = await stepUpAndExpire(world);
      world.rs.script.asks = undefined;
      return use('read');
    },
    judge: equals<Requested>(['a', 'a d', 'a d'])
  }),
  scenario('R5-03', {
    title: 'adds what a later 401 names',
    transports: EVERYWHERE,
    resource: { asks: 'a' },
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.rs.script.asks = 'e';
      await session.use('read');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a e'])
  }),
  scenario('R5-04', {
    title: 'adds what a 403 on the GET stream names, and keeps it for the next POST',
    resource: { asks: 'a', needs: { write: 'd' }, streams: true },
    observes,
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      world.rs.script.needs = { GET: 's', write: 'd' };
      await session.listen();
      await session.signIn();
      await session.use('write');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a s', 'a d s'])
  }),
  scenario('R5-05', {
    title: 'adds what a 401 on the GET stream names',
    resource: { asks: 'a', needs: { write: 'd' }, streams: true },
    observes,
    play: async world => {
      const session = await world.connect();
      await session.use('write', 2);
      world.as.expireAccessTokens();
      world.rs.script.needs = { GET: 's' };
      world.rs.script.asks = 's';
      await session.listen();
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d s'])
  }),
  scenario('R5-06', {
    title: 'adds what a 403 names when the SSE stream is opened',
    transports: ['sse'],
    authorization: { namesScope: true },
    resource: { asks: 'a' },
    observes,
    play: async world => {
      await (await world.connect()).use('read');
      world.rs.script.needs = { GET: 's' };
      await world.connect();
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a s'])
  }),
  scenario('R5-07', {
    title: 'steps up for the stream that it opens by itself after connecting',
    authorization: { namesScope: true },
    resource: { asks: 'a', streams: true },
    observes,
    play: async world => {
      await (await world.connect()).use('read');
      world.rs.script.needs = { GET: 's' };
      await world.connect();
      await world.changes.soon(() => world.prompts.length > 1);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a s'])
  }),
  scenario('R5-08', {
    title: 'steps up for a second scope that the same request turns out to need',
    transports: BOTH,
    resource: {
      asks: 'a',
      needs: { write: 'd e' },
      forbidden: missing => `Bearer error="insufficient_scope", scope="${missing.split(' ')[0] ?? ''}"`
    },
    observes,
    play: async world => {
      await (await world.open()).use('write', 3);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  })
];

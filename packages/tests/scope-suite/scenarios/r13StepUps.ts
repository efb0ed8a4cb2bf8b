import { setImmediate } from 'node:timers/promises';
import { Gate } from '../harness/changes.js';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { held, kinds, times } from '../harness/situations.js';
import { sorted } from '../harness/scopes.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { Session } from '../harness/session.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** Two requests are refused at once, for `d` and for `e`. */
async function twoAtOnce(world: World): Promise<Session> {
  const session = await world.open();
  await session.use('read');
  const arrived = Promise.all([held(world, 'write', 1), held(world, 'purge', 1)]);
  const calls = [session.call('write'), session.call('purge')];
  await arrived;
  await Promise.all(calls);
  return session;
}

/** What requests that step up owe to each other. */
export const concurrentStepUpScenarios: Scenario[] = [
  scenario('R13-20', {
    title: 'sends the user away once for two different scopes that are missing at once',
    transports: BOTH,
    resource,
    observes: 'prompts beside the first',
    play: async world => {
      await twoAtOnce(world);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R13-21', {
    title: 'merges both scopes when both challenges are there before the request is built',
    resource,
    observes: 'scopes requested',
    play: async world => {
      // A key store that takes a moment: the second challenge is there before the first flow has read it.
      const storage = new Gate();
      let refused = 0;
      const observed: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        if (response.status === 403 && ++refused === 2) void setImmediate().then(storage.open);
        return response;
      };
      const session = await world.connect({ options: { fetch: observed } });
      await session.use('read');
      const arrived = Promise.all([held(world, 'write', 1), held(world, 'purge', 1)]);
      const calls = [session.call('write'), session.call('purge')];
      world.provider.reading = storage.opened;
      await arrived;
      await Promise.all(calls);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d e'])
  }),
  scenario('R13-22', {
    title: 'has both requests answered, after two more sign-ins at most, that were refused at once',
    resource,
    observes: 'outcomes and prompts',
    play: async world => {
      const session = await twoAtOnce(world);
      await session.signIn();
      const outcomes = [await session.use('write'), await session.use('purge'), await session.use('write')];
      return { outcomes: kinds(outcomes), prompts: world.prompts.length - 1 };
    },
    judge: satisfies<{ outcomes: string[]; prompts: number }>(
      'three answers with at most 2 prompts',
      ({ outcomes, prompts }) => prompts <= 2 && outcomes.every(outcome => outcome === 'answered')
    )
  }),
  scenario('R13-23', {
    title: 'rejects what was sent before the redirect, and opens no second tab for it',
    transports: BOTH,
    resource,
    observes: 'prompts beside the first, and the outcome of the late request',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const gate = new Gate();
      world.rs.script.delays = ({ operation }) => (operation === 'purge' ? gate.opened : undefined);
      const late = session.call('purge');
      await world.changes.until(() => world.rs.count('purge') > 0);
      await session.call('write');
      gate.open();
      return { outcome: (await late).kind, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcome: 'sign-in needed', prompts: 1 })
  }),
  scenario('R13-24', {
    title: 'starts a new authorization, with the union, for what is sent after a redirect',
    transports: BOTH,
    resource,
    observes: 'scopes requested',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await session.call('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  }),
  scenario('R13-25', {
    title: 'asks for no scope again that was granted before the challenge for it came',
    transports: BOTH,
    resource,
    observes: 'prompts beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const gate = new Gate();
      world.rs.script.delays = ({ operation }) =>
        operation === 'write' && world.rs.count('write') === 1 ? gate.opened : undefined;
      const late = session.call('write');
      await world.changes.until(() => world.rs.count('write') > 0);
      await session.use('write');
      gate.open();
      await late;
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R13-26', {
    title: 'sends the user away once for five requests that lack the same scope',
    transports: BOTH,
    resource,
    observes: 'prompts beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const arrived = held(world, 'write', 5);
      const calls = times(5, () => session.call('write'));
      await arrived;
      await Promise.all(calls);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R13-27', {
    title: 'does not disturb the user twice when a 401 and a 403 come at once',
    resource: {
      ...resource,
      // `read` is turned away as expired, `write` as insufficient, with the same token.
      rejects: ({ operation, token }) => (operation === 'expired' && token !== undefined ? 401 : undefined)
    },
    observes: 'prompts beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const arrived = Promise.all([held(world, 'expired', 1), held(world, 'write', 1)]);
      const calls = [session.call('expired'), session.call('write')];
      await arrived;
      await Promise.all(calls);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R13-28', {
    title: 'sends the user away once for two transports that lack different scopes at once',
    resource,
    observes: 'prompts beside the first',
    play: async world => {
      const [first, second] = [await world.open(), await world.open()];
      await first.use('read');
      const arrived = Promise.all([held(world, 'write', 1), held(world, 'purge', 1)]);
      const calls = [first.call('write'), second.call('purge')];
      await arrived;
      await Promise.all(calls);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  }),
  scenario('R13-29', {
    title: 'has five requests of a machine answered that lack five different scopes at once',
    transports: BOTH,
    provider: { isMachine: true },
    resource: { asks: 'a', needs: { one: 'b', two: 'c', three: 'd', four: 'e', five: 'f' } },
    observes: 'how many were answered, and the scope of the last token',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const tools = ['one', 'two', 'three', 'four', 'five'];
      const arrived = Promise.all(tools.map(tool => held(world, tool, 1)));
      const calls = tools.map(tool => session.call(tool));
      await arrived;
      const outcomes = kinds(await Promise.all(calls));
      const scope = sorted(world.as.introspect(world.provider.storage.tokens?.access_token)?.scope);
      return { answered: outcomes.filter(outcome => outcome === 'answered').length, scope };
    },
    judge: equals<unknown>({ answered: 5, scope: 'a b c d e f' })
  }),
  scenario('R13-30', {
    title: 'uses the token of another process that has stepped up meanwhile',
    transports: BOTH,
    authorization: { namesScope: true },
    resource,
    observes: 'outcome, and prompts for it',
    play: async world => {
      const other = world.createProvider();
      await (await world.open({ provider: other })).use('write', 2);
      const session = await world.open();
      await session.use('read');
      const prompts = world.prompts.length;
      const arrived = held(world, 'write', 1).then(() => {
        world.provider.storage.tokens = structuredClone(other.storage.tokens);
      });
      world.rs.script.delays = ({ operation }) => (operation === 'write' ? arrived : undefined);
      const { kind } = await session.call('write');
      return { outcome: kind, prompts: world.prompts.length - prompts };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
  })
];

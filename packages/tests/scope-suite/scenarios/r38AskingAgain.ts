import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, kinds } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { Session } from '../harness/session.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };
const requires = ['callback parameters'] as const;

/** The user has signed in, and has just said no to `write`. */
async function denied(world: World): Promise<Session> {
  const session = await world.open();
  await session.use('read');
  await session.call('write');
  await session.complete(world.decline('access_denied'));
  return session;
}

/** A no is no for ever to nothing. */
export const askingAgainScenarios: Scenario[] = [
  scenario('R38-52', {
    title: 'asks again for an operation that was denied when its challenge names something new',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcome of the call, and prompts for it',
    play: async world => {
      const session = await denied(world);
      const prompts = world.prompts.length;
      world.rs.script.needs = { write: 'd f' };
      return { outcome: (await session.use('write')).kind, prompts: world.prompts.length - prompts };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 1 })
  }),
  scenario('R38-54', {
    title: 'asks again after a first sign-in that nobody completed',
    transports: BOTH,
    resource,
    observes: 'outcome of the next call',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      return (await session.use('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R38-55', {
    title: 'asks again after a first sign-in that the user denied',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcome of the next call',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.complete(world.decline('access_denied'));
      return (await session.use('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R38-56', {
    title: 'asks again after an authorization whose code could not be redeemed',
    transports: BOTH,
    resource,
    observes: 'outcome of the next call',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      const callback = await world.approve();
      world.as.script.onToken = () => ({ status: 503, body: 'try again later' });
      await session.complete(callback);
      world.as.script.onToken = undefined;
      return (await session.use('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R38-57', {
    title: 'asks again for what the server did not grant once the user has signed in anew for something else',
    authorization: { namesScope: true, grant: requested => requested?.replace(' d', '') },
    resource,
    observes: 'outcomes of the other operation, and then of the one that was not granted',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      world.as.script.grant = undefined;
      return kinds([await session.use('purge'), await session.use('write')]);
    },
    judge: equals(['answered', 'answered'])
  }),
  scenario('R38-58', {
    title: 'asks again after a failure of the authorization server that it reported on the callback',
    requires,
    resource,
    observes: 'outcome of the next call',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await session.complete(world.decline('temporarily_unavailable'));
      return (await session.use('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R38-59', {
    title: 'asks again in a new process for what was denied in another',
    requires,
    resource,
    observes: 'outcome of the call in the new process',
    play: async world => {
      await denied(world);
      const session = await world.open({ provider: world.provider.restarted() });
      return (await session.use('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R38-60', {
    title: 'does not ask again at once for what was denied',
    requires: ['own'],
    authorization: REFRESHABLE,
    resource,
    observes: 'prompts for five more calls, with a refresh in between',
    play: async world => {
      const session = await denied(world);
      const prompts = world.prompts.length;
      for (let round = 0; round < 5; round++) {
        if (round === 2) world.as.expireAccessTokens();
        await session.call('write');
      }
      return world.prompts.length - prompts;
    },
    judge: satisfies<number>('none', count => count === 0)
  }),
  scenario('R38-01', {
    title: 'asks again for what the user refused, once the user has agreed to something else',
    resource,
    observes: 'outcomes of another operation, and of the one that was refused',
    play: async world => {
      const session = await denied(world);
      return kinds([await session.use('purge'), await session.use('write')]);
    },
    judge: equals(['answered', 'answered'])
  }),
  scenario('R38-02', {
    title: 'asks again after a prompt that was never answered',
    transports: BOTH,
    resource,
    observes: 'outcome of the same operation, when the user answers the second prompt',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      return (await session.use('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R38-03', {
    title: 'asks again after a refusal when the challenge names something new',
    requires: ['own'],
    resource,
    observes: 'outcomes: refused, and with a challenge that names more',
    play: async world => {
      const session = await denied(world);
      const refused = (await session.call('write')).kind;
      world.rs.script.needs = { write: 'd f' };
      return [refused, (await session.use('write')).kind];
    },
    judge: equals<unknown>(['failed', 'answered'])
  })
];

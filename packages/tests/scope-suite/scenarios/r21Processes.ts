import { setTimeout as pause } from 'node:timers/promises';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, held, kinds } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { HostProvider } from '../harness/provider.js';
import type { Outcome, Session } from '../harness/session.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd' } };
const ROTATING = { ...REFRESHABLE, rotates: true };

interface Pair {
  sessions: [Session, Session];
  providers: [HostProvider, HostProvider];
}

/** Two processes that work on one store, in which a sign-in is, with an expired token. */
async function twoProcesses(world: World): Promise<Pair> {
  const { provider } = world;
  const other = provider.beside();
  const [first, second] = [await world.open(), await world.open({ provider: other })];
  await first.use('read');
  await second.call('read');
  world.as.expireAccessTokens();
  return { sessions: [first, second], providers: [provider, other] };
}

/** Lets every provider take some milliseconds to store tokens. */
function storeSlowly({ providers }: Pair, milliseconds: number): void {
  for (const provider of providers) {
    const saveTokens = provider.saveTokens.bind(provider);
    Object.assign(provider, {
      saveTokens: async (...values: Parameters<HostProvider['saveTokens']>) => {
        await pause(milliseconds);
        saveTokens(...values);
      }
    });
  }
}

/** Both processes meet the expired token at once. */
async function both(world: World, { sessions }: Pair): Promise<Outcome[]> {
  const arrived = held(world, 'read', 2);
  const calls = sessions.map(session => session.call('read'));
  await arrived;
  return Promise.all(calls);
}

/** Two processes, one store, no lock: the server takes each refresh token once. */
export const processScenarios: Scenario[] = [
  scenario('R21-70', {
    title: 'uses the tokens of a process that was faster to refresh and slow to store them',
    transports: BOTH,
    authorization: ROTATING,
    resource,
    observes: 'outcomes, prompts beside the first, and whether the stored token is valid',
    play: async world => {
      const pair = await twoProcesses(world);
      storeSlowly(pair, 500);
      const outcomes = kinds(await both(world, pair));
      const isValid = world.as.introspect(world.provider.storage.tokens?.access_token) !== undefined;
      return { outcomes, prompts: world.prompts.length - 1, isValid };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], prompts: 0, isValid: true })
  }),
  scenario('R21-71', {
    title: 'leaves the tokens of the faster process in the store',
    authorization: ROTATING,
    resource,
    observes: 'outcomes of both later on, and prompts beside the first',
    play: async world => {
      const pair = await twoProcesses(world);
      storeSlowly(pair, 300);
      await both(world, pair);
      world.as.expireAccessTokens();
      const [first, second] = pair.sessions;
      const outcomes = [await first.call('read'), await second.call('read')];
      return { outcomes: kinds(outcomes), prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], prompts: 0 })
  }),
  scenario('R21-72', {
    title: 'asks the user within four seconds when the refresh token is really gone',
    authorization: ROTATING,
    resource,
    observes: 'outcome, prompts beside the first, and whether it was in time',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.as.revokeRefreshTokens();
      const began = performance.now();
      const { kind } = await session.call('read');
      return { outcome: kind, prompts: world.prompts.length - 1, isInTime: performance.now() - began < 4_000 };
    },
    judge: equals<unknown>({ outcome: 'sign-in needed', prompts: 1, isInTime: true })
  }),
  scenario('R21-73', {
    title: 'says which tokens are to be given up, so that a store can compare',
    requires: ['own'],
    authorization: ROTATING,
    resource,
    observes: 'refresh tokens that were named, as what they were',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const failing = world.provider.storage.tokens?.refresh_token;
      world.as.expireAccessTokens();
      world.as.revokeRefreshTokens();
      await session.call('read');
      const given = world.provider.invalidations.filter(({ scope }) => scope === 'tokens');
      return given.map(({ details }) => {
        const { tokens } = (details ?? {}) as { tokens?: { refresh_token?: string } };
        return tokens?.refresh_token === failing ? 'the one that failed' : 'another';
      });
    },
    judge: equals(['the one that failed'])
  }),
  scenario('R21-74', {
    title: 'uses the tokens that another process signed in for while it waits to be sure',
    authorization: ROTATING,
    resource,
    observes: 'outcome, and prompts of this process',
    play: async world => {
      const { provider } = world;
      const session = await world.open();
      await session.use('read');
      const other = world.createProvider();
      await (await world.open({ provider: other })).use('read');
      const theirs = structuredClone(other.storage.tokens);
      world.as.script.onToken = ({ grantType }) => {
        if (grantType !== 'refresh_token') return undefined;
        setTimeout(() => (provider.storage.tokens = theirs), 700);
        return { status: 400, body: { error: 'invalid_grant' } };
      };
      const stale = provider.storage.tokens?.access_token;
      world.rs.script.accepts = token => token !== stale;
      const { kind } = await session.call('read');
      const isTheirs = provider.storage.tokens?.refresh_token === theirs?.refresh_token;
      return { outcome: kind, prompts: provider.prompts.length - 1, isTheirs };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0, isTheirs: true })
  }),
  scenario('R21-75', {
    title: 'keeps the wider grant of another process when its own refresh comes back later',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call that needs the wider grant, and prompts for it',
    play: async world => {
      const { provider } = world;
      const session = await world.open();
      await session.use('read');
      const other = world.createProvider();
      const theirs = await world.open({ provider: other });
      await theirs.use('write', 2);
      world.as.script.onToken = async ({ grantType }) => {
        if (grantType !== 'refresh_token') return undefined;
        // They finish their sign-in, and store it, while our refresh is under way.
        provider.storage.tokens = structuredClone(other.storage.tokens);
        await pause(50);
        return undefined;
      };
      const stale = provider.storage.tokens?.access_token;
      world.rs.script.accepts = token => token !== stale;
      await session.call('read');
      const prompts = world.prompts.length;
      return { outcome: (await session.call('write')).kind, prompts: world.prompts.length - prompts };
    },
    judge: satisfies<{ outcome: string; prompts: number }>(
      'an answer without a prompt',
      ({ outcome, prompts }) => outcome === 'answered' && prompts === 0
    )
  }),
  scenario('R21-76', {
    title:
      'comes to ask the user when the refresh token is gone, though it may take less time than it takes to be sure',
    requires: ['own'],
    limit: 10_000,
    authorization: ROTATING,
    resource,
    observes: 'outcome of the third call, and prompts beside the first',
    play: async world => {
      const session = await world.connect({ options: { flowTimeout: 800 } });
      await session.use('read');
      world.as.expireAccessTokens();
      world.as.revokeRefreshTokens();
      const outcomes = [await session.call('read'), await session.call('read'), await session.use('read')];
      return { outcome: outcomes[2]?.kind, prompts: world.prompts.length - 1 };
    },
    judge: satisfies<{ outcome: string | undefined; prompts: number }>(
      'an answer with a prompt',
      ({ outcome, prompts }) => outcome === 'answered' && prompts > 0
    )
  })
];

import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import { sorted } from '../harness/scopes.js';
import type { Session } from '../harness/session.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

/** What another process finds in storage, while the user is away, completes the authorization there. */
async function finishElsewhere(world: World): Promise<Session> {
  const callback = await world.approve();
  const session = await world.open({ provider: world.provider.restarted(world.provider.storageAtPrompt) });
  await session.finish(callback);
  return session;
}

const metadata = { scopes_supported: ['a', 'b', 'c'] };

/** Token responses name no scope: the process of the callback has nothing but storage to know it from. */
export const callbackScenarios: Scenario[] = [
  scenario('R9-01', {
    title: 'stores what was asked for when another process completes the authorization',
    transports: BOTH,
    resource: { metadata },
    observes: 'scope in storage',
    play: async world => {
      await (await world.open()).call('read');
      return (await finishElsewhere(world)).provider.storedScope;
    },
    judge: equals<string | undefined>('a b c')
  }),
  scenario('R9-02', {
    title: 'keeps the union over a restart between redirect and callback',
    transports: BOTH,
    resource: { metadata, needs: { write: 'd' } },
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).call('read');
      await (await finishElsewhere(world)).use('write');
      return world.requested;
    },
    judge: equals<Requested>(['a b c', 'a b c d'])
  }),
  scenario('R9-03', {
    title: 'keeps the union over a restart between the redirect of a step-up and its callback',
    transports: BOTH,
    resource: { asks: 'a', needs: { write: 'd', purge: 'e' } },
    observes: 'scopes requested',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await (await finishElsewhere(world)).use('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  }),
  scenario('R9-04', {
    title: 'sends no other scope with the code than the authorization request had',
    resource: { metadata },
    provider: { clientMetadata: { scope: 'm' } },
    observes: 'scope of the code exchange',
    play: async world => {
      await (await world.open()).call('read');
      await finishElsewhere(world);
      return sorted(world.as.tokenRequests[0]?.scope);
    },
    judge: satisfies<string | undefined>('none, or "a b c"', scope => scope === undefined || scope === 'a b c')
  }),
  scenario('R9-05', {
    title: 'stores what was asked for when another process completes the authorization by auth()',
    resource: { metadata },
    observes: 'scope in storage',
    play: async world => {
      await (await world.open()).call('read');
      const callback = await world.approve();
      const provider = world.provider.restarted(world.provider.storageAtPrompt);
      const { client, serverUrl } = world;
      const iss = callback.get('iss') ?? undefined;
      await client.authorize(provider, { serverUrl, authorizationCode: callback.get('code') ?? '', iss });
      return provider.storedScope;
    },
    judge: equals<string | undefined>('a b c')
  }),
  scenario('R9-06', {
    title: 'still knows at the callback what was asked for when a refresh came in between',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'scope in storage: after the refresh, and after the callback in another process',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      world.as.expireAccessTokens();
      await session.call('read');
      const refreshed = world.provider.storedScope;
      const callback = await world.approve();
      const provider = world.provider.restarted();
      await (await world.open({ provider })).finish(callback);
      return [refreshed, provider.storedScope];
    },
    judge: equals<Requested>(['a', 'a d'])
  })
];

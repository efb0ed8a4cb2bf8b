import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

async function expireOnce(world: World): Promise<void> {
  const session = await world.open();
  await session.use('read');
  world.as.expireAccessTokens();
  await session.use('read');
}

/** An expired token is the client's business, not the user's. */
export const refreshScenarios: Scenario[] = [
  scenario('R11-01', {
    title: 'refreshes on a 401, and does not send the user away',
    transports: BOTH,
    resource: { asks: 'a' },
    authorization: REFRESHABLE,
    observes: 'prompts and token requests',
    play: async world => {
      await expireOnce(world);
      return { prompts: world.prompts.length, grants: world.grants };
    },
    judge: equals<unknown>({ prompts: 1, grants: ['authorization_code', 'refresh_token'] })
  }),
  scenario('R11-02', {
    title: 'sends no scope with a refresh',
    resource: { asks: 'a' },
    authorization: REFRESHABLE,
    observes: 'scope of the refresh request',
    play: async world => {
      await expireOnce(world);
      return world.as.tokenRequests.find(({ grantType }) => grantType === 'refresh_token')?.parameters.has('scope');
    },
    judge: equals<boolean | undefined>(false)
  }),
  scenario('R11-03', {
    title: 'sends the scope with a refresh that the provider says its server demands',
    requires: ['scope for refresh'],
    resource: { asks: 'a' },
    provider: { scopeForRefresh: 'a' },
    authorization: REFRESHABLE,
    observes: 'scope of each token request',
    play: async world => {
      await expireOnce(world);
      return world.as.tokenRequests.find(({ grantType }) => grantType === 'refresh_token')?.scope;
    },
    judge: equals<string | undefined>('a')
  }),
  scenario('R11-04', {
    title: 'refreshes a token that expired while no process was running',
    resource: { asks: 'a', guards: 'everything' },
    authorization: REFRESHABLE,
    observes: 'prompts and refreshes',
    play: async world => {
      await (await world.open()).use('read');
      world.as.expireAccessTokens();
      await (await world.open({ provider: world.provider.restarted() })).use('read');
      return { prompts: world.prompts.length, refreshes: world.refreshes };
    },
    judge: equals({ prompts: 1, refreshes: 1 })
  })
];

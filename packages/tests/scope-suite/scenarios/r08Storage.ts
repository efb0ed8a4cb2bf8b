import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

const observes = 'scope in storage';

async function signIn(world: World): Promise<string | undefined> {
  await (await world.open()).use('read');
  return world.provider.storedScope;
}

async function stepUpAndRefresh(world: World): Promise<void> {
  const session = await world.open();
  await session.use('write', 2);
  world.as.expireAccessTokens();
  await session.use('write');
}

/** RFC 6749 §5.1 and §6: what a response leaves out is what was asked for, or what there was. */
export const storageScenarios: Scenario[] = [
  scenario('R8-01', {
    title: 'stores what was asked for when the token response names no scope',
    transports: BOTH,
    resource: { metadata: { scopes_supported: ['a', 'b', 'c'] } },
    observes,
    play: signIn,
    judge: equals<string | undefined>('a b c')
  }),
  scenario('R8-02', {
    title: 'stores what the token response names when that is less',
    authorization: { namesScope: true, grant: () => 'a' },
    resource: { asks: 'a b' },
    observes,
    play: signIn,
    judge: equals<string | undefined>('a')
  }),
  scenario('R8-03', {
    title: 'keeps the stored scope when a refresh response names none',
    transports: BOTH,
    authorization: { ...REFRESHABLE, namesScope: 'exchange' },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      await stepUpAndRefresh(world);
      return world.provider.storedScope;
    },
    judge: equals<string | undefined>('a d')
  }),
  ...[
    { id: 'R8-04', what: 'has none', refreshToken: undefined },
    { id: 'R8-09', what: 'has an empty one', refreshToken: '' }
  ].map(({ id, what, refreshToken }) =>
    scenario(id, {
      title: `keeps the stored refresh token when a refresh response ${what}`,
      resource: { asks: 'a', needs: { write: 'd' } },
      authorization: REFRESHABLE,
      observes: 'whether the refresh token is still in storage',
      play: async world => {
        const session = await world.open();
        await session.use('read');
        const before = world.provider.storage.tokens?.refresh_token;
        world.as.expireAccessTokens();
        const body = { access_token: 'of-the-refresh', token_type: 'Bearer', refresh_token: refreshToken };
        world.as.script.onToken = () => ({ status: 200, body });
        await session.call('read');
        const { access_token, refresh_token } = world.provider.storage.tokens ?? {};
        return { isStored: access_token === body.access_token, isKept: refresh_token === before };
      },
      judge: equals<unknown>({ isStored: true, isKept: true })
    })
  ),
  scenario('R8-05', {
    title: 'stores the refresh token that replaces the one used',
    authorization: { ...REFRESHABLE, rotates: true },
    resource: { asks: 'a' },
    observes: 'prompts after two refreshes',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      for (let round = 0; round < 2; round++) {
        world.as.expireAccessTokens();
        await session.use('read');
      }
      return { prompts: world.prompts.length - 1, refreshes: world.refreshes };
    },
    judge: equals({ prompts: 0, refreshes: 2 })
  }),
  scenario('R8-06', {
    title: 'stores what a machine asked for when the token response names no scope',
    provider: { isMachine: true },
    resource: { asks: 'a' },
    observes,
    play: signIn,
    judge: equals<string | undefined>('a')
  }),
  scenario('R8-07', {
    title: 'stores what a refresh response names when that is less',
    authorization: REFRESHABLE,
    resource: { asks: 'a b' },
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.as.script.onToken = () => ({
        status: 200,
        body: { access_token: 'narrowed', token_type: 'Bearer', scope: 'a' }
      });
      await session.call('read');
      return world.provider.storedScope;
    },
    judge: equals<string | undefined>('a')
  }),
  scenario('R8-08', {
    title: 'stores what was asked for though the provider keeps no discovery state',
    provider: { keepsDiscovery: false },
    resource: { metadata: { scopes_supported: ['a', 'b', 'c'] } },
    observes,
    play: signIn,
    judge: equals<string | undefined>('a b c')
  })
];

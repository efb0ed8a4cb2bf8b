import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { ScriptedAnswer } from '../../support/scriptedAuthorizationServer.js';
import type { Session } from '../harness/session.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** Signs in, lets the token expire, and sends a request while the token endpoint answers refreshes like this. */
async function refreshWith(world: World, answer: () => ScriptedAnswer): Promise<Session> {
  const session = await world.open();
  await session.use('read');
  world.as.expireAccessTokens();
  world.as.script.onToken = ({ grantType }) => (grantType === 'refresh_token' ? answer() : undefined);
  await session.call('read');
  return session;
}

interface Rotated {
  outcome: string;
  prompts: number;
  /** Whether storage has what the other process put there. */
  isTheirs: boolean;
}

/** Another process is faster to refresh with the same token: by the time ours is refused, its tokens are stored. */
async function rotatedElsewhere(world: World): Promise<Rotated> {
  const session = await world.open();
  await session.use('read');
  world.as.expireAccessTokens();
  const other = world.createProvider();
  await (await world.open({ provider: other })).use('read');
  const prompts = world.prompts.length;
  world.as.script.onToken = ({ grantType }) => {
    if (grantType !== 'refresh_token') return undefined;
    world.provider.storage.tokens = structuredClone(other.storage.tokens);
    return { status: 400, body: { error: 'invalid_grant' } };
  };
  const { kind } = await session.call('read');
  const isTheirs = world.provider.storage.tokens?.refresh_token === other.storage.tokens?.refresh_token;
  return { outcome: kind, prompts: world.prompts.length - prompts, isTheirs };
}

/** A step-up that fails at its end; then a call that needs no more than the user has. */
async function afterFailedExchange(world: World, fail: () => void): Promise<{ outcome: string; prompts: number }> {
  const session = await world.open();
  await session.use('read');
  await session.call('write');
  const callback = await world.approve();
  fail();
  await session.finish(callback).catch(() => undefined);
  return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - 2 };
}

const UNDISTURBED = { outcome: 'answered', prompts: 0 };
const observes = 'outcome of a call that needs no more, and prompts for it';
const BUSY: ScriptedAnswer = { status: 503, body: 'try again later' };

/** What failed is given up, and nothing else. */
export const preservationScenarios: Scenario[] = [
  scenario('R21-01', {
    title: 'keeps the tokens when a code is refused',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes,
    play: world =>
      afterFailedExchange(world, () => {
        world.as.script.onToken = () => ({ status: 400, body: { error: 'invalid_grant' } });
      }),
    judge: equals<unknown>(UNDISTURBED)
  }),
  scenario('R21-02', {
    title: 'keeps the tokens when the PKCE verifier is not the right one',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes,
    play: world => afterFailedExchange(world, () => (world.provider.storage.verifier = 'x'.repeat(43))),
    judge: equals<unknown>(UNDISTURBED)
  }),
  scenario('R21-03', {
    title: 'keeps the tokens when the user completes the first of two tabs',
    resource,
    authorization: REFRESHABLE,
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await session.call('purge');
      const prompts = world.prompts.length;
      await session.finish(await world.approve(world.provider, world.prompts[1])).catch(() => undefined);
      return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - prompts };
    },
    judge: equals<unknown>(UNDISTURBED)
  }),
  scenario('R21-04', {
    title: 'uses the tokens of another process that was faster to refresh',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes: 'outcome, and prompts for it',
    play: async world => {
      const { outcome, prompts } = await rotatedElsewhere(world);
      return { outcome, prompts };
    },
    judge: equals<unknown>(UNDISTURBED)
  }),
  scenario('R21-05', {
    title: 'deletes no tokens that another process has stored',
    resource,
    authorization: REFRESHABLE,
    observes: 'whether their refresh token is in storage',
    play: async world => (await rotatedElsewhere(world)).isTheirs,
    judge: equals(true)
  }),
  scenario('R21-06', {
    title: 'keeps the refresh token when the authorization server is out of order',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes: 'whether there is a refresh token in storage',
    play: async world => {
      await refreshWith(world, () => BUSY);
      return world.provider.storage.tokens?.refresh_token !== undefined;
    },
    judge: equals(true)
  }),
  scenario('R21-07', {
    title: 'opens no tab when the authorization server is out of order at a refresh',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes: 'prompts beside the first',
    play: async world => {
      await refreshWith(world, () => BUSY);
      return world.prompts.length - 1;
    },
    judge: equals(0)
  }),
  scenario('R21-08', {
    title: 'opens no tab, and keeps the refresh token, when the line to the authorization server is cut',
    resource,
    authorization: REFRESHABLE,
    observes: 'prompts beside the first, and whether there is a refresh token in storage',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.tap.cuts = request => request.url === '/token';
      await session.call('read');
      return {
        prompts: world.prompts.length - 1,
        isKept: world.provider.storage.tokens?.refresh_token !== undefined
      };
    },
    judge: equals({ prompts: 0, isKept: true })
  }),
  scenario('R21-09', {
    title: 'recovers by itself when the authorization server is back',
    resource,
    authorization: REFRESHABLE,
    observes: 'outcome and prompts beside the first',
    play: async world => {
      const session = await refreshWith(world, () => BUSY);
      world.as.script.onToken = undefined;
      return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
  }),
  scenario('R21-10', {
    title: 'keeps the tokens when the user refuses a step-up',
    requires: ['callback parameters'],
    resource,
    authorization: REFRESHABLE,
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await session.finish(world.decline('access_denied')).catch(() => undefined);
      return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - 2 };
    },
    judge: equals<unknown>(UNDISTURBED)
  }),
  scenario('R21-11', {
    title: 'keeps the tokens when the same callback comes twice',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource,
    observes,
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const callback = await world.approve();
      const twice = [session.finish(callback), session.finish(callback)];
      await Promise.allSettled(twice);
      return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>(UNDISTURBED)
  })
];

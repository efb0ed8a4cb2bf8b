import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const METADATA = { scopes_supported: ['x', 'y'] };
const CLIENT = { clientMetadata: { scope: 'm' } };
const LISTS_OFFLINE = { metadata: { scopes_supported: ['a', 'd', 'offline_access'] } };

const observes = 'scopes requested';

async function firstRequest(world: World): Promise<Requested> {
  await (await world.open()).call('read');
  return world.requested;
}

/** What is asked for first. */
export const selectionScenarios: Scenario[] = [
  scenario('R2-01', {
    title: 'asks for what the challenge names, before anything else',
    transports: BOTH,
    resource: { asks: 'a', metadata: METADATA },
    provider: CLIENT,
    observes,
    play: firstRequest,
    judge: equals<Requested>(['a'])
  }),
  scenario('R2-02', {
    title: 'asks for what the resource metadata lists when the challenge names nothing',
    transports: BOTH,
    resource: { metadata: METADATA },
    provider: CLIENT,
    observes,
    play: firstRequest,
    judge: equals<Requested>(['x y'])
  }),
  scenario('R2-03', {
    title: 'asks for the scope of the client metadata when nothing else names one',
    transports: BOTH,
    provider: CLIENT,
    observes,
    play: firstRequest,
    judge: equals<Requested>(['m'])
  }),
  scenario('R2-04', {
    title: 'sends no scope when there is none to send',
    observes: 'authorization requests that have the parameter',
    play: async world => {
      await (await world.open()).call('read');
      return world.prompts.map(url => url.searchParams.has('scope'));
    },
    judge: equals([false])
  }),
  scenario('R2-05', {
    title: 'adds offline_access where the authorization server lists it',
    authorization: LISTS_OFFLINE,
    resource: { asks: 'a' },
    observes,
    play: firstRequest,
    judge: equals<Requested>(['a offline_access'])
  }),
  scenario('R2-06', {
    title: 'adds no offline_access where the authorization server does not list it',
    authorization: { metadata: { scopes_supported: ['a'] } },
    resource: { asks: 'a' },
    observes,
    play: firstRequest,
    judge: equals<Requested>(['a'])
  }),
  scenario('R2-07', {
    title: 'adds no offline_access for a client without the refresh_token grant',
    authorization: LISTS_OFFLINE,
    resource: { asks: 'a' },
    provider: { clientMetadata: { grant_types: ['authorization_code'] } },
    observes,
    play: firstRequest,
    judge: equals<Requested>(['a'])
  }),
  scenario('R2-08', {
    title: 'keeps offline_access when it steps up',
    authorization: LISTS_OFFLINE,
    resource: { asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      await (await world.open()).use('write', 2);
      return world.requested;
    },
    judge: equals<Requested>(['a offline_access', 'a d offline_access'])
  }),
  scenario('R2-09', {
    title: 'takes an empty scope in a challenge for none',
    resource: { unauthorized: () => 'Bearer scope=""' },
    provider: CLIENT,
    observes,
    play: firstRequest,
    judge: equals<Requested>(['m'])
  })
];

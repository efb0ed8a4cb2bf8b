import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, detectReuse, held, times } from '../harness/situations.js';
import { sorted } from '../harness/scopes.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

type Event = Record<string, unknown>;

const requires = ['own'] as const;
const resource = { asks: 'a', needs: { write: 'd' } };

/** A client whose events are kept. */
async function observed(world: World, options: object = {}) {
  const events: Event[] = [];
  const session = await world.connect({ options: { onauth: event => events.push(event), ...options } });
  return { session, events, types: () => events.map(({ type }) => type) };
}

/** `onauth` (R20): what happens, for a log or a window, and never a secret. */
export const ownEventScenarios: Scenario[] = [
  scenario('own-30', {
    title: 'reports a sign-in and a step-up, step by step',
    transports: BOTH,
    requires,
    resource,
    observes: 'types of the events',
    play: async world => {
      const { session, types } = await observed(world);
      await session.use('write', 2);
      return types();
    },
    judge: equals<unknown[]>([
      ...['challenge', 'discovered', 'registered', 'authorize', 'redirect', 'granted'],
      ...['challenge', 'authorize', 'redirect', 'granted']
    ])
  }),
  scenario('own-31', {
    title: 'says in its events which scopes, and for which operation',
    requires,
    resource,
    observes: 'authorize event of the step-up',
    play: async world => {
      const { session, events } = await observed(world);
      await session.use('write', 2);
      const { operation, previous, added, requested } = events.filter(({ type }) => type === 'authorize')[1] ?? {};
      const scopes = [previous, added, requested].map(scope => sorted(scope as string));
      return { name: (operation as Event | undefined)?.['name'], scopes };
    },
    judge: equals<unknown>({ name: 'write', scopes: ['a', 'd', 'a d'] })
  }),
  scenario('own-32', {
    title: 'reports a refresh, and who waited for it',
    requires,
    resource,
    authorization: REFRESHABLE,
    observes: 'refresh and join events of five requests with an expired token',
    play: async world => {
      detectReuse(world);
      const { session, types } = await observed(world);
      await session.use('read');
      world.as.expireAccessTokens();
      const arrived = held(world, 'read', 5);
      const calls = times(5, () => session.call('read'));
      await arrived;
      await Promise.all(calls);
      const count = (wanted: string): number => types().filter(type => type === wanted).length;
      return { refresh: count('refresh'), hasJoined: count('join') > 0 };
    },
    judge: equals({ refresh: 1, hasJoined: true })
  }),
  scenario('own-33', {
    title: 'reports a refusal',
    transports: BOTH,
    requires,
    resource,
    observes: 'type and required scope of the last event',
    play: async world => {
      const { session, events } = await observed(world, { onInsufficientScope: 'throw' });
      await session.use('read');
      await session.call('write');
      const { type, required } = events.at(-1) ?? {};
      return { type, required };
    },
    judge: equals<unknown>({ type: 'refused', required: 'd' })
  }),
  scenario('own-34', {
    title: 'puts no token, code, verifier or secret into its events',
    requires,
    authorization: { ...REFRESHABLE, rotates: true },
    resource,
    observes: 'secrets in the events',
    play: async world => {
      const { session, events } = await observed(world);
      await session.use('write', 2);
      world.as.expireAccessTokens();
      await session.use('read');
      const told = JSON.stringify(events);
      const { tokens, verifier, state } = world.provider.storage;
      const secrets = [tokens?.access_token, tokens?.refresh_token, verifier, state];
      for (const { parameters } of world.as.tokenRequests) secrets.push(parameters.get('code') ?? undefined);
      const leaked = secrets.filter(secret => secret !== undefined && told.includes(secret));
      return { events: events.length, leaked: leaked.length };
    },
    judge: satisfies<{ events: number; leaked: number }>(
      'none, in some events',
      ({ events, leaked }) => events > 0 && leaked === 0
    )
  })
];

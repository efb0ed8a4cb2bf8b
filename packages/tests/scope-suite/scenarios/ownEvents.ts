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
  }),
  scenario('own-35', {
    title: 'says when each event was, and of which flow it is',
    transports: BOTH,
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'whether times are of this time and in order, and flows of a sign-in and a step-up',
    play: async world => {
      const began = Date.now();
      const { session, events } = await observed(world);
      await session.use('write', 2);
      const times = events.map(({ time }) => time as number);
      const isOrdered = times.every((time, index) => time >= (times[index - 1] ?? began) && time <= Date.now());
      const flowOf = (wanted: string): unknown[] =>
        events.filter(({ type }) => type === wanted).map(({ flow }) => flow);
      const [authorized, redirected] = [flowOf('authorize'), flowOf('redirect')];
      return {
        isOrdered,
        isNamed: authorized.every(flow => typeof flow === 'string' && flow !== ''),
        isSame: JSON.stringify(authorized) === JSON.stringify(redirected),
        flows: new Set(authorized).size
      };
    },
    judge: equals<unknown>({ isOrdered: true, isNamed: true, isSame: true, flows: 2 })
  }),
  scenario('own-36', {
    title: 'reports which server it found, and that it registered there',
    transports: BOTH,
    requires,
    resource,
    observes: 'whether both events name the issuer, and are of the flow that was authorized',
    play: async world => {
      const { session, events } = await observed(world);
      await session.use('read');
      const find = (wanted: string): Event | undefined => events.find(({ type }) => type === wanted);
      const flow = find('authorize')?.['flow'];
      return ['discovered', 'registered'].map(type => {
        const event = find(type);
        return event?.['issuer'] === world.as.issuer && event['flow'] === flow && flow !== undefined;
      });
    },
    judge: equals([true, true])
  }),
  scenario('own-37', {
    title: 'explains a sign-in that comes of a refresh token that was refused',
    transports: BOTH,
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'types of the events of that call, the reason, and whether one flow did it all',
    play: async world => {
      const { session, events, types } = await observed(world);
      await session.use('read');
      world.as.expireAccessTokens();
      world.as.revokeRefreshTokens();
      const before = events.length;
      await session.call('read');
      const wanted = ['challenge', 'refresh', 'refresh-failed', 'authorize', 'redirect'];
      const after = events.slice(before).filter(({ type }) => wanted.includes(String(type)));
      const reason = after.find(({ type }) => type === 'refresh-failed')?.['reason'];
      const flows = new Set(after.filter(({ type }) => type !== 'challenge').map(({ flow }) => flow));
      return {
        types: types()
          .slice(before)
          .filter(type => wanted.includes(String(type))),
        isExplained: typeof reason === 'string' && reason.includes('invalid_grant'),
        flows: flows.size
      };
    },
    judge: equals<unknown>({
      types: ['challenge', 'refresh', 'refresh-failed', 'authorize', 'redirect'],
      isExplained: true,
      flows: 1
    })
  }),
  scenario('own-38', {
    title: 'reports a refresh that failed since the server is out of order, without a prompt',
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'whether there is a reason, and prompts beside the first',
    play: async world => {
      const { session, events } = await observed(world);
      await session.use('read');
      world.as.expireAccessTokens();
      world.as.script.onToken = () => ({ status: 503, body: 'try again later' });
      await session.call('read');
      const reason = events.find(({ type }) => type === 'refresh-failed')?.['reason'];
      return { isExplained: typeof reason === 'string' && reason !== '', prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ isExplained: true, prompts: 0 })
  }),
  scenario('own-39', {
    title: 'says for which operation, in every event between a challenge and the redirect',
    transports: BOTH,
    requires,
    resource,
    observes: 'names of the operations of the step-up’s events',
    play: async world => {
      const { session, events } = await observed(world);
      await session.use('read');
      const before = events.length;
      await session.call('write');
      return events.slice(before).map(({ operation }) => (operation as Event | undefined)?.['name']);
    },
    judge: satisfies<unknown[]>('write each time', names => names.length >= 3 && names.every(name => name === 'write'))
  }),
  scenario('own-50', {
    title: 'gives every event a time, and all events of one flow its id and operation',
    requires,
    resource,
    observes: 'events without time; flows of the events, in order; operations of the step-up',
    play: async world => {
      const events: { type?: string; time?: number; flow?: string; operation?: { name?: string } }[] = [];
      const session = await world.connect({ options: { onauth: event => events.push(event) } });
      await session.use('read');
      const before = events.length;
      await session.use('write');
      const own = events.slice(before);
      const untimed = events.filter(
        ({ time }) => typeof time !== 'number' || Math.abs(Date.now() - time) > 60_000
      ).length;
      return {
        untimed,
        flows: new Set(own.map(({ flow }) => flow)).size,
        names: [...new Set(own.map(({ operation }) => operation?.name))]
      };
    },
    judge: equals<unknown>({ untimed: 0, flows: 1, names: ['write'] })
  }),
  scenario('own-51', {
    title: 'survives a listener whose promise rejects, and reports it',
    requires,
    resource,
    observes: 'outcome, and whether onerror was told',
    play: async world => {
      // TypeScript takes an async function, too.
      const rejects = (() => Promise.reject(new Error('the listener'))) as () => void;
      const session = await world.connect({ options: { onauth: rejects } });
      const told: string[] = [];
      session.transport.onerror = error => told.push(error.message);
      const { kind } = await session.use('read');
      return { kind, isTold: told.includes('the listener') };
    },
    judge: equals<unknown>({ kind: 'answered', isTold: true })
  })
];

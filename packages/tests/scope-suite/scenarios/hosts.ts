import { BOTH, EVERYWHERE, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, kinds } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { Storage } from '../harness/provider.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd' } };

/** Answers with null where there is nothing, as stores written in JavaScript do. */
function answersNull(world: World, ...methods: string[]): void {
  const { provider } = world;
  for (const method of methods) {
    const original = Reflect.get(provider, method) as ((...values: unknown[]) => unknown) | undefined;
    if (original === undefined) continue;
    const nullable = async (...values: unknown[]): Promise<unknown> => (await original.apply(provider, values)) ?? null;
    Object.assign(provider, { [method]: nullable });
  }
}

/** Storage that was damaged: what of it can be read is read. */
const DAMAGED: Readonly<Record<string, (storage: Storage) => void>> = {
  'an empty discovery state': storage => (storage.discovery = {}),
  'a list in place of the discovery state': storage => (storage.discovery = [] as never),
  'an authorization server that is no URL': storage =>
    (storage.discovery = { ...storage.discovery, authorizationServerUrl: 'nowhere' }),
  'a number in place of the authorization server': storage =>
    (storage.discovery = { ...storage.discovery, authorizationServerUrl: 5 }),
  'text in place of the metadata': storage =>
    (storage.discovery = { ...storage.discovery, authorizationServerMetadata: '<html>', resourceMetadata: '<html>' }),
  'a list in place of the scope that was asked for': storage =>
    (storage.discovery = { ...storage.discovery, requestedScope: ['a', 'd'] }),
  'a list in place of the scope of the tokens': storage => Object.assign(storage.tokens ?? {}, { scope: ['a', 'd'] }),
  'a number in place of the issuer of the tokens': storage => Object.assign(storage.tokens ?? {}, { issuer: 5 })
};

/** Hosts are written by people. */
export const hostScenarios: Scenario[] = [
  scenario('host-01', {
    title: 'takes null from a store for nothing, at a first sign-in and after it',
    transports: EVERYWHERE,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcomes',
    play: async world => {
      answersNull(world, 'tokens', 'clientInformation', 'discoveryState', 'savedState');
      const session = await world.open();
      const first = await session.use('read');
      const second = await session.use('write');
      world.as.expireAccessTokens();
      return kinds([first, second, await session.call('write')]);
    },
    judge: equals(['answered', 'answered', 'answered'])
  }),
  scenario('host-02', {
    title: 'takes a null state for none',
    resource,
    observes: 'whether the authorization request has a state, and the outcomes',
    play: async world => {
      answersNull(world, 'tokens', 'clientInformation', 'discoveryState');
      Object.assign(world.provider, { state: () => null, savedState: () => null });
      const session = await world.open();
      const outcomes = [await session.use('read'), await session.use('write')];
      return { state: world.prompts[0]?.searchParams.get('state') ?? null, outcomes: kinds(outcomes) };
    },
    judge: equals<unknown>({ state: null, outcomes: ['answered', 'answered'] })
  }),
  scenario('host-03', {
    title: 'takes null from scopeForRefresh() for no scope',
    requires: ['scope for refresh'],
    provider: { scopeForRefresh: 'replaced below' },
    authorization: REFRESHABLE,
    resource,
    observes: 'scope of the refresh, and outcome',
    play: async world => {
      Object.assign(world.provider, { scopeForRefresh: () => null });
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      const { kind } = await session.call('read');
      return { scope: world.as.tokenRequests.at(-1)?.parameters.get('scope') ?? null, outcome: kind };
    },
    judge: equals<unknown>({ scope: null, outcome: 'answered' })
  }),
  scenario('host-04', {
    title: 'goes on when a listener of events throws, in the middleware too',
    transports: EVERYWHERE,
    requires: ['own'],
    authorization: REFRESHABLE,
    resource,
    observes: 'outcomes of a sign-in, a step-up and a refresh',
    play: async world => {
      const onauth = (): never => {
        throw new Error('the listener is broken');
      };
      const session = await world.open({ options: { onauth } });
      const outcomes = [await session.use('read'), await session.use('write')];
      world.as.expireAccessTokens();
      return kinds([...outcomes, await session.call('write')]);
    },
    judge: equals(['answered', 'answered', 'answered'])
  }),
  scenario('host-05', {
    title: 'reports what a listener of events throws',
    transports: BOTH,
    requires: ['own'],
    resource,
    observes: 'whether it was reported',
    play: async world => {
      const errors: string[] = [];
      const session = await world.connect({
        options: {
          onauth: () => {
            throw new Error('the listener is broken');
          }
        }
      });
      session.transport.onerror = error => errors.push(error.message);
      await session.call('read');
      return errors.includes('the listener is broken');
    },
    judge: equals(true)
  }),
  scenario('host-06', {
    title: 'takes a flowTimeout of Infinity, or one beyond 2³¹ ms, for a long time',
    requires: ['own'],
    resource,
    observes: 'outcomes',
    play: async world => {
      const outcomes = [];
      for (const flowTimeout of [Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 33]) {
        const session = await world.connect({ provider: world.createProvider(), options: { flowTimeout } });
        outcomes.push(await session.use('read'));
      }
      return kinds(outcomes);
    },
    judge: equals(['answered', 'answered', 'answered'])
  }),
  scenario('host-07', {
    title: 'says that a prompt is open to whom it tells that the user has to sign in',
    transports: EVERYWHERE,
    requires: ['own'],
    resource,
    observes: 'pending of the errors of a first call and of a step-up',
    play: async world => {
      const session = await world.open();
      const first = await session.call('read');
      await session.signIn();
      const second = await session.call('write');
      return [first, second].map((outcome): unknown =>
        outcome.kind === 'answered' ? undefined : Reflect.get(outcome.error, 'pending')
      );
    },
    judge: equals<unknown[]>([true, true])
  }),
  scenario('host-08', {
    title: 'says that a prompt is open to a request that comes back too late for another tab',
    requires: ['own'],
    resource,
    observes: 'pending of its error, and prompts',
    play: async world => {
      const session = await world.open();
      let release!: () => void;
      const released = new Promise<void>(resolve => (release = resolve));
      world.rs.script.delays = ({ operation }) => (operation === 'slow' ? released : undefined);
      const late = session.call('slow');
      await world.changes.until(() => world.rs.count('slow') > 0);
      await session.call('read');
      release();
      const outcome = await late;
      const pending: unknown = outcome.kind === 'answered' ? undefined : Reflect.get(outcome.error, 'pending');
      return { pending, prompts: world.prompts.length };
    },
    judge: equals<unknown>({ pending: true, prompts: 1 })
  }),
  ...Object.entries(DAMAGED).map(([what, damage], index) =>
    scenario(`host-${20 + index}`, {
      title: `goes on in a new process that finds ${what} in storage, and asks for all that was asked for before`,
      resource: { asks: 'a', needs: { write: 'd', purge: 'e' } },
      observes: 'outcomes, and the scope of the last prompt',
      play: async world => {
        await (await world.open()).use('write', 2);
        const provider = world.provider.restarted();
        damage(provider.storage);
        const session = await world.open({ provider });
        const outcomes = [await session.use('read'), await session.use('purge')];
        return { outcomes: kinds(outcomes), asked: world.requested.at(-1) };
      },
      judge: equals<unknown>({ outcomes: ['answered', 'answered'], asked: 'a d e' })
    })
  )
];

import { Gate } from '../harness/changes.js';
import { BOTH, EVERYWHERE, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, held, kinds, times } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { Outcome, Session } from '../harness/session.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const requires = ['own'] as const;
const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** From now on the provider waits for the user, who agrees. */
function waits(world: World): void {
  world.provider.redirecting = url => world.approve(world.provider, url);
}

/** From now on the provider waits for the user, who decides when the gate opens. */
function waitsFor(world: World, gate: Gate): void {
  world.provider.redirecting = async url => {
    world.changes.notify();
    await gate.opened;
    return world.approve(world.provider, url);
  };
}

/** From now on the host completes every authorization before it answers that the user was sent away. */
function finishesInside(world: World, finish: (callback: URLSearchParams) => Promise<unknown>): void {
  world.provider.redirecting = async url => {
    await finish(await world.approve(world.provider, url));
  };
}

function nameOf(outcome: Outcome): string {
  return outcome.kind === 'answered' ? outcome.kind : outcome.error.name;
}

async function signedIn(world: World): Promise<Session> {
  const session = await world.open();
  await session.use('read');
  return session;
}

/** `redirectToAuthorization` need not return before the user does. */
export const waitingScenarios: Scenario[] = [
  scenario('R34-01', {
    title: 'goes on with the callback that the provider waited for',
    transports: EVERYWHERE,
    requires,
    resource,
    observes: 'outcomes of a first call and of one that steps up, and scopes requested',
    play: async world => {
      waits(world);
      const session = await world.open();
      const outcomes = [await session.call('read'), await session.call('write')];
      return { outcomes: kinds(outcomes), requested: world.requested };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], requested: ['a', 'a d'] })
  }),
  scenario('R34-02', {
    title: 'connects in one go when the provider waits for the user',
    transports: BOTH,
    requires,
    resource: { ...resource, guards: 'everything' },
    observes: 'prompts, and callbacks that the host had to hand over',
    play: async world => {
      waits(world);
      const session = await world.connect();
      return { prompts: world.prompts.length, outcome: (await session.call('read')).kind };
    },
    judge: equals<unknown>({ prompts: 1, outcome: 'answered' })
  }),
  scenario('R34-05', {
    title: 'can be finished before redirectToAuthorization() is done, and has the next call answered',
    transports: BOTH,
    resource,
    observes: 'outcome of the next call, and prompts',
    play: async world => {
      const session = await world.open();
      finishesInside(world, callback => session.finish(callback));
      await session.call('read');
      return { outcome: (await session.call('read')).kind, prompts: world.prompts.length };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 1 })
  }),
  scenario('R34-06', {
    title: 'goes on when the host redeems the code by auth() before redirectToAuthorization() is done',
    requires,
    resource,
    observes: 'outcome and prompts',
    play: async world => {
      const { client, provider, serverUrl } = world;
      finishesInside(world, callback =>
        client.authorize(provider, {
          serverUrl,
          authorizationCode: callback.get('code') ?? '',
          iss: callback.get('iss') ?? undefined
        })
      );
      return { outcome: (await (await world.open()).call('read')).kind, prompts: world.prompts.length };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 1 })
  }),
  scenario('R34-07', {
    title: 'redeems a callback once that the provider answers with and the host hands over as well',
    requires,
    resource,
    observes: 'outcome and code exchanges',
    play: async world => {
      const session = await world.open();
      world.provider.redirecting = async url => {
        const callback = await world.approve(world.provider, url);
        await session.finish(callback);
        return callback;
      };
      return { outcome: (await session.call('read')).kind, exchanges: world.grants.length };
    },
    judge: equals<unknown>({ outcome: 'answered', exchanges: 1 })
  }),
  scenario('R34-09', {
    title: 'redeems no code of another issuer that the provider answers with',
    requires,
    resource,
    observes: 'name of the error, and token requests',
    play: async world => {
      const session = await world.open();
      world.provider.redirecting = async url => {
        const callback = await world.approve(world.provider, url);
        callback.set('iss', 'https://attacker.example');
        return callback;
      };
      const outcome = await session.call('read');
      return { name: nameOf(outcome), requests: world.as.tokenRequests.length };
    },
    judge: equals<unknown>({ name: 'IssuerMismatchError', requests: 0 })
  }),
  scenario('R34-10', {
    title: 'hands an error of the wait to the sender, and asks again the next time',
    transports: BOTH,
    requires,
    resource,
    observes: 'message of the error, and outcome of the next call',
    play: async world => {
      const session = await signedIn(world);
      world.provider.redirecting = () => Promise.reject(new Error('the window was closed'));
      const outcome = await session.call('write');
      waits(world);
      return [outcome.kind === 'answered' ? '' : outcome.error.message, (await session.call('write')).kind];
    },
    judge: equals(['the window was closed', 'answered'])
  }),
  scenario('R34-12', {
    title: 'refreshes an expired token while the provider waits for the user',
    transports: BOTH,
    requires,
    authorization: { ...REFRESHABLE, rotates: true },
    resource,
    observes: 'outcome of a call that needs no more, while the user is away; then of the one that waits',
    play: async world => {
      const session = await signedIn(world);
      const gate = new Gate();
      waitsFor(world, gate);
      const waiting = session.call('write');
      await world.changes.until(() => world.prompts.length === 2);
      world.as.expireAccessTokens();
      const meanwhile = await session.call('read');
      gate.open();
      return kinds([meanwhile, await waiting]);
    },
    judge: equals(['answered', 'answered'])
  }),
  scenario('R34-13', {
    title: 'lets go of a wait with close(), and is not disturbed by what comes then',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcome of the call, and of one on a new transport',
    play: async world => {
      const session = await signedIn(world);
      const gate = new Gate();
      waitsFor(world, gate);
      const waiting = session.call('write');
      await world.changes.until(() => world.prompts.length === 2);
      await session.close();
      const outcome = await waiting;
      gate.open();
      return [outcome.kind, (await (await world.open()).call('read')).kind];
    },
    judge: equals(['failed', 'answered'])
  }),
  scenario('R34-14', {
    title: 'leaves the newer of two authorizations alone when the provider’s wait for the older one ends',
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of the newer callback, and of a call that needs what it brought',
    play: async world => {
      const session = await signedIn(world);
      const gate = new Gate();
      waitsFor(world, gate);
      const controller = new AbortController();
      const abandoned = session.call('write', { signal: controller.signal });
      await world.changes.until(() => world.prompts.length === 2);
      controller.abort(new Error('never mind'));
      await abandoned;
      world.provider.redirecting = () => undefined;
      await (await world.open()).call('purge');
      const callback = world.prompts.length > 2 ? await world.approve() : undefined;
      gate.open();
      const finished = callback === undefined ? undefined : await session.complete(callback);
      return [finished?.kind ?? 'no prompt', (await session.call('purge')).kind];
    },
    judge: satisfies<string[]>(
      'an answer, by a prompt of its own or by none',
      ([finished, outcome]) => finished !== 'failed' && outcome === 'answered'
    )
  }),
  scenario('R34-15', {
    title: 'needs a sign-in, as ever, when the provider does not wait',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcome, and scopes requested',
    play: async world => {
      world.provider.redirecting = () => Promise.resolve(undefined);
      const outcome = await (await world.open()).call('read');
      return { outcome: outcome.kind, requested: world.requested };
    },
    judge: equals<{ outcome: string; requested: Requested }>({ outcome: 'sign-in needed', requested: ['a'] })
  }),
  scenario('own-41', {
    title: 'has every request answered that waits for the same callback, with one prompt',
    requires,
    resource,
    observes: 'outcomes, and prompts beside the first',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      waits(world);
      const arrived = held(world, 'write', 5);
      const calls = times(5, () => session.call('write'));
      await arrived;
      return { outcomes: kinds(await Promise.all(calls)), prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcomes: times(5, () => 'answered'), prompts: 1 })
  }),
  scenario('own-42', {
    title: 'has a request answered whose host calls finishAuth() while it sends the user away',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcome',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      finishesInside(world, callback => session.finish(callback));
      return (await session.call('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('own-43', {
    title: 'notes a denial that comes that way for the operation that asked, and for no other',
    requires,
    resource,
    observes: 'outcomes of two calls of that operation, and of another; prompts beside the first',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      world.provider.redirecting = url => world.decline('access_denied', world.provider, url);
      const outcomes = kinds([await session.call('write'), await session.call('write')]);
      waits(world);
      outcomes.push((await session.call('purge')).kind);
      return { outcomes, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcomes: ['failed', 'failed', 'answered'], prompts: 2 })
  }),
  scenario('own-44', {
    title: 'asks beside a prompt that is waited for when a later request needs more, and loses neither',
    requires,
    resource,
    observes: 'outcomes, and the scopes of both prompts',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      const gate = new Gate();
      world.provider.redirecting = async url => {
        if (world.prompts.length === 2) await gate.opened;
        return world.approve(world.provider, url);
      };
      const first = session.call('write');
      await world.changes.until(() => world.prompts.length === 2);
      const second = await session.call('purge');
      gate.open();
      return {
        outcomes: [(await first).kind, second.kind, (await session.call('purge')).kind],
        requested: world.requested.slice(1)
      };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered', 'answered'], requested: ['a d', 'a d e'] })
  })
];

import { Gate } from '../harness/changes.js';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, detectReuse, kinds, times } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { TransportSession } from '../harness/session.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };
const NEVER = new Promise<never>(() => undefined);
const ROTATING = { ...REFRESHABLE, rotates: true };

interface Stuck {
  session: TransportSession;
  /** Lets the policy say yes. */
  answer: Gate;
  /** The call that needs it. */
  waiting: Promise<unknown>;
}

/** A step-up for `write` whose policy has not decided yet; and what is called before it. */
async function undecided(world: World, before?: string): Promise<Stuck> {
  const answer = new Gate();
  let asked = false;
  const onInsufficientScope = async ({ operation }: { operation: { name?: string } }): Promise<string> => {
    if (operation.name !== 'write') return 'reauthorize';
    asked = true;
    world.changes.notify();
    await answer.opened;
    return 'reauthorize';
  };
  const session = await world.connect({ options: { onInsufficientScope } });
  await session.use('read');
  if (before !== undefined) await session.call(before);
  const waiting = session.call('write');
  await world.changes.until(() => asked);
  return { session, answer, waiting };
}

/** A method of the provider that waits until the gate opens, from now on. */
function hang(world: World, method: 'state' | 'saveCodeVerifier' | 'saveDiscoveryState', gate: Gate): Promise<void> {
  const original = world.provider[method]?.bind(world.provider) as (...values: unknown[]) => unknown;
  let begun = false;
  Object.assign(world.provider, {
    [method]: async (...values: unknown[]) => {
      begun = true;
      world.changes.notify();
      await gate.opened;
      return original(...values);
    }
  });
  return world.changes.soon(() => begun);
}

function hanging(id: string, method: 'state' | 'saveCodeVerifier'): Scenario {
  return scenario(id, {
    title: `refreshes an expired token while a step-up waits for ${method}() of the provider`,
    transports: BOTH,
    authorization: ROTATING,
    resource,
    observes: 'outcome of a call that needs no more, and whether the stored token is valid',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const gate = new Gate();
      const hangs = hang(world, method, gate);
      const waiting = session.call('write');
      await hangs;
      world.as.expireAccessTokens();
      const { kind } = await session.call('read');
      gate.open();
      await waiting;
      return { outcome: kind, isValid: world.as.introspect(world.provider.storage.tokens?.access_token) !== undefined };
    },
    judge: equals<unknown>({ outcome: 'answered', isValid: true })
  });
}

/** A session whose last refresh succeeded, while its tokens were never stored; the flow was given up. */
async function unstored(world: World): Promise<TransportSession> {
  detectReuse(world);
  const session = await world.connect({ options: { flowTimeout: 3_000 } });
  await session.use('read');
  const { provider } = world;
  const saveTokens = provider.saveTokens.bind(provider);
  Object.assign(provider, { saveTokens: () => NEVER });
  world.as.expireAccessTokens();
  await session.call('read');
  Object.assign(provider, { saveTokens });
  return session;
}

/** One flow at a time does not mean that one flow stops everything. */
export const bystanderScenarios: Scenario[] = [
  scenario('R13-92', {
    title: 'finishes another authorization while a policy decides',
    requires: ['own'],
    authorization: ROTATING,
    resource,
    observes: 'outcomes of the callback, and of what it was for',
    play: async world => {
      const { session, answer, waiting } = await undecided(world, 'purge');
      const finished = await session.complete(await world.approve());
      const used = await session.call('purge');
      answer.open();
      await waiting;
      return kinds([finished, used]);
    },
    judge: equals(['answered', 'answered'])
  }),
  scenario('R13-93', {
    title: 'works on a new transport while a policy of another decides',
    transports: BOTH,
    requires: ['own'],
    authorization: ROTATING,
    resource,
    observes: 'outcome of a call on the new one, with an expired token',
    play: async world => {
      const { answer, waiting } = await undecided(world);
      world.as.expireAccessTokens();
      const { kind } = await (await world.open()).call('read');
      answer.open();
      await waiting;
      return kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-94', {
    title: 'closes at once though a policy never decides',
    transports: BOTH,
    requires: ['own'],
    resource,
    observes: 'whether close() was done within a second, and the request failed',
    play: async world => {
      const { session, waiting } = await undecided(world);
      const began = performance.now();
      await session.close();
      const outcome = (await waiting) as { kind: string };
      return { isQuick: performance.now() - began < 1_000, outcome: outcome.kind };
    },
    judge: equals<unknown>({ isQuick: true, outcome: 'failed' })
  }),
  hanging('R13-95', 'state'),
  hanging('R13-96', 'saveCodeVerifier'),
  scenario('R13-97', {
    title: 'closes at once though a method of the provider never settles',
    transports: BOTH,
    resource,
    observes: 'whether close() was done within a second',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const hangs = hang(world, 'state', new Gate());
      const waiting = session.call('write');
      await hangs;
      const began = performance.now();
      await session.close();
      await Promise.race([waiting, world.changes.soon(() => false)]);
      return performance.now() - began < 1_000;
    },
    judge: equals(true)
  }),
  scenario('R13-98', {
    title: 'goes on, with one more sign-in at most, after tokens could never be stored',
    requires: ['own'],
    limit: 15_000,
    authorization: ROTATING,
    resource,
    observes: 'outcome of a call after the flow was given up, and prompts for it',
    play: async world => {
      const session = await unstored(world);
      const prompts = world.prompts.length;
      await session.use('read');
      return { outcome: (await session.use('read')).kind, prompts: world.prompts.length - prompts };
    },
    judge: satisfies<{ outcome: string; prompts: number }>(
      'an answer with one prompt at most',
      ({ outcome, prompts }) => outcome === 'answered' && prompts <= 1
    )
  }),
  scenario('R13-104', {
    title: 'uses no refresh token again that it has got a successor of, though that could not be stored',
    requires: ['own'],
    limit: 15_000,
    authorization: ROTATING,
    resource,
    observes: 'refresh tokens that were used twice',
    play: async world => {
      await (await unstored(world)).use('read');
      const used = world.as.tokenRequests.flatMap(({ parameters }) => parameters.get('refresh_token') ?? []);
      return used.length - new Set(used).size;
    },
    judge: equals(0)
  }),
  scenario('R13-99', {
    title: 'goes on after tokens could not be read once',
    transports: BOTH,
    authorization: ROTATING,
    resource,
    observes: 'outcome of a later call',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const { provider } = world;
      const tokens = provider.tokens.bind(provider);
      let begun = false;
      Object.assign(provider, {
        tokens: () => {
          begun = true;
          world.changes.notify();
          return NEVER;
        }
      });
      void session.call('read');
      await world.changes.soon(() => begun);
      Object.assign(provider, { tokens });
      world.as.expireAccessTokens();
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-102', {
    title: 'keeps what a sign-in brought when the answer to an older refresh comes late',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call that needs what the sign-in brought, and prompts for it',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      const callback = await world.approve();
      world.as.expireAccessTokens();
      const gate = new Gate();
      world.as.script.onToken = async ({ grantType }) => {
        world.changes.notify();
        if (grantType === 'refresh_token') await gate.opened;
        return undefined;
      };
      const slow = session.call('read');
      await world.changes.until(() => world.refreshes > 0);
      const finishing = session.complete(callback);
      await world.changes.soon(() => world.grants.at(-1) === 'authorization_code');
      gate.open();
      await Promise.all([slow, finishing]);
      const prompts = world.prompts.length;
      return { outcome: (await session.call('write')).kind, prompts: world.prompts.length - prompts };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
  }),
  scenario('R13-103', {
    title: 'keeps what a sign-in brought when an older refresh is answered after it was given up',
    requires: ['own'],
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call that needs what the sign-in brought, and prompts for it',
    play: async world => {
      const session = await world.connect({ options: { flowTimeout: 200 } });
      await session.use('read');
      await session.call('write');
      const callback = await world.approve();
      world.as.expireAccessTokens();
      const gate = new Gate();
      world.as.script.onToken = async ({ grantType }) => {
        if (grantType === 'refresh_token') await gate.opened;
        return undefined;
      };
      await session.call('read');
      await session.complete(callback);
      gate.open();
      await new Promise(resolve => setTimeout(resolve, 100));
      const prompts = world.prompts.length;
      return { outcome: (await session.call('write')).kind, prompts: world.prompts.length - prompts };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
  }),
  scenario('R13-40', {
    title: 'refreshes for others while sending the user away never ends',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call with an expired token',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.provider.redirecting = () => NEVER;
      void session.call('write');
      await world.changes.until(() => world.prompts.length > 1);
      world.as.expireAccessTokens();
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-41', {
    title: 'redeems a callback while sending the user away never ends',
    resource,
    observes: 'outcome of the same call on a new transport',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.provider.redirecting = () => NEVER;
      void session.call('write');
      await world.changes.until(() => world.prompts.length > 1);
      await session.finish(await world.approve());
      return (await (await world.open()).call('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-42', {
    title: 'connects another transport while a method of the provider never settles',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call with an expired token on the other transport',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const saving = new Gate();
      const { saveCodeVerifier } = world.provider;
      Object.assign(world.provider, {
        saveCodeVerifier: () => {
          saving.open();
          return NEVER;
        }
      });
      void session.call('write');
      await saving.opened;
      Object.assign(world.provider, { saveCodeVerifier });
      world.as.expireAccessTokens();
      return (await (await world.open()).call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-45', {
    title: 'is not wedged by a refresh whose tokens are never stored',
    requires: ['own'],
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a later call',
    play: async world => {
      const session = await world.connect({ options: { flowTimeout: 200 } });
      await session.use('read');
      const { saveTokens } = world.provider;
      Object.assign(world.provider, { saveTokens: () => NEVER });
      world.as.expireAccessTokens();
      await Promise.all(times(2, () => session.call('read')));
      Object.assign(world.provider, { saveTokens });
      return (await session.use('read')).kind;
    },
    judge: satisfies<string>('answered', kind => kind === 'answered')
  }),
  scenario('R13-46', {
    title: 'asks for more on behalf of a request that was sent again after the user had come back',
    transports: BOTH,
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'outcome of a call whose 401 comes after the sign-in that another call began, and scopes requested',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      const late = new Gate();
      world.rs.script.delays = ({ operation, status }) =>
        operation === 'write' && status === 401 ? late.opened : undefined;
      const write = session.call('write');
      await world.changes.until(() => world.rs.count('write') > 0);
      await session.use('read');
      late.open();
      return { outcome: (await write).kind, requested: world.requested };
    },
    judge: equals<unknown>({ outcome: 'sign-in needed', requested: ['a', 'a', 'a d'] })
  })
];

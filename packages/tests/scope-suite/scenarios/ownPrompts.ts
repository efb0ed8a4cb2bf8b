import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { Gate } from '../harness/changes.js';
import { held, kinds, REFRESHABLE, times } from '../harness/situations.js';
import { sorted } from '../harness/scopes.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

const requires = ['own'] as const;
const resource = { asks: 'a', needs: { write: 'd', purge: 'e', drop: 'f' } };

interface Context {
  operations: { operation: { name?: string }; scope?: string }[];
  requested?: string;
  signal: AbortSignal;
}

/** From now on sending the user away resolves to the parameters of the callback. */
function waits(world: World, answer: (url: URL) => Promise<URLSearchParams>): void {
  world.provider.redirecting = answer;
}

function refusal(url: URL): URLSearchParams {
  const state = url.searchParams.get('state') ?? '';
  return new URLSearchParams({ error: 'access_denied', iss: url.origin, state });
}

/** A provider that waits for the callback (R34), and a host that decides (R35, R36). */
export const ownPromptScenarios: Scenario[] = [
  scenario('own-40', {
    title: 'has a request answered by itself when sending the user away resolves to the callback',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcomes of a sign-in and of a step-up',
    play: async world => {
      waits(world, url => world.as.approve(url));
      const session = await world.connect();
      return kinds([await session.call('read'), await session.call('write')]);
    },
    judge: equals<unknown>(['answered', 'answered'])
  }),
  scenario('own-41', {
    title: 'has every request answered that waits for the same callback, with one prompt',
    requires,
    resource,
    observes: 'outcomes, and prompts beside the first',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      waits(world, url => world.as.approve(url));
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
      world.provider.redirecting = async url => session.finish(await world.as.approve(url));
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
      waits(world, url => Promise.resolve(refusal(url)));
      const outcomes = kinds([await session.call('write'), await session.call('write')]);
      waits(world, url => world.as.approve(url));
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
      waits(world, async url => {
        if (world.prompts.length === 2) await gate.opened;
        return world.as.approve(url);
      });
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
  }),
  scenario('own-45', {
    title: 'tells whoever decides every operation, and the scope that each needs',
    requires,
    resource,
    observes: 'operations and scope of the last question, and prompts beside the first',
    play: async world => {
      const gate = new Gate();
      const asked: Context[] = [];
      const onInsufficientScope = async (context: Context): Promise<string> => {
        asked.push(context);
        world.changes.notify();
        if (asked.length === 1) await gate.opened;
        return 'reauthorize';
      };
      const session = await world.connect({ options: { onInsufficientScope } });
      await session.use('read');
      const calls = [session.call('write')];
      await world.changes.until(() => asked.length === 1);
      calls.push(session.call('purge'), session.call('drop'));
      await world.changes.until(() => world.rs.count('purge') + world.rs.count('drop') === 2);
      await new Promise(resolve => setTimeout(resolve, 50));
      gate.open();
      await Promise.all(calls);
      const last = asked.at(-1);
      const operations = last?.operations.map(({ operation, scope }) => [operation.name, scope]).sort();
      return {
        operations,
        requested: sorted(last?.requested),
        prompts: world.prompts.length - 1,
        sent: world.requested.at(-1)
      };
    },
    judge: equals<unknown>({
      operations: [
        ['drop', 'f'],
        ['purge', 'e'],
        ['write', 'd']
      ],
      requested: 'a d e f',
      prompts: 1,
      sent: 'a d e f'
    })
  }),
  scenario('own-46', {
    title: 'sends nobody away when the decision comes after the request has gone, and tells the decider that it went',
    requires,
    resource,
    observes: 'whether the signal aborted, and prompts beside the first',
    play: async world => {
      const gate = new Gate();
      let signal: AbortSignal | undefined;
      const onInsufficientScope = async (context: Context): Promise<string> => {
        signal = context.signal;
        world.changes.notify();
        await gate.opened;
        return 'reauthorize';
      };
      const session = await world.connect({ options: { onInsufficientScope } });
      await session.use('read');
      const call = session.call('write');
      await world.changes.until(() => signal !== undefined);
      await session.close();
      const isAborted = signal?.aborted;
      gate.open();
      await call;
      await new Promise(resolve => setTimeout(resolve, 50));
      return { isAborted, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ isAborted: true, prompts: 0 })
  }),
  scenario('own-47', {
    title: 'refreshes for others while the host decides',
    requires,
    resource,
    authorization: REFRESHABLE,
    observes: 'outcome of a call with an expired token',
    play: async world => {
      let isAsked = false;
      const onInsufficientScope = (): Promise<never> => {
        isAsked = true;
        world.changes.notify();
        return new Promise(() => undefined);
      };
      const session = await world.connect({ options: { onInsufficientScope } });
      await session.use('read');
      void session.call('write');
      await world.changes.until(() => isAsked);
      world.as.expireAccessTokens();
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('own-48', {
    title: 'asks the host about a 403 without scope what it would ask for without the host',
    requires,
    resource: {
      ...resource,
      metadata: { scopes_supported: ['a', 'd'] },
      forbidden: () => 'Bearer error="insufficient_scope"'
    },
    observes: 'scope shown, and scope sent',
    play: async world => {
      let shown: string | undefined;
      const onInsufficientScope = (context: Context): string => {
        shown = context.requested;
        return 'reauthorize';
      };
      const session = await world.connect({ options: { onInsufficientScope } });
      await session.use('read');
      await session.call('write');
      return { shown: sorted(shown), sent: world.requested.at(-1) };
    },
    judge: equals<unknown>({ shown: 'a d', sent: 'a d' })
  }),
  scenario('own-49', {
    title: 'says whether a prompt is open',
    requires,
    resource,
    observes: 'pending of the error',
    play: async world => {
      const session = await world.connect();
      const outcome = await session.call('read');
      return outcome.kind === 'answered' ? undefined : (outcome.error as { pending?: boolean }).pending;
    },
    judge: equals<unknown>(true)
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
  })
];

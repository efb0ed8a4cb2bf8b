import { setTimeout as pause } from 'node:timers/promises';
import { Gate } from '../harness/changes.js';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, held, kinds } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { CallOptions } from '../adapters/clientUnderTest.js';
import type { Outcome, TransportSession } from '../harness/session.js';
import type { World } from '../harness/world.js';

const requires = ['own'] as const;
const resource = { asks: 'a', needs: { write: 'd' } };

/** How long a request may take, in milliseconds, and how long a person takes. */
const TIMEOUT = 600;
const THOUGHT = 1_200;

interface Asked {
  signal?: AbortSignal;
}

interface Deciding {
  session: TransportSession;
  /** What the policy was given, each time. */
  asked: Asked[];
  answer: Gate;
}

/** A client whose policy decides when the gate opens: then it says yes. */
async function deciding(world: World): Promise<Deciding> {
  const asked: Asked[] = [];
  const answer = new Gate();
  const onInsufficientScope = async (context: Asked): Promise<string> => {
    asked.push(context);
    world.changes.notify();
    await answer.opened;
    return 'reauthorize';
  };
  const session = await world.connect({ options: { onInsufficientScope } });
  await session.use('read');
  return { session, asked, answer };
}

/** A call that is timed: how it ended, and after how many milliseconds. */
async function timed(session: TransportSession, tool: string, options: CallOptions): Promise<[Outcome, number]> {
  const began = performance.now();
  const outcome = await session.call(tool, options);
  return [outcome, performance.now() - began];
}

/** Gives a late yes every chance to do harm. */
async function yesComesLate({ answer }: Deciding): Promise<void> {
  answer.open();
  await pause(150);
}

/** A request's clock stands still while a person is asked; whoever wants it to end can end it. */
export const timeScenarios: Scenario[] = [
  scenario('R35-01', {
    title: 'does not count the time that a policy takes to decide',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcome of a call with a timeout shorter than that',
    play: async world => {
      const options = { onInsufficientScope: () => pause(THOUGHT, 'reauthorize') };
      const session = await world.connect({ options });
      await session.use('read');
      world.provider.redirecting = url => world.approve(world.provider, url);
      return (await session.call('write', { timeout: TIMEOUT })).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R35-02', {
    title: 'does not count the time that the provider waits for the user',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcome of a call with a timeout shorter than that',
    play: async world => {
      const session = await world.connect();
      world.provider.redirecting = async url => {
        await pause(THOUGHT);
        return world.approve(world.provider, url);
      };
      return (await session.call('read', { timeout: TIMEOUT })).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R35-03', {
    title: 'does not count the user’s time for those who wait for another’s prompt either',
    requires,
    resource,
    observes: 'outcomes of two calls with a timeout shorter than that',
    play: async world => {
      const session = await world.connect();
      world.provider.redirecting = async url => {
        await pause(THOUGHT);
        return world.approve(world.provider, url);
      };
      const arrived = held(world, 'read', 2);
      const calls = [session.call('read', { timeout: TIMEOUT }), session.call('read', { timeout: TIMEOUT })];
      await arrived;
      return kinds(await Promise.all(calls));
    },
    judge: equals(['answered', 'answered'])
  }),
  scenario('R35-04', {
    title: 'ends a call at its maxTotalTimeout though a policy still decides',
    transports: BOTH,
    requires,
    resource,
    observes: 'whether it failed, after how many milliseconds',
    play: async world => {
      const { session } = await deciding(world);
      const [outcome, took] = await timed(session, 'write', { timeout: TIMEOUT, maxTotalTimeout: 1_000 });
      return { outcome: outcome.kind, took };
    },
    judge: satisfies<{ outcome: string; took: number }>(
      'a failure between 950 and 2,500 ms',
      ({ outcome, took }) => outcome === 'failed' && took >= 950 && took < 2_500
    )
  }),
  scenario('R35-05', {
    title: 'counts the time of a call that waits for the authorization server and nobody else',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource,
    observes: 'whether it failed within 2,000 ms',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      world.as.expireAccessTokens();
      const gate = new Gate();
      world.as.script.onToken = () => gate.opened.then(() => undefined);
      const [outcome, took] = await timed(session, 'read', { timeout: TIMEOUT });
      gate.open();
      return { outcome: outcome.kind, isInTime: took < 2_000 };
    },
    judge: equals<unknown>({ outcome: 'failed', isInTime: true })
  }),
  scenario('R35-06', {
    title: 'tells a policy that the request was aborted which asked, and opens nothing for a late yes',
    transports: BOTH,
    requires,
    resource,
    observes: 'whether the signal had ended, before and after; prompts beside the first',
    play: async world => {
      const decision = await deciding(world);
      const controller = new AbortController();
      const call = decision.session.call('write', { signal: controller.signal });
      await world.changes.until(() => decision.asked.length > 0);
      const ended = [decision.asked[0]?.signal?.aborted];
      controller.abort(new Error('never mind'));
      await call;
      ended.push(decision.asked[0]?.signal?.aborted);
      await yesComesLate(decision);
      return { ended, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ ended: [false, true], prompts: 0 })
  }),
  scenario('R35-07', {
    title: 'tells a policy that the transport was closed, and opens nothing for a late yes',
    transports: BOTH,
    requires,
    resource,
    observes: 'whether the signal has ended, and prompts beside the first',
    play: async world => {
      const decision = await deciding(world);
      const call = decision.session.call('write');
      await world.changes.until(() => decision.asked.length > 0);
      await decision.session.close();
      const hasEnded = decision.asked[0]?.signal?.aborted;
      await call;
      await yesComesLate(decision);
      return { hasEnded, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ hasEnded: true, prompts: 0 })
  }),
  scenario('R35-08', {
    title: 'opens nothing for a yes that comes after the request’s time was up',
    requires,
    resource,
    observes: 'prompts beside the first, and the outcome of a call that needs no more',
    play: async world => {
      const decision = await deciding(world);
      await decision.session.call('write', { maxTotalTimeout: 300 });
      await yesComesLate(decision);
      return { prompts: world.prompts.length - 1, outcome: (await decision.session.call('read')).kind };
    },
    judge: equals<unknown>({ prompts: 0, outcome: 'answered' })
  }),
  scenario('R35-09', {
    title: 'acts on the yes for whoever still waits, though the request was aborted that asked',
    requires,
    resource,
    observes: 'outcome of the other request, and prompts beside the first',
    play: async world => {
      const { session, asked, answer } = await deciding(world);
      const controller = new AbortController();
      const arrived = held(world, 'write', 2);
      const calls = [session.call('write', { signal: controller.signal }), session.call('write')];
      await arrived;
      await world.changes.until(() => asked.length > 0);
      await pause(50);
      controller.abort(new Error('never mind'));
      answer.open();
      const [, other] = await Promise.all(calls);
      return { outcome: other?.kind, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcome: 'sign-in needed', prompts: 1 })
  }),
  scenario('own-47', {
    title: 'refreshes for others while the host decides',
    requires,
    resource,
    authorization: REFRESHABLE,
    observes: 'outcome of a call with an expired token',
    play: async world => {
      const { session, asked } = await deciding(world);
      void session.call('write');
      await world.changes.until(() => asked.length > 0);
      world.as.expireAccessTokens();
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  })
];

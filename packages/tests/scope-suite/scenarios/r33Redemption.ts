import { scenario, type Scenario } from '../harness/scenario.js';
import { equals } from '../harness/verdict.js';
import { kinds, times } from '../harness/situations.js';
import type { Session } from '../harness/session.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

function exchanges(world: World): number {
  return world.grants.filter(grant => grant === 'authorization_code').length;
}

async function wasRejected(finish: Promise<void>): Promise<boolean> {
  return finish.then(
    () => false,
    () => true
  );
}

/** A user who says no in the tab that was opened with a URL. */
function denial(prompt: URL | undefined): URLSearchParams {
  const state = prompt?.searchParams.get('state') ?? '';
  return new URLSearchParams({ error: 'access_denied', iss: prompt?.origin ?? '', state });
}

/** A session whose user was just asked to step up for `write`. */
async function asked(world: World): Promise<Session> {
  const session = await world.open();
  await session.use('read');
  await session.call('write');
  return session;
}

/** A callback counts once, and only for the request that it answers. */
export const redemptionScenarios: Scenario[] = [
  scenario('R33-01', {
    title: 'redeems a callback once that is handed over twice at once',
    resource,
    observes: 'rejections of finishAuth, and exchanges beside the first',
    play: async world => {
      const session = await asked(world);
      const callback = await world.approve();
      const rejections = await Promise.all(times(2, () => wasRejected(session.finish(new URLSearchParams(callback)))));
      return { rejections, exchanges: exchanges(world) - 1, outcome: (await session.call('write')).kind };
    },
    judge: equals<unknown>({ rejections: [false, false], exchanges: 1, outcome: 'answered' })
  }),
  scenario('R33-02', {
    title: 'redeems a callback once that is handed over again later',
    resource,
    observes: 'whether finishAuth rejects the second time, and exchanges beside the first',
    play: async world => {
      const session = await asked(world);
      const callback = await world.approve();
      await session.finish(new URLSearchParams(callback));
      await session.call('write');
      const isRejected = await wasRejected(session.finish(new URLSearchParams(callback)));
      return { isRejected, exchanges: exchanges(world) - 1, outcome: (await session.call('write')).kind };
    },
    judge: equals<unknown>({ isRejected: false, exchanges: 1, outcome: 'answered' })
  }),
  scenario('R33-03', {
    title: 'is not led astray by a forged callback: the real one still works',
    requires: ['callback parameters'],
    resource,
    observes: 'whether the forged one is rejected, and the outcome after the real one',
    play: async world => {
      const session = await asked(world);
      const callback = await world.approve();
      const forged = new URLSearchParams({ code: 'made-up', state: 'made-up', iss: world.as.issuer });
      const isRejected = await wasRejected(session.finish(forged));
      await session.finish(callback);
      return { isRejected, outcome: (await session.call('write')).kind };
    },
    judge: equals<unknown>({ isRejected: true, outcome: 'answered' })
  }),
  scenario('R33-04', {
    title: 'takes a denial from an old tab for a denial of nothing else',
    requires: ['own'],
    resource,
    observes: 'outcomes of the call that the old tab was for, and of another',
    play: async world => {
      const session = await asked(world);
      const [, old] = world.prompts;
      await session.call('purge');
      await session.finish(denial(old)).catch(() => undefined);
      return kinds([await session.call('write'), await session.call('purge')]);
    },
    judge: equals<unknown>(['failed', 'sign-in needed'])
  }),
  scenario('R33-05', {
    title: 'fails nobody who waits when a forged denial comes',
    requires: ['callback parameters'],
    resource,
    observes: 'outcome after the real callback',
    play: async world => {
      const session = await asked(world);
      const callback = await world.approve();
      await session.finish(new URLSearchParams({ error: 'access_denied', state: 'made-up' })).catch(() => undefined);
      await session.finish(callback);
      return (await session.call('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R33-06', {
    title: 'has three calls answered at once that each sign in by themselves, with one redemption',
    requires: ['callback parameters'],
    resource,
    observes: 'outcomes, and exchanges beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      let callback: Promise<URLSearchParams> | undefined;
      const call = async (): Promise<string> => {
        const first = await session.call('write');
        if (first.kind !== 'sign-in needed') return first.kind;
        callback ??= world.approve();
        await session.finish(new URLSearchParams(await callback));
        return (await session.call('write')).kind;
      };
      const outcomes = await Promise.all(times(3, call));
      return { outcomes, exchanges: exchanges(world) - 1 };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered', 'answered'], exchanges: 1 })
  }),
  scenario('R33-07', {
    title: 'keeps the wider grant when the callback of an earlier, narrower request comes late',
    requires: ['callback parameters'],
    resource,
    observes: 'scope of the stored tokens, and the outcome of the call that needs it',
    play: async world => {
      const session = await asked(world);
      const early = await world.approve();
      await session.call('purge');
      await session.finish(await world.approve());
      await session.finish(early).catch(() => undefined);
      return { scope: world.provider.storedScope, outcome: (await session.call('purge')).kind };
    },
    judge: equals<unknown>({ scope: 'a d e', outcome: 'answered' })
  })
];

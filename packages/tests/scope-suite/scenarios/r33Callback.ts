import { Gate } from '../harness/changes.js';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, held, kinds, times } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { Session, TransportSession } from '../harness/session.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };
const requires = ['callback parameters'] as const;

function exchanges(world: World): number {
  return world.grants.filter(grant => grant === 'authorization_code').length;
}

/** A session whose user has just agreed to the first sign-in: the parameters of the callback. */
async function agreed(world: World): Promise<{ session: Session; callback: URLSearchParams }> {
  const session = await world.open();
  await session.call('read');
  return { session, callback: await world.approve() };
}

async function wasRejected(finish: Promise<void>): Promise<boolean> {
  return finish.then(
    () => false,
    () => true
  );
}

/** A session whose user was just asked to step up for `write`. */
async function asked(world: World): Promise<Session> {
  const session = await world.open();
  await session.use('read');
  await session.call('write');
  return session;
}

/** Two tabs are open: the first for `write`, the second for `purge` as well. */
async function twoTabs(world: World): Promise<{ session: Session; tabs: readonly URL[] }> {
  const session = await asked(world);
  await session.call('purge');
  return { session, tabs: world.prompts.slice(1) };
}

/** A callback that somebody else made up. */
function forged(world: World, parameters: Record<string, string>): URLSearchParams {
  return new URLSearchParams({ iss: world.as.issuer, state: 'a-state-that-nobody-sent', ...parameters });
}

/** What a README shows: sign in when asked to, then try again. The browser's one callback answers everybody. */
function withSignIn(world: World, session: TransportSession): (tool: string) => Promise<string> {
  const callbacks = new Map<URL | undefined, Promise<URLSearchParams>>();
  const nextCallback = (): Promise<URLSearchParams> => {
    const prompt = world.prompts.at(-1);
    const callback = callbacks.get(prompt) ?? world.approve(session.provider, prompt);
    callbacks.set(prompt, callback);
    return callback;
  };
  return async tool => {
    for (let signIns = 0; signIns < 5; signIns++) {
      const outcome = await session.call(tool);
      if (outcome.kind !== 'sign-in needed') return outcome.kind;
      const finished = await session.complete(await nextCallback());
      if (finished.kind !== 'answered') return 'finishAuth failed';
    }
    return 'asked again and again';
  };
}

/** A callback comes late, twice, from another tab, or from somebody else. */
export const completionScenarios: Scenario[] = [
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
    requires,
    resource,
    observes: 'whether the forged one is rejected, and the outcome after the real one',
    play: async world => {
      const session = await asked(world);
      const callback = await world.approve();
      const isRejected = await wasRejected(session.finish(forged(world, { code: 'made-up' })));
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
      const { session, tabs } = await twoTabs(world);
      await session.complete(world.decline('access_denied', world.provider, tabs[0]));
      return kinds([await session.call('write'), await session.call('purge')]);
    },
    judge: equals<unknown>(['failed', 'sign-in needed'])
  }),
  scenario('R33-07', {
    title: 'keeps the wider grant when the callback of an earlier, narrower request comes late',
    requires,
    resource,
    observes: 'scope of the stored tokens, and the outcome of the call that needs it',
    play: async world => {
      const session = await asked(world);
      const early = await world.approve();
      await session.call('purge');
      await session.finish(await world.approve());
      await session.complete(early);
      return { scope: world.provider.storedScope, outcome: (await session.call('purge')).kind };
    },
    judge: equals<unknown>({ scope: 'a d e', outcome: 'answered' })
  }),
  scenario('R33-53', {
    title: 'redeems a callback once that two transports are handed',
    resource,
    observes: 'code exchanges, and outcomes of both',
    play: async world => {
      const { session, callback } = await agreed(world);
      const other = await world.open();
      const outcomes = await Promise.all([session.complete(callback), other.complete(callback)]);
      return { exchanges: exchanges(world), outcomes: kinds(outcomes) };
    },
    judge: equals<unknown>({ exchanges: 1, outcomes: ['answered', 'answered'] })
  }),
  scenario('R33-54', {
    title: 'redeems a code once that the transport and auth() are handed',
    resource,
    observes: 'code exchanges, and whether both succeed',
    play: async world => {
      const { session, callback } = await agreed(world);
      const { client, provider, serverUrl } = world;
      const [code, iss] = [callback.get('code') ?? '', callback.get('iss') ?? ''];
      const both = await Promise.allSettled([
        session.finish(callback),
        client.authorize(provider, { serverUrl, authorizationCode: code, iss })
      ]);
      return { exchanges: exchanges(world), ends: both.map(({ status }) => status) };
    },
    judge: equals<unknown>({ exchanges: 1, ends: ['fulfilled', 'fulfilled'] })
  }),
  scenario('R33-55', {
    title:
      'has three calls answered that a host signs in for as one would write it down, when they lack the same scope',
    transports: BOTH,
    resource: { asks: 'a', needs: { one: 'd', two: 'd', three: 'd' } },
    observes: 'outcomes, code exchanges beside the first, and prompts beside the first',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      const tools = ['one', 'two', 'three'];
      const arrived = Promise.all(tools.map(tool => held(world, tool, 1)));
      const calls = tools.map(withSignIn(world, session));
      await arrived;
      const outcomes = await Promise.all(calls);
      return { outcomes, exchanges: exchanges(world) - 1, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered', 'answered'], exchanges: 1, prompts: 1 })
  }),
  scenario('R33-56', {
    title: 'has three calls answered that a host signs in for as one would write it down, when there is no token yet',
    transports: BOTH,
    resource,
    observes: 'outcomes, and code exchanges',
    play: async world => {
      const session = await world.connect();
      const arrived = held(world, 'read', 3);
      const calls = ['read', 'read', 'read'].map(withSignIn(world, session));
      await arrived;
      return { outcomes: await Promise.all(calls), exchanges: exchanges(world) };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered', 'answered'], exchanges: 1 })
  }),
  scenario('R33-67', {
    title:
      'has three calls answered that a host signs in for as one would write it down, when each lacks another scope',
    transports: BOTH,
    resource: { asks: 'a', needs: { one: 'b', two: 'c', three: 'd' } },
    observes: 'outcomes, whether more than one exchange was made for a prompt, and what the last prompt asked for',
    play: async world => {
      const session = await world.connect();
      await session.use('read');
      const outcomes = await Promise.all(['one', 'two', 'three'].map(withSignIn(world, session)));
      return { outcomes, isRedeemedTwice: exchanges(world) > world.prompts.length, asked: world.requested.at(-1) };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered', 'answered'], isRedeemedTwice: false, asked: 'a b c d' })
  }),
  scenario('R33-57', {
    title: 'completes the newer of two tabs though the callback of the older one came in first',
    transports: BOTH,
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of the newer callback, and of calls that need what both asked for',
    play: async world => {
      const { session, tabs } = await twoTabs(world);
      await session.complete(await world.approve(world.provider, tabs[0]));
      const newer = await session.complete(await world.approve(world.provider, tabs[1]));
      return kinds([newer, await session.call('write'), await session.call('purge')]);
    },
    judge: equals(['answered', 'answered', 'answered'])
  }),
  scenario('R33-59', {
    title: 'completes the authorization that is open though a made-up denial came in first',
    transports: BOTH,
    requires,
    resource,
    observes: 'outcomes of two made-up callbacks, with and without iss, of the true one, and of a call',
    play: async world => {
      const session = await asked(world);
      const named = await session.complete(forged(world, { error: 'access_denied' }));
      const unnamed = await session.complete(new URLSearchParams({ error: 'access_denied', state: 'made-up' }));
      const callback = await world.approve();
      return kinds([named, unnamed, await session.complete(callback), await session.call('write')]);
    },
    judge: equals(['failed', 'failed', 'answered', 'answered'])
  }),
  scenario('R33-60', {
    title: 'asks again for what a made-up denial was about',
    requires: ['own'],
    resource,
    observes: 'outcome of the next call that needs it',
    play: async world => {
      const session = await asked(world);
      await session.complete(forged(world, { error: 'access_denied' }));
      return (await session.use('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R33-61', {
    title: 'completes the newer of two tabs though the user said no in the older one',
    transports: BOTH,
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of the newer callback, and of a call that needs what only the newer asked for',
    play: async world => {
      const { session, tabs } = await twoTabs(world);
      await session.complete(world.decline('access_denied', world.provider, tabs[0]));
      const newer = await session.complete(await world.approve(world.provider, tabs[1]));
      return kinds([newer, await session.call('purge')]);
    },
    judge: equals(['answered', 'answered'])
  }),
  scenario('R33-62', {
    title: 'lets a denial in an older tab refuse that tab’s operation only',
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of the other operation, which the user is asked about again',
    play: async world => {
      const { session, tabs } = await twoTabs(world);
      await session.complete(world.decline('access_denied', world.provider, tabs[0]));
      return (await session.use('purge')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R33-63', {
    title: 'answers those who wait for a flow though a made-up callback comes in meanwhile',
    transports: BOTH,
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcomes of two calls that waited for a refresh, and prompts beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      const gate = new Gate();
      world.as.script.onToken = async ({ grantType }) => {
        world.changes.notify();
        if (grantType === 'refresh_token') await gate.opened;
        return undefined;
      };
      const arrived = held(world, 'read', 2);
      const calls = [session.call('read'), session.call('read')];
      await arrived;
      await world.changes.soon(() => world.refreshes > 0);
      const madeUp = session.complete(forged(world, { code: 'made-up' }));
      gate.open();
      await madeUp;
      return { outcomes: kinds(await Promise.all(calls)), prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], prompts: 0 })
  }),
  scenario('R33-64', {
    title: 'tells both who handed over a callback that its code was refused',
    resource,
    observes: 'outcomes of both, code exchanges, and the outcome after another sign-in',
    play: async world => {
      const { session, callback } = await agreed(world);
      world.as.script.onToken = () => ({ status: 400, body: { error: 'invalid_grant' } });
      const outcomes = await Promise.all([session.complete(callback), session.complete(callback)]);
      const count = exchanges(world);
      world.as.script.onToken = undefined;
      return { outcomes: kinds(outcomes), exchanges: count, after: (await session.use('read')).kind };
    },
    judge: satisfies<{ outcomes: string[]; exchanges: number; after: string }>(
      'two failures of one exchange, then an answer',
      ({ outcomes, exchanges: count, after }) =>
        outcomes.every(kind => kind !== 'answered') && count === 1 && after === 'answered'
    )
  }),
  scenario('R33-65', {
    title: 'does not take a callback that was handed over before the process ended for one of the next process',
    requires,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call in the next process, and prompts beside the first',
    play: async world => {
      const { session, callback } = await agreed(world);
      await session.complete(callback);
      const next = await world.open({ provider: world.provider.restarted() });
      await next.complete(callback);
      return { outcome: (await next.call('read')).kind, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
  }),
  scenario('R33-66', {
    title: 'stores what was asked for when another endpoint’s transport is handed the callback',
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'stored scope, and outcome of a call that needs more at the endpoint that asked',
    play: async world => {
      const first = await world.connect();
      await first.use('write', 2);
      world.as.expireAccessTokens();
      const second = await world.connect({ transport: 'sse' });
      await second.call('read');
      const isAccepted = (await first.complete(await world.approve())).kind === 'answered';
      const truth = world.as.issued.at(-1)?.scope;
      const isTrue = !isAccepted || world.provider.storage.tokens?.scope === truth;
      return { isTrue, outcome: (await second.use('write', 3)).kind };
    },
    judge: equals<unknown>({ isTrue: true, outcome: 'answered' })
  }),
  ...[undefined, null, ''].map((nothing, index) =>
    scenario(`R33-${68 + index}`, {
      title: `takes ${nothing === '' ? 'empty text' : nothing} in place of a callback for an error, and for no reason to ask again`,
      authorization: REFRESHABLE,
      resource,
      observes: 'whether it rejects, prompts beside the first two, refreshes, and what the true callback leads to',
      play: async world => {
        const session = await world.connect();
        await session.use('read');
        await session.call('write');
        const prompts = world.prompts.length;
        const isRejected = await wasRejected(Promise.resolve(session.transport.finishAuth(nothing as never)));
        const asked = world.prompts.length - prompts;
        const { refreshes } = world;
        const outcomes = [await session.complete(await world.approve()), await session.call('write')];
        return { isRejected, asked, refreshes, outcomes: kinds(outcomes) };
      },
      judge: equals<unknown>({ isRejected: true, asked: 0, refreshes: 0, outcomes: ['answered', 'answered'] })
    })
  ),
  scenario('R33-71', {
    title: 'completes the newer of two tabs of a host whose state is always the same',
    requires,
    resource,
    observes: 'outcomes of the callback, and of both calls',
    play: async world => {
      Object.assign(world.provider, { state: () => 'the-session', savedState: () => 'the-session' });
      const { session, tabs } = await twoTabs(world);
      const outcomes = [await session.complete(await world.approve(world.provider, tabs[1]))];
      return kinds([...outcomes, await session.call('write'), await session.call('purge')]);
    },
    judge: equals(['answered', 'answered', 'answered'])
  })
];

import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { held, times } from '../harness/situations.js';
import { manyScopes, sorted } from '../harness/scopes.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { Outcome } from '../harness/session.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];
type Details = Record<string, unknown>;

const requires = ['own'] as const;
const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** Signs in for `a`, then calls `write`, which needs `d`, with these options. */
async function write(world: World, options: Details): Promise<Outcome> {
  const session = await world.connect({ options });
  await session.use('read');
  return session.call('write');
}

function detailsOf(outcome: Outcome): Details {
  return outcome.kind === 'answered' ? {} : (outcome.error as unknown as Details);
}

/** `onInsufficientScope` as a function (R18), and what the error says (R19, R25). */
export const ownHookScenarios: Scenario[] = [
  scenario('own-20', {
    title: 'tells the hook what for, what was asked for before, and what would be',
    transports: BOTH,
    requires,
    resource,
    observes: 'what the hook was given',
    play: async world => {
      const given: Details[] = [];
      await write(world, { onInsufficientScope: (details: Details) => given.push(details) && 'throw' });
      return given.map(({ operation, previous, added, requested, challenge }) => {
        const { method, name } = operation as Details;
        const scopes = [previous, added, requested].map(scope => sorted(scope as string));
        return { method, name, scopes, challenged: (challenge as Details)['scope'] };
      });
    },
    judge: equals<unknown>([{ method: 'tools/call', name: 'write', scopes: ['a', 'd', 'a d'], challenged: 'd' }])
  }),
  scenario('own-21', {
    title: 'asks the hook before it sends the user away',
    requires,
    resource,
    observes: 'prompts when the hook was called, and after',
    play: async world => {
      let before: number | undefined;
      await write(world, { onInsufficientScope: () => ((before = world.prompts.length), 'reauthorize') });
      return [before, world.prompts.length];
    },
    judge: equals<unknown>([1, 2])
  }),
  scenario('own-22', {
    title: 'sends nobody away when the hook says to throw',
    transports: BOTH,
    requires,
    resource,
    observes: 'prompts beside the first, and the error',
    play: async world => {
      const error = detailsOf(await write(world, { onInsufficientScope: () => Promise.resolve('throw') }));
      return { prompts: world.prompts.length - 1, error: error['name'] };
    },
    judge: equals<unknown>({ prompts: 0, error: 'InsufficientScopeError' })
  }),
  scenario('own-23', {
    title: 'asks for the scope that the hook names',
    transports: BOTH,
    requires,
    resource,
    observes: 'scopes requested',
    play: async world => {
      await write(world, { onInsufficientScope: () => ({ scope: 'd f' }) });
      return world.requested;
    },
    judge: equals<Requested>(['a', 'd f'])
  }),
  scenario('own-24', {
    title: 'hands an error of the hook to the sender',
    requires,
    resource,
    observes: 'message of the error, and prompts beside the first',
    play: async world => {
      const error = detailsOf(
        await write(world, { onInsufficientScope: () => Promise.reject(new Error('no window')) })
      );
      return { message: error['message'], prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ message: 'no window', prompts: 0 })
  }),
  scenario('own-25', {
    title: 'says in the error what was needed, was really asked for, was granted and is missing',
    transports: BOTH,
    requires,
    resource: {
      asks: 'a b',
      needs: { write: 'b d' },
      forbidden: () => 'Bearer error="insufficient_scope", scope="b d"'
    },
    observes: 'operation of the error; what it says is required, requested, granted and missing',
    play: async world => {
      const error = detailsOf(await write(world, { onInsufficientScope: 'throw' }));
      const { requiredScope, requestedScope, grantedScope, missingScope } = error;
      const scopes = [requiredScope, requestedScope, grantedScope, missingScope].map(scope => sorted(scope as string));
      const { resource: server, ...operation } = error['operation'] as Details;
      return { operation, isRightServer: server === world.serverUrl.href, scopes };
    },
    judge: equals<unknown>({
      operation: { method: 'tools/call', name: 'write' },
      isRightServer: true,
      scopes: ['b d', 'a b', 'a b', 'd']
    })
  }),
  scenario('own-26', {
    title: 'does not step up on the SSE transport when maxStepUpRetries is 0',
    transports: ['sse'],
    requires,
    resource,
    observes: 'prompts beside the first',
    play: async world => {
      await write(world, { maxStepUpRetries: 0 });
      return world.prompts.length - 1;
    },
    judge: equals(0)
  }),
  scenario('own-27', {
    title: 'fails with a typed error when a step-up would ask for too many scopes',
    transports: BOTH,
    requires,
    resource: {
      asks: 'a',
      needs: { write: 'd' },
      forbidden: () => `Bearer error="insufficient_scope", scope="${manyScopes(2_000, 's')}"`
    },
    observes: 'code of the error',
    play: async world => detailsOf(await write(world, {}))['code'],
    judge: satisfies<unknown>('a code', code => typeof code === 'string' && /^[A-Z_]+$/.test(code))
  }),
  scenario('own-28', {
    title: 'asks the hook once for five requests that lack the same scope',
    requires,
    resource,
    observes: 'calls of the hook',
    play: async world => {
      let calls = 0;
      const session = await world.connect({ options: { onInsufficientScope: () => (calls++, 'reauthorize') } });
      await session.use('read');
      const arrived = held(world, 'write', 5);
      const requests = times(5, () => session.call('write'));
      await arrived;
      await Promise.all(requests);
      return calls;
    },
    judge: equals(1)
  })
];

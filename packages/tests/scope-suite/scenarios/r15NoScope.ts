import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const needs = { write: 'd' };
const forbidden = (): string => 'Bearer error="insufficient_scope"';

async function afterFive(world: World): Promise<{ prompts: number; grants: (string | null)[] }> {
  const session = await world.open();
  await session.use('read');
  for (let round = 0; round < 5; round++) await session.call('write');
  return { prompts: world.prompts.length - 1, grants: world.grants };
}

const NOTHING = { prompts: 0, grants: ['authorization_code'] };
const observes = 'prompts beside the first, and token requests';

/** Insufficient, says the server, and not what would do. */
export const noScopeScenarios: Scenario[] = [
  scenario('R15-01', {
    title: 'asks for what the resource metadata lists, and what it asked for before',
    transports: BOTH,
    resource: { asks: 'a', metadata: { scopes_supported: ['b', 'd'] }, needs, forbidden },
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).use('write', 2);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a b d'])
  }),
  scenario('R15-02', {
    title: 'disturbs nobody when the resource metadata lists nothing that was not asked for',
    transports: BOTH,
    resource: { metadata: { scopes_supported: ['a'] }, needs, forbidden },
    authorization: REFRESHABLE,
    observes,
    play: afterFive,
    judge: equals<unknown>(NOTHING)
  }),
  scenario('R15-03', {
    title: 'disturbs nobody when the resource metadata lists no scopes',
    resource: { asks: 'a', needs, forbidden },
    authorization: REFRESHABLE,
    observes,
    play: afterFive,
    judge: equals<unknown>(NOTHING)
  }),
  scenario('R15-04', {
    title: 'tells the sender, and does not say that signing in would help, when nothing can be asked for',
    transports: BOTH,
    resource: { metadata: { scopes_supported: ['a'] }, needs, forbidden },
    observes: 'outcome of the call',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      return (await session.call('write')).kind;
    },
    judge: equals<string>('failed')
  }),
  scenario('R15-05', {
    title: 'asks once, and not for ever, for what the resource metadata lists',
    transports: BOTH,
    resource: {
      asks: 'a',
      metadata: { scopes_supported: ['b', 'd'] },
      rejects: ({ operation, token }) => (operation === 'write' && token !== undefined ? 403 : undefined),
      forbidden
    },
    observes: 'prompts beside the first',
    play: async world => {
      const session = await world.open();
      for (let round = 0; round < 5; round++) await session.use('write', 3);
      return world.prompts.length - 1;
    },
    judge: equals(1)
  })
];

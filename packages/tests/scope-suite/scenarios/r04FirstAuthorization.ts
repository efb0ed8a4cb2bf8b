import { BOTH, EVERYWHERE, scenario, type Scenario } from '../harness/scenario.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const observes = 'scopes requested';
const STEPPED_UP: Requested = ['a b c', 'a b c d'];

async function stepUp(world: World): Promise<Requested> {
  await (await world.open()).use('write', 2);
  return world.requested;
}

/** The union begins with what the first authorization resolved to. Token responses name no scope unless said so. */
export const firstAuthorizationScenarios: Scenario[] = [
  scenario('R4-01', {
    title: 'adds a challenged scope to those the resource metadata gave the first authorization',
    transports: EVERYWHERE,
    resource: { metadata: { scopes_supported: ['a', 'b', 'c'] }, needs: { write: 'd' } },
    observes,
    play: stepUp,
    judge: equals(STEPPED_UP)
  }),
  scenario('R4-02', {
    title: 'adds a challenged scope to those the client metadata gave the first authorization',
    transports: EVERYWHERE,
    provider: { clientMetadata: { scope: 'a b c' } },
    resource: { needs: { write: 'd' } },
    observes,
    play: stepUp,
    judge: equals(STEPPED_UP)
  }),
  scenario('R4-03', {
    title: 'adds a challenged scope to those the first 401 named',
    transports: EVERYWHERE,
    resource: { asks: 'a b c', needs: { write: 'd' } },
    observes,
    play: stepUp,
    judge: equals(STEPPED_UP)
  }),
  scenario('R4-04', {
    title: 'adds a challenged scope to those the token response named',
    authorization: { namesScope: true },
    resource: { metadata: { scopes_supported: ['a', 'b', 'c'] }, needs: { write: 'd' } },
    observes,
    play: stepUp,
    judge: equals(STEPPED_UP)
  }),
  scenario('R4-05', {
    title: 'knows what was asked for when the user signed in to connect',
    transports: BOTH,
    resource: { metadata: { scopes_supported: ['a', 'b', 'c'] }, needs: { write: 'd' }, guards: 'everything' },
    observes,
    play: stepUp,
    judge: equals(STEPPED_UP)
  }),
  scenario('R4-06', {
    title: 'steps up three times without losing a scope',
    transports: BOTH,
    resource: { asks: 'a', needs: { one: 'b', two: 'c', three: 'd' } },
    observes,
    play: async world => {
      const session = await world.open();
      for (const tool of ['one', 'two', 'three', 'one', 'two']) await session.use(tool, 2);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a b', 'a b c', 'a b c d'])
  }),
  scenario('R4-07', {
    title: 'asks again for what it asked for before, though less was granted',
    authorization: { namesScope: true, grant: requested => requested?.replace(' b', '') },
    resource: { asks: 'a b', needs: { write: 'd' } },
    observes,
    play: stepUp,
    judge: equals<Requested>(['a b', 'a b d'])
  })
];

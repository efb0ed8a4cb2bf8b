import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { equals } from '../harness/verdict.js';

type Requested = (string | undefined)[];

const observes = 'scopes requested';
const metadata = { scopes_supported: ['x', 'y'] };

/** The resource metadata lists what there is, not what this user needs. */
export const leastPrivilegeScenarios: Scenario[] = [
  scenario('R6-01', {
    title: 'steps up to what the 403 names, and not to all that the metadata lists',
    transports: BOTH,
    resource: { asks: 'a', metadata, needs: { write: 'd' } },
    observes,
    play: async world => {
      await (await world.open()).use('write', 2);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d'])
  }),
  scenario('R6-02', {
    title: 'adds to the union what a later 401 names, and not what the metadata lists',
    transports: BOTH,
    resource: { asks: 'a', metadata },
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.rs.script.asks = 'e';
      await session.use('read');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a e'])
  }),
  scenario('R6-03', {
    title: 'does not turn to the metadata for a later 401 that names nothing',
    transports: BOTH,
    resource: { asks: 'a', metadata },
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.rs.script.asks = undefined;
      await session.use('read');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a'])
  })
];

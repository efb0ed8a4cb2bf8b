import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

const AT_FIRST = '/metadata/first';
const FORGETFUL_STORAGE = { keepsDiscovery: false };

/** Whether the last prompt went to the authorization server, which nothing but the metadata names. */
function isAtTheServer(world: World): boolean {
  return world.prompts.at(-1)?.origin === world.as.issuer;
}

const observes = 'whether the second authorization request went to the right server';

/** The metadata is nowhere a client could guess. */
export const resourceMetadataScenarios: Scenario[] = [
  scenario('R17-01', {
    title: 'remembers where the metadata is when a later 401 does not say',
    transports: BOTH,
    provider: FORGETFUL_STORAGE,
    resource: { metadataPath: AT_FIRST, asks: 'a' },
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.rs.script.unauthorized = () => 'Bearer scope="a"';
      await session.call('read');
      return world.prompts.length === 2 && isAtTheServer(world);
    },
    judge: equals(true)
  }),
  scenario('R17-02', {
    title: 'remembers where the metadata is when a later 403 does not say',
    transports: BOTH,
    provider: FORGETFUL_STORAGE,
    resource: { metadataPath: AT_FIRST, asks: 'a', needs: { write: 'd' } },
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      return world.prompts.length === 2 && isAtTheServer(world);
    },
    judge: equals(true)
  }),
  scenario('R17-03', {
    title: 'reads the metadata that a later challenge names instead',
    provider: FORGETFUL_STORAGE,
    resource: { metadataPath: AT_FIRST, asks: 'a' },
    observes: 'whether it was read',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.rs.script.metadataPath = '/metadata/second';
      await session.call('read');
      return world.rs.paths.includes('/metadata/second');
    },
    judge: equals(true)
  }),
  scenario('R17-04', {
    title: 'refreshes with the right server when the 401 for an expired token does not say where the metadata is',
    transports: BOTH,
    provider: FORGETFUL_STORAGE,
    resource: { metadataPath: AT_FIRST, asks: 'a' },
    authorization: REFRESHABLE,
    observes: 'outcome and refreshes',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.rs.script.unauthorized = () => 'Bearer error="invalid_token"';
      return { outcome: (await session.call('read')).kind, refreshes: world.refreshes };
    },
    judge: equals<unknown>({ outcome: 'answered', refreshes: 1 })
  }),
  scenario('R17-05', {
    title: 'remembers where the metadata is in a new process that finds the discovery state',
    resource: { metadataPath: AT_FIRST, asks: 'a' },
    observes,
    play: async world => {
      await (await world.open()).use('read');
      world.as.expireAccessTokens();
      world.rs.script.unauthorized = () => 'Bearer scope="a"';
      await (await world.open({ provider: world.provider.restarted() })).call('read');
      return world.prompts.length === 2 && isAtTheServer(world);
    },
    judge: equals(true)
  })
];

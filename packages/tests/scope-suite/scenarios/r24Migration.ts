import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, move } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };
const ROTATING = { ...REFRESHABLE, rotates: true };

/** The resource now belongs to another server, and says so where it always did. */
async function moveInPlace(world: World): Promise<string> {
  const other = await world.startAuthorizationServer(REFRESHABLE);
  world.rs.issuer = other;
  return other.issuer;
}

function promptsAt(world: World, issuer: string): number {
  return world.prompts.filter(({ origin }) => origin === issuer).length;
}

/** An authorization server that is left does not notice: it refreshes tokens that nobody takes any more. */
export const migrationScenarios: Scenario[] = [
  scenario('R24-10', {
    title: 'finds the new authorization server although the old one still refreshes',
    transports: BOTH,
    authorization: ROTATING,
    resource,
    observes: 'outcome of a call, after two sign-ins at most, and prompts at the new server',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const { issuer } = await move(world, REFRESHABLE);
      await session.use('read', 2);
      return { outcome: (await session.use('read', 2)).kind, prompts: promptsAt(world, issuer) };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 1 })
  }),
  scenario('R24-11', {
    title: 'finds the new authorization server in a document that it has read before',
    transports: BOTH,
    authorization: ROTATING,
    resource,
    observes: 'outcome of a call, after two sign-ins at most, and prompts at the new server',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const issuer = await moveInPlace(world);
      await session.use('read', 2);
      return { outcome: (await session.use('read', 2)).kind, prompts: promptsAt(world, issuer) };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 1 })
  }),
  scenario('R24-12', {
    title: 'finds the new authorization server in a new process, too',
    authorization: ROTATING,
    resource,
    observes: 'outcome of a call, after two sign-ins at most, and prompts at the new server',
    play: async world => {
      await (await world.open()).use('read');
      const issuer = await moveInPlace(world);
      const session = await world.open({ provider: world.provider.restarted() });
      await session.use('read', 2);
      return { outcome: (await session.use('read', 2)).kind, prompts: promptsAt(world, issuer) };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 1 })
  }),
  scenario('R24-13', {
    title: 'goes on with the known server when the same servers are listed in another order',
    transports: BOTH,
    resource,
    observes: 'whether all prompts went to the first server, and their scopes',
    play: async world => {
      const other = await world.startAuthorizationServer();
      const [first, second] = [world.as.issuer, other.issuer];
      world.rs.script.metadata = { authorization_servers: [first, second] };
      const session = await world.open();
      await session.use('write', 2);
      world.rs.script.metadata = { authorization_servers: [second, first] };
      world.as.expireAccessTokens();
      await session.use('read');
      return { prompts: promptsAt(world, first), elsewhere: promptsAt(world, second), scope: world.requested.at(-1) };
    },
    judge: equals<unknown>({ prompts: 3, elsewhere: 0, scope: 'a d' })
  }),
  scenario('R24-14', {
    title: 'goes on with the known server of a list in another order in a new process as well',
    resource,
    observes: 'whether all prompts went to the first server, and their scopes',
    play: async world => {
      const other = await world.startAuthorizationServer();
      const [first, second] = [world.as.issuer, other.issuer];
      world.rs.script.metadata = { authorization_servers: [first, second] };
      await (await world.open()).use('write', 2);
      world.rs.script.metadata = { authorization_servers: [second, first] };
      world.as.expireAccessTokens();
      await (await world.open({ provider: world.provider.restarted() })).use('read');
      return { prompts: promptsAt(world, first), elsewhere: promptsAt(world, second), scope: world.requested.at(-1) };
    },
    judge: equals<unknown>({ prompts: 3, elsewhere: 0, scope: 'a d' })
  }),
  scenario('R24-15', {
    title: 'takes the union to no new authorization server',
    resource,
    observes: 'scopes requested',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      await move(world);
      await session.use('read', 2);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a'])
  }),
  scenario('R24-16', {
    title: 'does not swing between two servers whose metadata contradict each other',
    authorization: REFRESHABLE,
    resource,
    observes: 'prompts of six calls, when the resource names one server and takes tokens of the other',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const other = await world.startAuthorizationServer(REFRESHABLE);
      world.rs.script.metadata = { authorization_servers: [world.as.issuer] };
      world.rs.issuer = other;
      const prompts = world.prompts.length;
      for (let round = 0; round < 6; round++) await session.use('read', 2);
      return world.prompts.length - prompts;
    },
    judge: satisfies<number>('two at most', count => count <= 2)
  })
];

import { FAULTS, type Fault } from '../../support/scriptedFaults.js';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, kinds } from '../harness/situations.js';
import { sorted } from '../harness/scopes.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { Session } from '../harness/session.js';
import type { World } from '../harness/world.js';

const WELL_KNOWN = '/.well-known/';

const NAMES: Readonly<Record<Fault, string>> = {
  missing: 'is not found',
  busy: 'is too busy to answer',
  down: 'is out of order',
  page: 'is a page of the network’s',
  elsewhere: 'is somewhere else',
  reset: 'cannot be had since the line is cut',
  drip: 'never ends'
};

/** Endpoints that cannot be guessed: who goes to them has read the metadata. */
const NAMED = (origin: string): Record<string, unknown> => ({
  authorization_endpoint: `${origin}/authorize?named=yes`,
  scopes_supported: ['a', 'd', 'e']
});

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

type Place = readonly [origin: string, path: string];

/** Where metadata is: the resource's, its authorization server's, and both. */
function placesOf(world: World): Record<'resource' | 'server' | 'both', Place[]> {
  const atResource: Place = [world.rs.origin, WELL_KNOWN];
  const atServer: Place = [world.as.issuer, WELL_KNOWN];
  return { resource: [atResource], server: [atServer], both: [atResource, atServer] };
}

/** Signs in for `a` and `d` at a server whose metadata has to be read. */
async function signedIn(world: World): Promise<Session> {
  world.as.script.metadata = NAMED(world.as.issuer);
  const session = await world.open();
  await session.use('write', 2);
  return session;
}

/** What a user would notice who is sent somewhere: where, for what, and whether the client knew or guessed. */
function lastPrompt(world: World): unknown {
  const prompt = world.prompts.at(-1);
  const { searchParams } = prompt ?? {};
  return {
    isRight: prompt?.origin === world.as.issuer && searchParams?.get('named') === 'yes',
    scope: sorted(searchParams?.get('scope'))
  };
}

const RIGHT = { isRight: true, scope: 'a d e' };

/** The same, for each of six ways to be out of order. */
function forEachFault(number: number, make: (fault: Fault, id: string) => Scenario, rule = 'outage'): Scenario[] {
  return FAULTS.map((fault, index) => make(fault, `${rule}-${number + index}`));
}

/** From now on every 401 names a place of the metadata where nobody has looked yet. */
function sendsToLookAgain(world: World): void {
  world.rs.script.unauthorized = (_, server) =>
    `Bearer resource_metadata="${server.metadataUrl(world.transport)}?again", scope="a"`;
}

const restarted = forEachFault(21, (fault, id) =>
  scenario(id, {
    title: `refreshes in a new process, with what was stored, when all metadata ${NAMES[fault]}`,
    resource,
    authorization: REFRESHABLE,
    observes: 'outcome, refreshes, and prompts beside those before',
    play: async world => {
      await signedIn(world);
      const prompts = world.prompts.length;
      world.as.expireAccessTokens();
      world.breakDown(fault, ...placesOf(world).both);
      const { kind } = await (await world.open({ provider: world.provider.restarted() })).call('read');
      return { outcome: kind, refreshes: world.refreshes, prompts: world.prompts.length - prompts };
    },
    judge: equals<unknown>({ outcome: 'answered', refreshes: 1, prompts: 0 })
  })
);

/** What happens while, and after, one of the two has metadata that cannot be had. */
function nowhereWrong(number: number, place: 'resource' | 'server', whose: string): Scenario[] {
  return forEachFault(number, (fault, id) =>
    scenario(id, {
      title: `sends the user nowhere wrong, and forgets no scope, when metadata of the ${whose} ${NAMES[fault]}`,
      resource,
      observes: 'prompts during the outage that went wrong; the prompt after it; its outcome',
      play: async world => {
        const session = await signedIn(world);
        const prompts = world.prompts.length;
        world.as.expireAccessTokens();
        world.breakDown(fault, ...placesOf(world)[place]);
        await session.call('read');
        const during = world.prompts.slice(prompts);
        const wrong = during.filter(
          ({ origin, searchParams }) => origin !== world.as.issuer || !searchParams.has('named')
        );
        world.heal();
        await session.use('read');
        const outcome = await session.call('purge');
        return { wrong: wrong.length, last: lastPrompt(world), outcome: outcome.kind };
      },
      judge: equals<unknown>({ wrong: 0, last: RIGHT, outcome: 'sign-in needed' })
    })
  );
}

const atFirst = forEachFault(51, (fault, id) =>
  scenario(id, {
    title: `takes no MCP server for an authorization server when the metadata that a challenge named ${NAMES[fault]}`,
    resource: { ...resource, metadataPath: '/metadata/elsewhere' },
    observes: 'prompts and registrations at the MCP server; the first prompt afterwards; outcome',
    play: async world => {
      world.as.script.metadata = NAMED(world.as.issuer);
      const session = await world.open();
      world.breakDown(fault, [world.rs.origin, '/metadata/elsewhere']);
      await session.call('read');
      const wrong = world.prompts.filter(({ origin }) => origin === world.rs.origin).length;
      const registrations = world.rs.paths.filter(path => path === '/register').length;
      world.heal();
      const { kind } = await session.use('read');
      return { wrong, registrations, last: lastPrompt(world), outcome: kind };
    },
    judge: equals<unknown>({ wrong: 0, registrations: 0, last: { isRight: true, scope: 'a' }, outcome: 'answered' })
  })
);

const stored = forEachFault(61, (fault, id) =>
  scenario(id, {
    title: `stores nothing wrong in an outage: a new process finds its way after all metadata ${NAMES[fault]}`,
    resource,
    observes: 'the prompt of the new process, and its outcome',
    play: async world => {
      const session = await signedIn(world);
      world.as.expireAccessTokens();
      world.breakDown(fault, ...placesOf(world).both);
      await session.call('read');
      const provider = world.provider.restarted();
      await (await world.open({ provider })).call('read');
      const next = provider.restarted();
      world.heal();
      const session2 = await world.open({ provider: next });
      await session2.use('read');
      const { kind } = await session2.use('purge');
      return { last: lastPrompt(world), outcome: kind };
    },
    judge: equals<unknown>({ last: RIGHT, outcome: 'answered' })
  })
);

const machines = forEachFault(71, (fault, id) =>
  scenario(id, {
    title: `sends a machine’s secret nowhere wrong, and forgets no scope of it, when all metadata ${NAMES[fault]}`,
    provider: { isMachine: true },
    resource,
    observes: 'token requests at the MCP server; outcome afterwards; scope of the last token request',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.call('write');
      world.as.expireAccessTokens();
      world.breakDown(fault, ...placesOf(world).both);
      await session.call('read');
      const wrong = world.rs.paths.filter(path => path === '/token').length;
      world.heal();
      const { kind } = await session.call('purge');
      return { wrong, outcome: kind, scope: world.tokenScopes.at(-1) };
    },
    judge: equals<unknown>({ wrong: 0, outcome: 'answered', scope: 'a d e' })
  })
);

/** The union outlives an outage, also when the client is told to look again in the middle of it. */
const lookingAgain = [
  ...forEachFault(
    20,
    (fault, id) =>
      scenario(id, {
        title: `forgets no scope, and asks no other server, while all metadata ${NAMES[fault]}`,
        transports: BOTH,
        resource,
        observes:
          'scope and server of the next completed authorization, and whether the server itself was taken for one',
        play: async world => {
          const session = await world.open();
          await session.use('write', 2);
          world.as.expireAccessTokens();
          world.breakDown(fault, ...placesOf(world).both);
          sendsToLookAgain(world);
          await session.call('read');
          const isOrigin = world.prompts.some(url => url.origin === world.rs.origin);
          world.heal();
          delete world.rs.script.unauthorized;
          await session.use('read', 2);
          return { scope: world.requested.at(-1), isOrigin, isSame: world.prompts.at(-1)?.origin === world.as.issuer };
        },
        judge: equals<unknown>({ scope: 'a d', isOrigin: false, isSame: true })
      }),
    'R7'
  ),
  ...forEachFault(
    30,
    (fault, id) =>
      scenario(id, {
        title: `refreshes with what is known while all metadata ${NAMES[fault]}`,
        authorization: REFRESHABLE,
        resource,
        observes: 'outcome of a call with an expired token, and prompts beside the first',
        play: async world => {
          const session = await world.open();
          await session.use('read');
          world.as.expireAccessTokens();
          world.breakDown(fault, ...placesOf(world).both);
          sendsToLookAgain(world);
          return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - 1 };
        },
        judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
      }),
    'R7'
  ),
  scenario('R7-40', {
    title: 'refreshes in a new process while metadata cannot be had',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call with an expired token, and prompts beside the first',
    play: async world => {
      await (await world.open()).use('read');
      world.as.expireAccessTokens();
      world.breakDown('down', ...placesOf(world).both);
      sendsToLookAgain(world);
      const session = await world.open({ provider: world.provider.restarted() });
      return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
  }),
  scenario('R7-41', {
    title:
      'does not take the server itself for its authorization server when a challenge names metadata that cannot be had',
    transports: BOTH,
    resource,
    observes: 'prompts during the outage, and the outcome after it',
    play: async world => {
      world.breakDown('missing', ...placesOf(world).resource);
      sendsToLookAgain(world);
      const session = await world.open();
      await session.call('read');
      const prompts = world.prompts.length;
      world.heal();
      delete world.rs.script.unauthorized;
      return { prompts, outcome: (await session.use('read')).kind };
    },
    judge: equals<unknown>({ prompts: 0, outcome: 'answered' })
  }),
  scenario('R7-42', {
    title: 'a machine gets its next token while metadata cannot be had',
    resource,
    provider: { isMachine: true },
    observes: 'outcome of a call with an expired token',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      world.as.expireAccessTokens();
      world.breakDown('down', ...placesOf(world).both);
      sendsToLookAgain(world);
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  })
];

/** An outage tells nothing, changes nothing, and is over when it is over. */
export const outageScenarios: Scenario[] = [
  ...restarted,
  ...nowhereWrong(31, 'resource', 'resource'),
  ...nowhereWrong(41, 'server', 'authorization server'),
  ...atFirst,
  ...stored,
  ...machines,
  ...lookingAgain,
  scenario('outage-81', {
    title: 'looks again for metadata that could not be had at the first sign-in',
    resource,
    observes: 'outcomes during the outage and after it',
    play: async world => {
      world.as.script.metadata = NAMED(world.as.issuer);
      const session = await world.open();
      world.breakDown('down', ...placesOf(world).both);
      const first = await session.call('read');
      world.heal();
      return kinds([first, await session.use('read')]);
    },
    judge: satisfies<string[]>(
      'a failure, then an answer',
      ([first, then]) => first !== 'answered' && then === 'answered'
    )
  }),
  scenario('outage-82', {
    title: 'keeps its client when the registration endpoint fails at another server’s door',
    resource,
    observes: 'clients of the authorization requests',
    play: async world => {
      const session = await signedIn(world);
      world.as.expireAccessTokens();
      world.breakDown('down', ...placesOf(world).both, [world.as.issuer, '/register']);
      await session.call('read');
      world.heal();
      await session.use('read');
      return [...new Set(world.prompts.map(({ searchParams }) => searchParams.get('client_id')))];
    },
    judge: equals<(string | null)[]>(['client-1'])
  }),
  scenario('outage-83', {
    title: 'ends a flow whose token endpoint never ends its answer, and can begin another',
    requires: ['own'],
    authorization: REFRESHABLE,
    resource,
    observes: 'outcomes during the outage and after it',
    play: async world => {
      const session = await world.connect({ options: { flowTimeout: 300 } });
      await session.use('read');
      world.as.expireAccessTokens();
      world.breakDown('drip', [world.as.issuer, '/token']);
      const first = await session.call('read');
      world.heal();
      return kinds([first, await session.call('read')]);
    },
    judge: equals(['failed', 'answered'])
  }),
  scenario('outage-84', {
    title: 'ends a flow whose metadata never ends, and can begin another',
    requires: ['own'],
    resource,
    observes: 'outcomes during the outage and after it',
    play: async world => {
      const session = await world.connect({ options: { flowTimeout: 300 } });
      world.breakDown('drip', ...placesOf(world).both);
      const first = await session.call('read');
      world.heal();
      return kinds([first, await session.use('read')]);
    },
    judge: equals(['failed', 'answered'])
  }),
  scenario('outage-85', {
    title: 'goes to the authorization server that a challenge names, though auth() found no metadata before',
    resource: { ...resource, metadataPath: '/metadata/elsewhere' },
    observes: 'outcome, and whether the last prompt was right',
    play: async world => {
      world.as.script.metadata = NAMED(world.as.issuer);
      const { client, provider, serverUrl } = world;
      await client.authorize(provider, { serverUrl }).catch(() => undefined);
      const session = await world.open();
      return { outcome: (await session.use('read')).kind, last: lastPrompt(world) };
    },
    judge: equals<unknown>({ outcome: 'answered', last: { isRight: true, scope: 'a' } })
  }),
  scenario('outage-86', {
    title:
      'names the resource when it signs in after an outage of its metadata, though another endpoint knew the server',
    resource,
    observes: 'resource of the last authorization request, at the other endpoint',
    play: async world => {
      const first = await world.connect();
      await first.use('read');
      const second = await world.connect({ transport: 'sse' });
      world.as.expireAccessTokens();
      world.breakDown('reset', ...placesOf(world).resource);
      await second.call('read');
      world.heal();
      await second.call('read');
      return world.prompts.at(-1)?.searchParams.get('resource') === world.rs.url('sse').href;
    },
    judge: equals(true)
  }),
  scenario('outage-87', {
    title: 'names the resource in every prompt, though a process without stored discovery finds its metadata gone',
    resource,
    provider: { keepsDiscovery: false },
    observes: 'prompts that name no resource',
    play: async world => {
      await (await world.open()).use('read');
      const session = await world.open({ provider: world.provider.restarted() });
      world.breakDown('missing', ...placesOf(world).resource);
      await session.call('write');
      return world.prompts.filter(({ searchParams }) => !searchParams.has('resource')).length;
    },
    judge: equals(0)
  }),
  scenario('outage-88', {
    title: 'names the resource as the metadata does, once it can be had again',
    resource,
    provider: { keepsDiscovery: false },
    observes: 'whether the last prompt names the resource as the metadata does',
    play: async world => {
      const resourceName = `${world.rs.origin}/`;
      world.rs.script.metadata = { resource: resourceName };
      await (await world.open()).use('read');
      const session = await world.open({ provider: world.provider.restarted() });
      world.breakDown('missing', ...placesOf(world).resource);
      await session.call('write');
      world.heal();
      await session.call('purge');
      return world.prompts.at(-1)?.searchParams.get('resource') === resourceName;
    },
    judge: equals(true)
  })
];

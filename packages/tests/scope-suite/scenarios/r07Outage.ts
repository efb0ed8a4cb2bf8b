import type { IncomingMessage } from 'node:http';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { ScriptedAnswer } from '../../support/scriptedAuthorizationServer.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd' } };

const OUTAGES: Record<string, ScriptedAnswer | 'reset'> = {
  'HTTP 404': { status: 404, body: '' },
  'HTTP 429': { status: 429, body: '' },
  'HTTP 503': { status: 503, body: '' },
  'a page': { status: 200, body: '<!doctype html>', headers: { 'content-type': 'text/html' } },
  'a redirect to another site': { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/portal' } },
  'a reset': 'reset'
};

function isMetadata(request: IncomingMessage): boolean {
  return request.url?.includes('/.well-known/') === true;
}

/** Every request for metadata fails like this, and every 401 makes the client look. */
function begin(world: World, outage: ScriptedAnswer | 'reset', isOurs = isMetadata): void {
  if (outage === 'reset') world.tap.cuts = isOurs;
  else world.tap.answers = request => (isOurs(request) ? outage : undefined);
  world.rs.script.unauthorized = (_, server) =>
    `Bearer resource_metadata="${server.metadataUrl(world.transport)}?again", scope="a"`;
}

function end(world: World): void {
  world.tap.cuts = () => false;
  world.tap.answers = () => undefined;
  delete world.rs.script.unauthorized;
}

/** Metadata that cannot be had for a while changes nothing. */
export const outageScenarios: Scenario[] = [
  ...Object.entries(OUTAGES).flatMap(([name, outage], index) => [
    scenario(`R7-${20 + index}`, {
      title: `forgets no scope, and asks no other server, while metadata is answered with ${name}`,
      transports: BOTH,
      resource,
      observes: 'scope and server of the next completed authorization, and whether the server itself was taken for one',
      play: async world => {
        const session = await world.open();
        await session.use('write', 2);
        world.as.expireAccessTokens();
        begin(world, outage);
        await session.call('read');
        const isOrigin = world.prompts.some(url => url.origin === world.rs.origin);
        end(world);
        await session.use('read', 2);
        return { scope: world.requested.at(-1), isOrigin, isSame: world.prompts.at(-1)?.origin === world.as.issuer };
      },
      judge: equals<unknown>({ scope: 'a d', isOrigin: false, isSame: true })
    }),
    scenario(`R7-${30 + index}`, {
      title: `refreshes with what is known while metadata is answered with ${name}`,
      authorization: REFRESHABLE,
      resource,
      observes: 'outcome of a call with an expired token, and prompts beside the first',
      play: async world => {
        const session = await world.open();
        await session.use('read');
        world.as.expireAccessTokens();
        begin(world, outage);
        return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - 1 };
      },
      judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
    })
  ]),
  scenario('R7-40', {
    title: 'refreshes in a new process while metadata cannot be had',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call with an expired token, and prompts beside the first',
    play: async world => {
      await (await world.open()).use('read');
      world.as.expireAccessTokens();
      begin(world, { status: 503, body: '' });
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
      begin(
        world,
        { status: 404, body: '' },
        request => isMetadata(request) && request.url?.includes('resource') === true
      );
      const session = await world.open();
      await session.call('read');
      const prompts = world.prompts.length;
      end(world);
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
      begin(world, { status: 503, body: '' });
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R7-43', {
    title: 'stays with its authorization server when the metadata lists the same ones in another order',
    resource,
    observes: 'whether the next authorization is at the same server, and its scope',
    play: async world => {
      const other = await world.startAuthorizationServer();
      world.rs.script.metadata = { authorization_servers: [world.as.issuer, other.issuer] };
      const session = await world.open();
      await session.use('write', 2);
      world.rs.script.metadata = { authorization_servers: [other.issuer, world.as.issuer] };
      world.as.expireAccessTokens();
      await session.call('read');
      return { isSame: world.prompts.at(-1)?.origin === world.as.issuer, scope: world.requested.at(-1) };
    },
    judge: equals<unknown>({ isSame: true, scope: 'a d' })
  }),
  scenario('R25-20', {
    title: 'signs in at a resource that advertises more scopes than anybody asks for, and steps up there',
    resource: {
      needs: { write: 'd' },
      metadata: { scopes_supported: Array.from({ length: 300 }, (_, index) => `scope-${index}`) }
    },
    observes: 'outcomes',
    play: async world => {
      const session = await world.open();
      return [(await session.use('read')).kind, (await session.use('write')).kind];
    },
    judge: equals<unknown>(['answered', 'answered'])
  })
];

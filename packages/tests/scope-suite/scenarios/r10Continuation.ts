import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { equals } from '../harness/verdict.js';

type Requested = (string | undefined)[];

const observes = 'scopes requested';
const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** Token responses name the scope: whether storage knows it otherwise is R8's business. */
const NAMED = { namesScope: true };

/** What was asked for belongs to provider and resource, not to one transport or process. */
export const continuationScenarios: Scenario[] = [
  scenario('R10-01', {
    title: 'continues the union on a new transport',
    transports: BOTH,
    authorization: NAMED,
    resource,
    observes,
    play: async world => {
      const first = await world.open();
      await first.use('write', 2);
      await first.close();
      await (await world.open()).use('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  }),
  scenario('R10-02', {
    title: 'continues on one transport what another that is open has asked for',
    transports: BOTH,
    authorization: NAMED,
    resource,
    observes,
    play: async world => {
      const [first, second] = [await world.open(), await world.open()];
      await first.use('write', 2);
      await second.use('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  }),
  scenario('R10-03', {
    title: 'continues what the host asked for by auth() before there was a transport',
    authorization: NAMED,
    resource,
    observes,
    play: async world => {
      const { client, provider, serverUrl } = world;
      await client.authorize(provider, { serverUrl, scope: 'a b' });
      const callback = await world.approve();
      const code = callback.get('code') ?? '';
      await client.authorize(provider, { serverUrl, authorizationCode: code, iss: callback.get('iss') ?? undefined });
      await (await world.open()).use('write');
      return world.requested;
    },
    judge: equals<Requested>(['a b', 'a b d'])
  }),
  scenario('R10-04', {
    title: 'continues the union in a new process that finds the tokens',
    transports: BOTH,
    authorization: NAMED,
    resource,
    observes,
    play: async world => {
      await (await world.open()).use('write', 2);
      await (await world.open({ provider: world.provider.restarted() })).use('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  }),
  scenario('R10-05', {
    title: 'asks for everything again in a new process whose token is rejected',
    authorization: NAMED,
    resource,
    observes,
    play: async world => {
      await (await world.open()).use('write', 2);
      world.as.expireAccessTokens();
      await (await world.open({ provider: world.provider.restarted() })).use('read');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d'])
  }),
  scenario('R10-06', {
    title: 'continues in a new process what an authorization that was never completed asked for',
    resource,
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await (await world.open({ provider: world.provider.restarted() })).use('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  }),
  scenario('R10-07', {
    title: 'continues the union when connecting on a new transport needs a sign-in',
    transports: BOTH,
    authorization: NAMED,
    resource: { ...resource, guards: 'everything' },
    observes,
    play: async world => {
      await (await world.open()).use('write', 2);
      world.as.expireAccessTokens();
      await world.open();
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d'])
  }),
  scenario('R10-08', {
    title: 'continues the union in a new process whose provider keeps tokens and no discovery state',
    provider: { keepsDiscovery: false },
    authorization: NAMED,
    resource,
    observes,
    play: async world => {
      await (await world.open()).use('write', 2);
      await (await world.open({ provider: world.provider.restarted() })).use('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  }),
  scenario('R10-10', {
    title: 'continues in a process that runs already, though no token response names a scope',
    resource,
    observes,
    play: async world => {
      const other = world.provider.beside();
      const [first, second] = [await world.open(), await world.open({ provider: other })];
      await first.use('read');
      await second.call('read');
      await first.use('write');
      world.as.expireAccessTokens();
      await second.use('read');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d'])
  }),
  scenario('R10-11', {
    title:
      'continues in a new process, without discovery state, the union of the resource that the tokens are for alone',
    provider: { keepsDiscovery: false },
    authorization: NAMED,
    resource,
    observes: 'scopes requested by the new process: at another resource, then at the first',
    play: async world => {
      await (await world.open()).use('write', 2);
      const storage = structuredClone(world.provider.storage);
      const before = world.prompts.length;
      const second = await world.startResource({ asks: 'x', needs: { purge: 'z' } });
      const provider = world.provider.restarted(storage);
      await (await world.open({ resource: second, provider })).call('read');
      await (await world.open({ provider: world.provider.restarted(storage) })).call('purge');
      return world.requested.slice(before);
    },
    judge: equals<Requested>(['x', 'a d e'])
  }),
  scenario('R10-20', {
    title: 'continues, in a process that runs already, what another process has asked for',
    resource,
    observes: 'scope of the next step-up',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await (await world.open({ provider: world.provider.beside() })).use('write');
      await session.use('purge');
      return world.requested.at(-1);
    },
    judge: equals<string | undefined>('a d e')
  }),
  scenario('R10-21', {
    title: 'continues the union in a new process that opens two servers, with tokens alone in storage',
    provider: { keepsDiscovery: false },
    resource,
    observes: 'scope of the next step-up',
    play: async world => {
      await (await world.open()).use('write', 2);
      const other = await world.startResource(resource);
      const provider = world.provider.restarted();
      const opened = [world.connect({ provider }), world.connect({ provider, resource: other })] as const;
      const [session] = await Promise.all(opened);
      await session.use('purge');
      return world.requested.at(-1);
    },
    judge: equals<string | undefined>('a d e')
  })
];

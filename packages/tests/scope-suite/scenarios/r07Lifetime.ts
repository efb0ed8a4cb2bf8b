import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';

type Requested = (string | undefined)[];

const observes = 'scopes requested';

/** Tokens come and go; what was asked for stays. */
export const lifetimeScenarios: Scenario[] = [
  scenario('R7-01', {
    title: 'keeps the union through a refresh whose response names no scope',
    transports: BOTH,
    resource: { asks: 'a', needs: { write: 'd', purge: 'e' } },
    authorization: REFRESHABLE,
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      world.as.expireAccessTokens();
      await session.use('write');
      await session.use('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  }),
  scenario('R7-02', {
    title: 'keeps the union when access token and refresh token are rejected',
    transports: BOTH,
    resource: { asks: 'a', needs: { write: 'd' } },
    authorization: REFRESHABLE,
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      world.as.expireAccessTokens();
      world.as.revokeRefreshTokens();
      await session.use('read');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d'])
  }),
  scenario('R7-03', {
    title: 'drops the union when the resource moves to another issuer',
    provider: { keepsDiscovery: false },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'issuer and scope of the last authorization request',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      const other = await world.startAuthorizationServer();
      world.rs.issuer = other;
      world.rs.script.asks = 'z';
      // Says where the metadata is, so that a client that remembers it has reason to read it again.
      world.rs.script.metadataPath = '/moved';
      await session.call('read');
      const last = world.prompts.at(-1);
      return { isNew: last?.origin === other.issuer, scope: world.requested.at(-1) };
    },
    judge: equals<{ isNew: boolean; scope: string | undefined }>({ isNew: true, scope: 'z' })
  }),
  scenario('R7-43', {
    title: 'stays with its authorization server when the metadata lists the same ones in another order',
    resource: { asks: 'a', needs: { write: 'd' } },
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
  })
];

import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, move } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { HostProvider } from '../harness/provider.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** Uses another server with what the provider has for the first; tells how often that one's token was shown to it. */
async function tokensShownElsewhere(world: World, provider: () => HostProvider): Promise<number> {
  await (await world.open()).use('read');
  const token = world.provider.storage.tokens?.access_token;
  const other = await world.startResource(resource);
  await world.connect({ resource: other, provider: provider() }).then(
    session => session.call('read'),
    () => undefined
  );
  return other.requests.filter(request => request.token === token).length;
}

/** What one user, server or issuer was asked for is nobody else's business. */
export const separationScenarios: Scenario[] = [
  scenario('R24-01', {
    title: 'asks for nothing that was asked for on behalf of another provider',
    transports: BOTH,
    resource,
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).use('write', 2);
      await (await world.open({ provider: world.createProvider() })).use('purge', 2);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a', 'a e'])
  }),
  scenario('R24-02', {
    title: 'asks for nothing that was asked for at another resource',
    transports: BOTH,
    provider: { keepsDiscovery: false },
    resource,
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).use('write', 2);
      const ofTheFirst = world.provider.storage.tokens?.access_token;
      const second = await world.startResource({
        asks: 'x',
        needs: { purge: 'z' },
        accepts: token => token !== ofTheFirst
      });
      await (await world.open({ resource: second })).use('purge', 2);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'x', 'x z'])
  }),
  scenario('R24-03', {
    title: 'sends no refresh token to another issuer than its own',
    provider: { keepsDiscovery: false },
    resource,
    authorization: REFRESHABLE,
    observes: 'token requests at the new server',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const other = await move(world);
      await session.call('read');
      return other.tokenRequests.map(({ grantType }) => grantType);
    },
    judge: equals<(string | null)[]>([])
  }),
  scenario('R24-04', {
    title: 'uses no client of the old issuer with the new one',
    provider: { keepsDiscovery: false },
    resource,
    observes: 'client of the last authorization request',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await move(world);
      await session.call('read');
      return world.prompts.at(-1)?.searchParams.get('client_id');
    },
    judge: equals<string | null | undefined>('client-of-the-other-server')
  }),
  scenario('R24-05', {
    title: 'sends a code to no other server than the one it was asked of, though the metadata has changed',
    transports: BOTH,
    resource,
    observes: 'token requests at the other server',
    play: async world => {
      await (await world.open()).call('read');
      const callback = await world.approve();
      const other = await world.startAuthorizationServer();
      world.rs.script.metadata = { authorization_servers: [other.issuer] };
      const session = await world.open({ provider: world.provider.restarted() });
      await session.finish(callback).catch(() => undefined);
      return other.tokenRequests.length;
    },
    judge: equals(0)
  }),
  scenario('R24-06', {
    title: 'counts what was asked for at one path for no other path of the same server',
    provider: { keepsDiscovery: false },
    resource,
    observes: 'scope of the first authorization request of the SSE endpoint',
    play: async world => {
      await (await world.open()).use('write', 2);
      world.as.expireAccessTokens();
      world.rs.script.asks = 'x';
      await (await world.connect({ transport: 'sse' })).call('read');
      return world.requested.at(-1);
    },
    judge: equals<string | undefined>('x')
  }),
  scenario('R24-07', {
    title: 'asks a new issuer for nothing that the old one granted, when a 403 tells of the move',
    authorization: { namesScope: true },
    provider: { keepsDiscovery: false },
    resource: {
      ...resource,
      forbidden: (missing, _, server) =>
        `Bearer error="insufficient_scope", scope="${missing}", resource_metadata="${server.metadataUrl('streamable')}"`
    },
    observes: 'whether the last authorization request went to the new issuer, and its scope',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      const other = await world.startAuthorizationServer();
      world.rs.script.metadataPath = '/moved';
      world.rs.script.metadata = { authorization_servers: [other.issuer] };
      await session.call('purge');
      return { isNew: world.prompts.at(-1)?.origin === other.issuer, scope: world.requested.at(-1) };
    },
    judge: equals<unknown>({ isNew: true, scope: 'e' })
  }),
  scenario('R24-40', {
    title: 'sends the token of one server to no other, though one provider serves both',
    authorization: REFRESHABLE,
    resource,
    observes: 'tokens of the first server that the second one saw',
    play: world => tokensShownElsewhere(world, () => world.provider),
    judge: equals(0)
  }),
  scenario('R24-41', {
    title: 'sends the token of one server to no other in a new process, either',
    resource,
    observes: 'tokens of the first server that the second one saw',
    play: world => tokensShownElsewhere(world, () => world.provider.restarted()),
    judge: equals(0)
  }),
  scenario('R24-42', {
    title: 'sends a token to the server of the middleware and to no other',
    transports: ['middleware'],
    resource,
    observes: 'requests with a token that another server saw',
    play: async world => {
      await world.openMiddleware().use('read');
      const other = await world.startResource(resource);
      const send = world.client.module.withOAuth(world.provider, world.serverUrl)(fetch);
      await send(other.url('streamable')).catch(() => undefined);
      return other.requests.filter(({ token }) => token !== undefined).length;
    },
    judge: equals(0)
  }),
  scenario('R24-43', {
    title: 'uses the tokens of the account that the host has put back, though others came after them',
    transports: BOTH,
    resource,
    observes: 'whether the last call came with them, and the outcome',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const first = world.provider.storage.tokens;
      await session.use('write');
      world.provider.storage.tokens = first;
      const { kind } = await session.call('read');
      return { kind, isFirst: world.rs.requests.at(-1)?.token === first?.access_token };
    },
    judge: equals<unknown>({ kind: 'answered', isFirst: true })
  })
];

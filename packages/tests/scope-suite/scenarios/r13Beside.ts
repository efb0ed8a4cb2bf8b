import { scenario, type Scenario } from '../harness/scenario.js';
import { detectReuse, held, kinds, REFRESHABLE, times } from '../harness/situations.js';
import { Gate } from '../harness/changes.js';
import { equals, satisfies } from '../harness/verdict.js';

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };
const NEVER = new Promise<never>(() => undefined);

/** What goes on beside something that takes for ever, beside another process, or beside another server. */
export const besideScenarios: Scenario[] = [
  scenario('R13-40', {
    title: 'refreshes for others while sending the user away never ends',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call with an expired token',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.provider.redirecting = () => NEVER;
      void session.call('write');
      await world.changes.until(() => world.prompts.length > 1);
      world.as.expireAccessTokens();
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-41', {
    title: 'redeems a callback while sending the user away never ends',
    resource,
    observes: 'outcome of the same call on a new transport',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.provider.redirecting = () => NEVER;
      void session.call('write');
      await world.changes.until(() => world.prompts.length > 1);
      await session.finish(await world.approve());
      return (await (await world.open()).call('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-42', {
    title: 'connects another transport while a method of the provider never settles',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a call with an expired token on the other transport',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const saving = new Gate();
      const { saveCodeVerifier } = world.provider;
      Object.assign(world.provider, {
        saveCodeVerifier: () => {
          saving.open();
          return NEVER;
        }
      });
      void session.call('write');
      await saving.opened;
      Object.assign(world.provider, { saveCodeVerifier });
      world.as.expireAccessTokens();
      return (await (await world.open()).call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-43', {
    title: 'refreshes once for two transports of different kinds at one server',
    authorization: REFRESHABLE,
    resource,
    observes: 'refreshes, outcomes, and prompts beside the first',
    play: async world => {
      detectReuse(world);
      const streamable = await world.connect();
      await streamable.use('read');
      const sse = await world.connect({ transport: 'sse' });
      await sse.use('read');
      const [prompts, refreshes] = [world.prompts.length, world.refreshes];
      world.as.expireAccessTokens();
      const arrived = held(world, 'read', 2);
      const calls = [streamable.call('read'), sse.call('read')];
      await arrived;
      const outcomes = kinds(await Promise.all(calls));
      return { refreshes: world.refreshes - refreshes, outcomes, prompts: world.prompts.length - prompts };
    },
    judge: equals<unknown>({ refreshes: 1, outcomes: ['answered', 'answered'], prompts: 0 })
  }),
  scenario('R13-44', {
    title: 'sends the user away once when the host calls auth() twice while a request does',
    resource,
    observes: 'prompts',
    play: async world => {
      const session = await world.open();
      const authorize = (): Promise<unknown> =>
        world.client.authorize(world.provider, { serverUrl: world.serverUrl }).catch(() => undefined);
      await Promise.all([session.call('read'), authorize(), authorize()]);
      return world.prompts.length;
    },
    judge: equals(1)
  }),
  scenario('R21-40', {
    title: 'erases nothing when another process was faster to refresh and has yet to store what it got',
    authorization: { issuesRefreshTokens: true, rotates: true },
    resource,
    observes:
      'outcomes of both processes, prompts beside the first, and whether the tokens of the faster one are stored',
    play: async world => {
      await (await world.open()).use('read');
      const [one, two] = [world.provider.beside(), world.provider.beside()];
      const sessions = [await world.open({ provider: one }), await world.open({ provider: two })] as const;
      const prompts = world.prompts.length;
      world.as.expireAccessTokens();
      const slow = (provider: typeof one): void => {
        const { saveTokens } = provider;
        Object.assign(provider, {
          saveTokens: async (tokens: Parameters<typeof saveTokens>[0]) => {
            await new Promise(resolve => setTimeout(resolve, 400));
            saveTokens.call(provider, tokens);
          }
        });
      };
      slow(one);
      slow(two);
      const outcomes = kinds(await Promise.all(sessions.map(session => session.call('read'))));
      const isValid = world.as.introspect(world.provider.storage.tokens?.access_token) !== undefined;
      return { outcomes, prompts: world.prompts.length - prompts, isValid };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], prompts: 0, isValid: true })
  }),
  scenario('R24-40', {
    title: 'sends the token of one server to no other, though one provider serves both',
    authorization: REFRESHABLE,
    resource,
    observes: 'tokens of the first server that the second one saw',
    play: async world => {
      await (await world.open()).use('read');
      const token = world.provider.storage.tokens?.access_token;
      const other = await world.startResource(resource);
      await world.connect({ resource: other }).then(
        session => session.call('read'),
        () => undefined
      );
      return other.requests.filter(request => request.token === token).length;
    },
    judge: equals(0)
  }),
  scenario('R24-41', {
    title: 'sends the token of one server to no other in a new process, either',
    resource,
    observes: 'tokens of the first server that the second one saw',
    play: async world => {
      await (await world.open()).use('read');
      const token = world.provider.storage.tokens?.access_token;
      const other = await world.startResource(resource);
      await world.connect({ resource: other, provider: world.provider.restarted() }).then(
        session => session.call('read'),
        () => undefined
      );
      return other.requests.filter(request => request.token === token).length;
    },
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
  scenario('R14-20', {
    title: 'asks for what was never asked for on behalf of the token that another process has stored',
    authorization: { namesScope: true, grant: () => 'a' },
    resource,
    observes: 'prompts for a scope that this process asked for in vain, and the other one never did',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      await session.call('write');
      const other = world.createProvider();
      await (await world.open({ provider: other })).use('read');
      world.provider.storage.tokens = structuredClone(other.storage.tokens);
      const prompts = world.prompts.length;
      await session.call('write');
      return world.prompts.length - prompts;
    },
    judge: equals(1)
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
  }),
  scenario('R16-20', {
    title: 'signs in without offline_access once the server has called it invalid',
    authorization: { metadata: { scopes_supported: ['a', 'offline_access'] } },
    resource: { asks: 'a' },
    observes: 'scopes requested, and the outcome',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      if (world.requested[0]?.includes('offline_access') === true)
        await session.finish(world.decline('invalid_scope')).catch(() => undefined);
      const { kind } = await session.use('read');
      return { last: world.requested.at(-1), kind };
    },
    judge: equals<unknown>({ last: 'a', kind: 'answered' })
  }),
  scenario('R16-21', {
    title: 'signs in without the advertised scopes once the server has called them invalid',
    resource: { metadata: { scopes_supported: ['x', 'y'] } },
    observes: 'the second scope requested, and the outcome',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.finish(world.decline('invalid_scope')).catch(() => undefined);
      const { kind } = await session.use('read');
      return { last: world.requested.at(-1), kind };
    },
    judge: equals<unknown>({ last: undefined, kind: 'answered' })
  }),
  scenario('R22-20', {
    title: 'takes null from storage for nothing',
    resource,
    observes: 'outcome',
    play: async world => {
      const { provider } = world;
      for (const method of ['tokens', 'clientInformation', 'discoveryState', 'savedState', 'state'] as const) {
        const original = (provider[method] as (() => unknown) | undefined)?.bind(provider);
        if (method === 'state') Object.assign(provider, { state: () => null });
        else Object.assign(provider, { [method]: async () => (await original?.()) ?? null });
      }
      const session = await world.open();
      return (await session.use('write', 2)).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R13-45', {
    title: 'is not wedged by a refresh whose tokens are never stored',
    requires: ['own'],
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome of a later call',
    play: async world => {
      const session = await world.connect({ options: { flowTimeout: 200 } });
      await session.use('read');
      const { saveTokens } = world.provider;
      Object.assign(world.provider, { saveTokens: () => NEVER });
      world.as.expireAccessTokens();
      await Promise.all(times(2, () => session.call('read')));
      Object.assign(world.provider, { saveTokens });
      return (await session.use('read')).kind;
    },
    judge: satisfies<string>('answered', kind => kind === 'answered')
  })
];

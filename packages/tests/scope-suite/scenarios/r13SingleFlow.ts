import { Gate } from '../harness/changes.js';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, detectReuse, held, kinds, times } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { Outcome } from '../harness/session.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** Five requests meet an expired token at once, and a refresh token that may be used a single time. */
async function fiveAtOnce(world: World): Promise<Outcome[]> {
  detectReuse(world);
  const session = await world.open();
  await session.use('read');
  world.as.expireAccessTokens();
  const arrived = held(world, 'read', 5);
  const calls = times(5, () => session.call('read'));
  await arrived;
  return Promise.all(calls);
}

function isTokenValid(world: World): boolean {
  return world.as.introspect(world.provider.storage.tokens?.access_token) !== undefined;
}

/** Many requests fail at once: one of them is cured, for all. */
export const singleFlowScenarios: Scenario[] = [
  scenario('R13-01', {
    title: 'refreshes once for five requests that meet an expired token',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes: 'refreshes',
    play: async world => {
      await fiveAtOnce(world);
      return world.refreshes;
    },
    judge: equals(1)
  }),
  scenario('R13-02', {
    title: 'has five requests answered that meet an expired token',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes: 'outcomes',
    play: async world => kinds(await fiveAtOnce(world)),
    judge: equals(['answered', 'answered', 'answered', 'answered', 'answered'])
  }),
  scenario('R13-03', {
    title: 'has a valid token, and the user undisturbed, after five requests met an expired one',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes: 'prompts, and whether the stored token is valid',
    play: async world => {
      await fiveAtOnce(world);
      return { prompts: world.prompts.length, isValid: isTokenValid(world) };
    },
    judge: equals({ prompts: 1, isValid: true })
  }),
  scenario('R13-04', {
    title: 'retries with the newer token when a 401 for an older one comes late',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes: 'refreshes, and the outcome of the late request',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      const gate = new Gate();
      world.rs.script.delays = ({ operation, status }) =>
        operation === 'slow' && status === 401 ? gate.opened : undefined;
      const late = session.call('slow');
      await world.changes.until(() => world.rs.count('slow') > 0);
      await session.call('read');
      gate.open();
      return { outcome: (await late).kind, refreshes: world.refreshes };
    },
    judge: equals<unknown>({ outcome: 'answered', refreshes: 1 })
  }),
  scenario('R13-05', {
    title: 'waits for the refresh that is under way',
    transports: BOTH,
    resource,
    authorization: REFRESHABLE,
    observes: 'refreshes and outcomes',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      const gate = new Gate();
      world.as.script.onToken = async () => {
        world.changes.notify();
        await gate.opened;
        return undefined;
      };
      const first = session.call('read');
      await world.changes.until(() => world.refreshes > 0);
      const second = session.call('other');
      await world.changes.until(() => world.rs.count('other') > 0);
      gate.open();
      return { outcomes: kinds(await Promise.all([first, second])), refreshes: world.refreshes };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], refreshes: 1 })
  }),
  scenario('R13-06', {
    title: 'refreshes once for two transports on one provider',
    resource,
    authorization: REFRESHABLE,
    observes: 'refreshes and outcomes',
    play: async world => {
      detectReuse(world);
      const [first, second] = [await world.open(), await world.open()];
      await first.use('read');
      world.as.expireAccessTokens();
      const arrived = held(world, 'read', 2);
      const calls = [first.call('read'), second.call('read')];
      await arrived;
      return { outcomes: kinds(await Promise.all(calls)), refreshes: world.refreshes };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], refreshes: 1 })
  }),
  scenario('R13-07', {
    title: 'sends the user away once, and registers once, for five requests without a token',
    transports: BOTH,
    resource,
    observes: 'prompts and registrations',
    play: async world => {
      const session = await world.open();
      const arrived = held(world, 'read', 5);
      const calls = times(5, () => session.call('read'));
      await arrived;
      await Promise.all(calls);
      return { prompts: world.prompts.length, registrations: world.as.registrations.length };
    },
    judge: equals({ prompts: 1, registrations: 1 })
  }),
  scenario('R13-08', {
    title: 'asks the token endpoint once for two requests of a machine that need the same scope',
    provider: { isMachine: true },
    resource,
    observes: 'token requests and outcomes',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const arrived = held(world, 'write', 2);
      const calls = times(2, () => session.call('write'));
      await arrived;
      const outcomes = kinds(await Promise.all(calls));
      return { outcomes, scopes: world.tokenScopes };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], scopes: ['a', 'a d'] })
  }),
  scenario('R13-09', {
    title: 'opens no second tab for a 401 that comes after the redirect to a request sent before it',
    resource,
    observes: 'prompts',
    play: async world => {
      const session = await world.open();
      const gate = new Gate();
      world.rs.script.delays = ({ operation }) => (operation === 'slow' ? gate.opened : undefined);
      const late = session.call('slow');
      await world.changes.until(() => world.rs.count('slow') > 0);
      await session.call('read');
      gate.open();
      await late;
      return world.prompts.length;
    },
    judge: equals(1)
  }),
  scenario('R13-10', {
    title: 'keeps the token valid, and the user undisturbed, when the host calls auth() while a request refreshes',
    authorization: REFRESHABLE,
    resource,
    observes: 'prompts beside the first, and whether the stored token is valid',
    play: async world => {
      detectReuse(world);
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      const { client, provider, serverUrl } = world;
      const arrived = held(world, 'read', 1);
      const call = session.call('read');
      await arrived;
      const byHost = client.authorize(provider, { serverUrl }).catch(() => undefined);
      await Promise.all([call, byHost]);
      return { prompts: world.prompts.length - 1, isValid: isTokenValid(world) };
    },
    judge: equals({ prompts: 0, isValid: true })
  }),
  scenario('R13-11', {
    title: 'keeps the token valid when the host calls auth() twice at once',
    authorization: REFRESHABLE,
    resource,
    observes: 'whether the stored token is valid',
    play: async world => {
      detectReuse(world);
      await (await world.open()).use('read');
      world.as.expireAccessTokens();
      const { client, provider, serverUrl } = world;
      await Promise.allSettled(times(2, () => client.authorize(provider, { serverUrl })));
      return isTokenValid(world);
    },
    judge: equals(true)
  }),
  scenario('R13-12', {
    title: 'tries the refresh once, and disturbs the user once, when five requests meet a grant that was revoked',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource,
    observes: 'refreshes, and prompts beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.as.revokeRefreshTokens();
      const arrived = held(world, 'read', 5);
      const calls = times(5, () => session.call('read'));
      await arrived;
      await Promise.all(calls);
      return { refreshes: world.refreshes, prompts: world.prompts.length - 1 };
    },
    judge: equals({ refreshes: 1, prompts: 1 })
  }),
  scenario('R13-13', {
    title: 'tries the refresh once for five requests when the authorization server is out of order',
    authorization: REFRESHABLE,
    resource,
    observes: 'refreshes, and prompts beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.as.script.onToken = () => ({ status: 503, body: 'try again later' });
      const arrived = held(world, 'read', 5);
      const calls = times(5, () => session.call('read'));
      await arrived;
      await Promise.all(calls);
      return { refreshes: world.refreshes, prompts: world.prompts.length - 1 };
    },
    judge: equals({ refreshes: 1, prompts: 0 })
  }),
  scenario('R13-14', {
    title: 'has a request answered whose flow another transport began and was closed over',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome and prompts beside the first',
    play: async world => {
      const [first, second] = [await world.open(), await world.open()];
      await first.use('read');
      world.as.expireAccessTokens();
      const gate = new Gate();
      world.as.script.onToken = async () => {
        world.changes.notify();
        await gate.opened;
        return undefined;
      };
      const abandoned = first.call('read');
      await world.changes.until(() => world.refreshes > 0);
      const waiting = second.call('other');
      await world.changes.until(() => world.rs.count('other') > 0);
      await first.close();
      gate.open();
      await abandoned;
      return { outcome: (await waiting).kind, prompts: world.prompts.length - 1 };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
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
  scenario('R13-100', {
    title: 'sends the user away once for a request and the host’s own auth() at the first sign-in',
    resource,
    observes: 'prompts and registrations',
    play: async world => {
      const session = await world.open();
      const { client, provider, serverUrl } = world;
      const arrived = held(world, 'read', 1);
      const call = session.call('read');
      await arrived;
      await Promise.all([call, client.authorize(provider, { serverUrl }).catch(() => undefined)]);
      return { prompts: world.prompts.length, registrations: world.as.registrations.length };
    },
    judge: equals({ prompts: 1, registrations: 1 })
  }),
  scenario('R13-101', {
    title: 'refreshes once for a request and two calls of auth() by the host',
    authorization: REFRESHABLE,
    resource,
    observes: 'refreshes, and the outcome of the request',
    play: async world => {
      detectReuse(world);
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      const { client, provider, serverUrl } = world;
      const gate = new Gate();
      const script = world.as.script.onToken;
      world.as.script.onToken = async request => {
        world.changes.notify();
        await gate.opened;
        return script?.(request);
      };
      const call = session.call('read');
      await world.changes.until(() => world.refreshes > 0);
      const byHost = [1, 2].map(() => client.authorize(provider, { serverUrl }).catch(() => undefined));
      await new Promise(resolve => setTimeout(resolve, 30));
      gate.open();
      const outcome = await call;
      await Promise.all(byHost);
      return { refreshes: world.refreshes, outcome: outcome.kind };
    },
    judge: equals<unknown>({ refreshes: 1, outcome: 'answered' })
  }),
  scenario('R13-105', {
    title: 'uses no refresh token that another endpoint has used up while the store was slow',
    authorization: { ...REFRESHABLE, rotates: true },
    resource,
    observes: 'refresh tokens that were used twice, and outcomes',
    play: async world => {
      const first = await world.connect();
      await first.use('read');
      const second = await world.connect({ transport: 'sse' });
      await second.use('read');
      world.as.expireAccessTokens();
      const { provider } = world;
      const clientInformation = provider.clientInformation.bind(provider);
      const gate = new Gate();
      let isRead = false;
      Object.assign(provider, {
        clientInformation: async () => {
          const isFirst = !isRead;
          isRead = true;
          world.changes.notify();
          if (isFirst) await gate.opened;
          return clientInformation();
        }
      });
      const slow = first.call('read');
      await world.changes.soon(() => isRead);
      const other = second.call('read');
      await world.changes.soon(() => world.refreshes > 0);
      gate.open();
      const outcomes = kinds(await Promise.all([slow, other]));
      const used = world.as.tokenRequests.flatMap(({ parameters }) => parameters.get('refresh_token') ?? []);
      return { twice: used.length - new Set(used).size, outcomes };
    },
    judge: equals<unknown>({ twice: 0, outcomes: ['answered', 'answered'] })
  })
];

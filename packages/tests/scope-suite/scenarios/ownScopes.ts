import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { sorted } from '../harness/scopes.js';
import { equals } from '../harness/verdict.js';
import type { AuthOptions, AuthOutcome } from '../adapters/clientUnderTest.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];
type Forget = (provider: object, resource?: URL) => void;

const requires = ['own'] as const;
const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

function authorize(world: World, options: Partial<AuthOptions> = {}): Promise<AuthOutcome> {
  return world.client.authorize(world.provider, { serverUrl: world.serverUrl, ...options });
}

/** A result with its scope as a set. */
function resolved({ status, resolvedScope }: AuthOutcome): AuthOutcome {
  return { status, resolvedScope: sorted(resolvedScope) };
}

async function redeem(world: World): Promise<AuthOutcome> {
  const callback = await world.approve();
  return authorize(world, { authorizationCode: callback.get('code') ?? '', iss: callback.get('iss') ?? undefined });
}

function forget(world: World, of?: URL): void {
  (world.client.exports['forgetScopes'] as Forget)(world.provider, of);
}

/** `resolvedScope` (R3), `mergeScopes` (R1), `forgetScopes` (R7), and what the provider is given to keep (R9). */
export const ownScopeScenarios: Scenario[] = [
  scenario('own-01', {
    title: 'auth() tells which scope the authorization request has',
    requires,
    resource: { metadata: { scopes_supported: ['a', 'b'] } },
    observes: 'result of auth()',
    play: async world => resolved(await authorize(world)),
    judge: equals<AuthOutcome>({ status: 'REDIRECT', resolvedScope: 'a b' })
  }),
  scenario('own-02', {
    title: 'auth() tells, at the callback, which scope was asked for',
    requires,
    authorization: { namesScope: true, grant: () => 'a' },
    resource,
    observes: 'result of auth()',
    play: async world => {
      await authorize(world, { scope: 'a b' });
      return resolved(await redeem(world));
    },
    judge: equals<AuthOutcome>({ status: 'AUTHORIZED', resolvedScope: 'a b' })
  }),
  scenario('own-03', {
    title: 'auth() tells which scope a refreshed token has',
    requires,
    resource,
    authorization: REFRESHABLE,
    observes: 'result of auth()',
    play: async world => {
      await authorize(world, { scope: 'a b' });
      await redeem(world);
      return resolved(await authorize(world));
    },
    judge: equals<AuthOutcome>({ status: 'AUTHORIZED', resolvedScope: 'a b' })
  }),
  scenario('own-04', {
    title: 'auth() tells which scope a machine asked for',
    requires,
    provider: { isMachine: true },
    observes: 'result of auth()',
    play: async world => resolved(await authorize(world, { scope: 'a b' })),
    judge: equals<AuthOutcome>({ status: 'AUTHORIZED', resolvedScope: 'a b' })
  }),
  scenario('own-05', {
    title: 'mergeScopes() unites scopes in the order they come in',
    requires,
    observes: 'results',
    play: world => {
      const merge = world.client.exports['mergeScopes'] as (...scopes: (string | undefined)[]) => string | undefined;
      return Promise.resolve([merge('b a', undefined, 'a  c'), merge('A', 'a'), merge(), merge('', ' ')]);
    },
    judge: equals<Requested>(['b a c', 'A a', undefined, undefined])
  }),
  scenario('own-06', {
    title: 'asks for what is needed alone after forgetScopes()',
    transports: BOTH,
    requires,
    resource,
    observes: 'scopes requested',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      forget(world);
      world.as.expireAccessTokens();
      await session.use('read');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a'])
  }),
  scenario('own-07', {
    title: 'forgets nothing about other resources',
    requires,
    resource,
    observes: 'scopes requested',
    play: async world => {
      const session = await world.open();
      await session.use('write', 2);
      forget(world, new URL('/another', world.rs.origin));
      world.as.expireAccessTokens();
      await session.use('read');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d'])
  }),
  scenario('own-08', {
    title: 'has the requested scope saved with the discovery state before the user is sent away',
    transports: BOTH,
    requires,
    resource,
    observes: 'requestedScope in storage at that moment',
    play: async world => {
      await (await world.open()).call('read');
      return world.provider.storageAtPrompt.discovery?.['requestedScope'];
    },
    judge: equals<unknown>('a')
  }),
  scenario('own-09', {
    title: 'accepts no response with another state than the one the provider sent',
    requires,
    resource,
    observes: 'whether finishAuth rejects, and token requests',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const callback = await world.approve();
      callback.set('state', 'of-somebody-else');
      const isRejected = await session.finish(callback).then(
        () => false,
        () => true
      );
      return { isRejected, requests: world.as.tokenRequests.length };
    },
    judge: equals({ isRejected: true, requests: 0 })
  }),
  scenario('own-10', {
    title: 'tells which scope the server called invalid',
    requires,
    resource: { asks: 'a', needs: { misspelt: 'bad' } },
    observes: 'requestedScope of the error',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('misspelt');
      const error: unknown = await session.finish(world.decline('invalid_scope')).catch((reason: unknown) => reason);
      return sorted((error as { requestedScope?: string }).requestedScope);
    },
    judge: equals<string | undefined>('a bad')
  }),
  scenario('own-11', {
    title: 'does not ask again for what the user refused to an operation, until the host forces it',
    transports: BOTH,
    requires,
    resource,
    observes:
      'prompts beside the first: after the refusal, after five more calls, after the host forced it; names of the errors; outcome of a call then',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await session.finish(world.decline('access_denied')).catch(() => undefined);
      const counts = [world.prompts.length - 1];
      const errors = new Set<string>();
      for (let round = 0; round < 5; round++) {
        const outcome = await session.call('write');
        errors.add(outcome.kind === 'answered' ? outcome.kind : outcome.error.name);
      }
      counts.push(world.prompts.length - 1);
      await authorize(world, { scope: 'a d', forceReauthorization: true });
      counts.push(world.prompts.length - 1);
      await session.signIn();
      return { counts, errors: [...errors], outcome: (await session.call('write')).kind };
    },
    judge: equals<unknown>({ counts: [1, 1, 2], errors: ['InsufficientScopeError'], outcome: 'answered' })
  }),
  scenario('own-12', {
    title: 'continues in the middleware what a transport has asked for',
    requires,
    resource,
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).use('write', 2);
      await world.openMiddleware().use('purge');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d', 'a d e'])
  })
];

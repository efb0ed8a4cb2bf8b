import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { ResourceServer } from '../harness/resourceServer.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd' } };

/** The tokens that a server was shown. */
function shownTo(server: ResourceServer): string[] {
  return server.requests.flatMap(({ token }) => token ?? []);
}

/** Tries to sign in at a server whose metadata says that it is this resource; how often the user is sent away. */
async function promptsFor(world: World, resourceOf: (world: World) => string): Promise<number> {
  world.rs.script.metadata = { resource: resourceOf(world) };
  await (await world.open()).call('read');
  return world.prompts.length;
}

/** A fetch that reaches loopback only, and says where else it was to go. */
function confined(attempts: string[]): typeof fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.hostname === '127.0.0.1') return fetch(input, init);
    attempts.push(url.href);
    return Promise.reject(new TypeError(`${url.hostname} is not on loopback`));
  };
}

/** A token has an issuer, a resource, and an origin, and goes nowhere else. */
export const originScenarios: Scenario[] = [
  scenario('R24-82', {
    title: 'asks the provider for tokens by what they are for',
    requires: ['own'],
    resource,
    observes: 'tokens that each server was shown of a provider that keeps them apart, and the last context',
    play: async world => {
      const { provider, serverUrl } = world;
      const kept = new Map<string, object>();
      const contexts: { issuer?: string; resource?: string }[] = [];
      Object.assign(provider, {
        tokens: (context: { issuer?: string; resource?: string } = {}) => {
          contexts.push(context);
          return kept.get(context.resource ?? '');
        },
        saveTokens: (tokens: { resource?: string }) => kept.set(tokens.resource ?? '', tokens)
      });
      const session = await world.open();
      await session.use('read');
      const second = await world.startResource(resource);
      await (await world.open({ resource: second })).use('read');
      await session.call('read');
      const all = [...shownTo(world.rs), ...shownTo(second)];
      const { issuer, resource: last } = contexts.at(-1) ?? {};
      return {
        isApart:
          new Set(shownTo(world.rs)).size === 1 && new Set(shownTo(second)).size === 1 && new Set(all).size === 2,
        last: [issuer === world.as.issuer, last === serverUrl.href],
        keys: [...kept.keys()].sort().join() === [serverUrl.href, second.url(world.transport).href].sort().join()
      };
    },
    judge: equals<unknown>({ isApart: true, last: [true, true], keys: true })
  }),
  scenario('R24-83', {
    title: 'stamps tokens with issuer, resource and scope',
    transports: BOTH,
    requires: ['own'],
    resource,
    observes: 'stamps in storage',
    play: async world => {
      await (await world.open()).use('read');
      const { issuer, resource: of, scope } = world.provider.storage.tokens as unknown as Record<string, unknown>;
      return [issuer === world.as.issuer, of === world.serverUrl.href, scope];
    },
    judge: equals<unknown>([true, true, 'a'])
  }),
  scenario('R24-86', {
    title: 'speaks to no authorization server over plain http that is not on this machine',
    transports: BOTH,
    resource: { ...resource, metadata: { authorization_servers: ['http://login.example'] } },
    observes: 'requests to it, and prompts',
    play: async world => {
      const attempts: string[] = [];
      const session = await world.connect({ options: { fetch: confined(attempts) } });
      const { kind } = await session.call('read');
      return {
        attempts: attempts.filter(url => url.startsWith('http:')),
        prompts: world.prompts.length,
        outcome: kind
      };
    },
    judge: equals<unknown>({ attempts: [], prompts: 0, outcome: 'failed' })
  }),
  scenario('R24-87', {
    title: 'signs nobody in for a resource that is another one by its query',
    resource,
    observes: 'prompts',
    play: world => promptsFor(world, ({ serverUrl }) => `${serverUrl.href}?tenant=2`),
    judge: equals(0)
  }),
  scenario('R24-88', {
    title: 'signs nobody in for a resource with a fragment',
    resource,
    observes: 'prompts',
    play: world => promptsFor(world, ({ serverUrl }) => `${serverUrl.href}#part`),
    judge: equals(0)
  }),
  scenario('R24-89', {
    title: 'signs nobody in for a resource with user information',
    resource,
    observes: 'prompts',
    play: world => promptsFor(world, ({ serverUrl }) => serverUrl.href.replace('//', '//user@')),
    judge: equals(0)
  }),
  scenario('R24-90', {
    title: 'signs nobody in for the resource of another origin',
    transports: BOTH,
    resource,
    observes: 'prompts',
    play: world => promptsFor(world, () => 'https://elsewhere.example/mcp'),
    judge: equals(0)
  }),
  scenario('R24-91', {
    title: 'signs in for a resource that is a parent of the server’s path',
    resource,
    observes: 'prompts',
    play: world => promptsFor(world, ({ rs }) => rs.origin),
    judge: satisfies<number>('one', count => count === 1)
  })
];

import { scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { ScriptedAuthorizationServer } from '../../support/scriptedAuthorizationServer.js';
import type { HostProvider } from '../harness/provider.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a' };
const SECRET = 'a-secret-between-two';

/** What an authorization server got that was never meant for it. */
function loot(world: World, evil: ScriptedAuthorizationServer, refreshToken?: string): Record<string, number> {
  const has = (name: string): number => evil.tokenRequests.filter(({ parameters }) => parameters.has(name)).length;
  const isOurs = ({ parameters }: { parameters: URLSearchParams }): boolean =>
    refreshToken !== undefined && parameters.get('refresh_token') === refreshToken;
  return {
    secrets: evil.tokenRequests.filter(request =>
      JSON.stringify([request.authorization, request.parameters.toString()]).includes(SECRET)
    ).length,
    basic: evil.tokenRequests.filter(({ authorization }) => authorization !== undefined).length,
    refreshTokens: evil.tokenRequests.filter(isOurs).length,
    codes: has('code'),
    prompts: world.prompts.filter(url => url.origin === evil.issuer).length
  };
}

const NOTHING = { secrets: 0, basic: 0, refreshTokens: 0, codes: 0, prompts: 0 };

/** A client that the host registered by hand, and does not know how to register anew. */
function preRegistered(provider: HostProvider): HostProvider {
  provider.storage.client = { client_id: 'by-hand', client_secret: SECRET };
  return Object.assign(provider, { saveClientInformation: undefined });
}

/** The MCP server names another authorization server from now on. */
async function turn(world: World): Promise<ScriptedAuthorizationServer> {
  const evil = await world.startAuthorizationServer(REFRESHABLE);
  world.rs.script.metadata = { authorization_servers: [evil.issuer] };
  world.rs.script.unauthorized = (_, server) =>
    `Bearer resource_metadata="${server.metadataUrl(world.transport)}?new", scope="a"`;
  const metadata = `${new URL(world.rs.metadataUrl(world.transport)).pathname}?new`;
  world.tap.answers = request => {
    if (request.url !== metadata) return undefined;
    return { status: 200, body: { resource: world.serverUrl.href, authorization_servers: [evil.issuer] } };
  };
  return evil;
}

/** A host that goes on, whatever happens: calls, lets the user agree, hands every callback over. */
async function goOn(world: World, provider: HostProvider): Promise<void> {
  for (let round = 0; round < 3; round++) {
    try {
      const session = await world.connect({ provider });
      await session.use('read');
      return;
    } catch {
      // It goes on.
    }
  }
}

/** Credentials without a stamp belong to the issuer that they were used with first. */
export const bindingScenarios: Scenario[] = [
  ...[
    { id: 'R27-01', title: 'sends a pre-registered secret nowhere when the server names another issuer', isNew: false },
    { id: 'R27-02', title: 'sends a pre-registered secret nowhere in a new process, either', isNew: true }
  ].map(({ id, title, isNew }) =>
    scenario(id, {
      title,
      resource,
      provider: { clientMetadata: { token_endpoint_auth_method: 'client_secret_post' } },
      observes: 'what the other issuer got',
      play: async world => {
        preRegistered(world.provider);
        await (await world.open()).use('read');
        const evil = await turn(world);
        world.as.expireAccessTokens();
        await goOn(world, isNew ? preRegistered(world.provider.restarted()) : world.provider);
        return loot(world, evil);
      },
      judge: equals<unknown>(NOTHING)
    })
  ),
  ...[
    { id: 'R27-03', title: 'sends a refresh token without a stamp to no other issuer', isNew: false },
    { id: 'R27-04', title: 'sends a refresh token without a stamp to no other issuer in a new process', isNew: true }
  ].map(({ id, title, isNew }) =>
    scenario(id, {
      title,
      resource,
      authorization: REFRESHABLE,
      observes: 'refresh tokens that the other issuer got',
      play: async world => {
        await (await world.open()).use('read');
        delete world.provider.storage.tokens?.issuer;
        const refreshToken = world.provider.storage.tokens?.refresh_token;
        const evil = await turn(world);
        world.as.expireAccessTokens();
        await goOn(world, isNew ? world.provider.restarted() : world.provider);
        return loot(world, evil, refreshToken)['refreshTokens'];
      },
      judge: equals<unknown>(0)
    })
  ),
  scenario('R27-05', {
    title: 'redeems a code nowhere else, in a new process whose provider keeps no discovery state',
    resource,
    provider: { keepsDiscovery: false },
    observes: 'codes that the other issuer got',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const callback = await world.approve();
      const evil = await turn(world);
      const provider = world.provider.restarted(world.provider.storageAtPrompt);
      const next = await world.connect({ provider });
      await next.finish(callback).catch(() => undefined);
      return loot(world, evil)['codes'];
    },
    judge: equals<unknown>(0)
  }),
  scenario('R27-06', {
    title: 'sends the secret of a machine to no other issuer',
    resource,
    provider: { isMachine: true },
    observes: 'requests with credentials that the other issuer got',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const evil = await turn(world);
      world.as.expireAccessTokens();
      for (let round = 0; round < 3; round++) await session.call('read');
      return loot(world, evil)['basic'];
    },
    judge: equals<unknown>(0)
  })
];

import { BOTH, EVERYWHERE, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, move, toldTo } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import { MACHINE, type HostProvider, type ProviderSettings } from '../harness/provider.js';
import type { Session } from '../harness/session.js';
import type { World } from '../harness/world.js';
import type { ScriptedAuthorizationServer } from '../../support/scriptedAuthorizationServer.js';

const SECRET = 'the-secret-that-was-agreed-on';
const DOCUMENT = 'https://client.example/metadata.json';

/** A client that a person registered at the first issuer, and typed in without saying where. */
function registered(method: 'client_secret_basic' | 'client_secret_post'): ProviderSettings {
  return {
    client: { client_id: 'registered-by-hand', client_secret: SECRET },
    clientMetadata: { token_endpoint_auth_method: method }
  };
}

const resource = { asks: 'a', needs: { write: 'd' } };
const observes =
  'what reached the new issuer: the id, the secret, a refresh token, a code, a verifier; and its prompts';
const NOTHING = { told: [], prompts: 0 };

/** A user who agrees to whatever comes, and a host that insists. */
async function insist(session: Session): Promise<void> {
  for (let round = 0; round < 2; round++) await session.use('read').catch(() => undefined);
}

/** What of the first issuer's is found at the other one. */
function found(world: World, other: ScriptedAuthorizationServer, storage = world.provider.storage): unknown {
  const told = toldTo(other);
  const { tokens, verifier } = storage;
  const things = {
    id: 'registered-by-hand',
    secret: SECRET,
    basic: btoa(`registered-by-hand:${SECRET}`),
    refreshToken: tokens?.refresh_token,
    verifier
  };
  const names = Object.entries(things).filter(([, thing]) => thing !== undefined && told.includes(thing));
  return {
    told: names.map(([name]) => name),
    prompts: world.prompts.filter(({ origin }) => origin === other.issuer).length
  };
}

/** Token requests with a parameter of this name, and this value where one is given. */
function requestsWith({ tokenRequests }: ScriptedAuthorizationServer, name: string, value?: string): number {
  const isOne = ({ parameters }: { parameters: URLSearchParams }): boolean =>
    value === undefined ? parameters.has(name) : parameters.get(name) === value;
  return tokenRequests.filter(isOne).length;
}

/** The MCP server, which goes on to take the first one's tokens, names another authorization server from now on. */
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

/** Whether a server was told the secret of the machine, in its body or by HTTP Basic. */
function isToldSecret(server: ScriptedAuthorizationServer): boolean {
  const { client_id: id, client_secret: secret } = MACHINE;
  const told = toldTo(server);
  return told.includes(secret) || told.includes(btoa(`${id}:${secret}`));
}

/** The resource moves after a sign-in, and the host goes on. */
async function moveAfterSignIn(world: World): Promise<unknown> {
  const session = await world.open();
  await session.use('read');
  const before = { ...world.provider.storage };
  const other = await move(world, { issuesRefreshTokens: true });
  await insist(session);
  return found(world, other, before);
}

/** What was agreed on with one authorization server is nobody else's business, whatever the resource says. */
export const issuerScenarios: Scenario[] = [
  ...[
    { id: 'R27-01', title: 'sends a pre-registered secret nowhere when the server names another issuer', isNew: false },
    { id: 'R27-02', title: 'sends a pre-registered secret nowhere in a new process, either', isNew: true }
  ].map(({ id, title, isNew }) =>
    scenario(id, {
      title,
      resource,
      provider: registered('client_secret_post'),
      observes: `${observes}; and all its token requests`,
      play: async world => {
        await (await world.open()).use('read');
        const before = { ...world.provider.storage };
        const evil = await turn(world);
        world.as.expireAccessTokens();
        await goOn(world, isNew ? world.provider.restarted() : world.provider);
        return { found: found(world, evil, before), requests: evil.tokenRequests.length };
      },
      judge: equals<unknown>({ found: NOTHING, requests: 0 })
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
        const refreshToken = world.provider.storage.tokens?.refresh_token ?? 'none';
        const evil = await turn(world);
        world.as.expireAccessTokens();
        await goOn(world, isNew ? world.provider.restarted() : world.provider);
        return requestsWith(evil, 'refresh_token', refreshToken);
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
      return requestsWith(evil, 'code');
    },
    judge: equals<unknown>(0)
  }),
  scenario('R27-51', {
    title: 'sends a registered id and secret, by HTTP Basic, to no other issuer than the first',
    transports: EVERYWHERE,
    provider: registered('client_secret_basic'),
    resource,
    observes,
    play: moveAfterSignIn,
    judge: equals<unknown>(NOTHING)
  }),
  scenario('R27-52', {
    title: 'sends a registered id and secret, in the body, to no other issuer than the first',
    provider: registered('client_secret_post'),
    resource,
    authorization: REFRESHABLE,
    observes,
    play: moveAfterSignIn,
    judge: equals<unknown>(NOTHING)
  }),
  scenario('R27-53', {
    title: 'sends a refresh token without a stamp to no other issuer than the first',
    transports: BOTH,
    provider: { ...registered('client_secret_basic'), keepsStamps: false, keepsDiscovery: false },
    resource,
    authorization: REFRESHABLE,
    observes,
    play: moveAfterSignIn,
    judge: equals<unknown>(NOTHING)
  }),
  scenario('R27-54', {
    title: 'sends a registered client to no other issuer in a new process either',
    transports: BOTH,
    provider: registered('client_secret_basic'),
    resource,
    authorization: REFRESHABLE,
    observes,
    play: async world => {
      await (await world.open()).use('read');
      const provider = world.provider.restarted();
      const other = await move(world);
      await insist(await world.open({ provider }));
      return found(world, other);
    },
    judge: equals<unknown>(NOTHING)
  }),
  scenario('R27-55', {
    title: 'knows the issuer of a registered client in a new process from the stamp of the tokens alone',
    provider: { ...registered('client_secret_basic'), keepsDiscovery: false },
    resource,
    authorization: REFRESHABLE,
    observes,
    play: async world => {
      await (await world.open()).use('read');
      const provider = world.provider.restarted();
      const other = await move(world);
      await insist(await world.open({ provider }));
      return found(world, other);
    },
    judge: equals<unknown>(NOTHING)
  }),
  scenario('R27-56', {
    title: 'says by name that the authorization server is another one',
    provider: registered('client_secret_basic'),
    resource,
    observes: 'name of the error, or outcome',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await move(world);
      const outcome = await session.call('read');
      return outcome.kind === 'answered' ? outcome.kind : outcome.error.name;
    },
    judge: equals('AuthorizationServerMismatchError')
  }),
  scenario('R27-57', {
    title: 'sends the secret of a machine to no other issuer than the first',
    transports: EVERYWHERE,
    provider: { isMachine: true },
    resource,
    observes: 'whether the new issuer was told it',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const other = await move(world);
      for (let round = 0; round < 3; round++) await session.call('read');
      return isToldSecret(other);
    },
    judge: equals(false)
  }),
  scenario('R27-58', {
    title: 'sends the secret of a machine to no other issuer in a new process either',
    provider: { isMachine: true },
    resource,
    observes: 'whether the new issuer was told it',
    play: async world => {
      await (await world.open()).call('read');
      const provider = world.provider.restarted();
      const other = await move(world);
      await (await world.open({ provider })).call('read');
      return isToldSecret(other);
    },
    judge: equals(false)
  }),
  scenario('R27-59', {
    title: 'uses the client that a provider of several issuers has for the new one',
    provider: registered('client_secret_basic'),
    resource,
    observes: 'client of the last authorization request, and where it went',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const other = await move(world);
      const atTheFirst = world.provider.storage.client;
      Object.assign(world.provider, {
        clientInformation: (context?: { issuer?: string }) =>
          context?.issuer === undefined || context.issuer === world.as.issuer
            ? { ...atTheFirst, issuer: world.as.issuer }
            : { client_id: 'at-the-other', issuer: context.issuer }
      });
      await session.call('read');
      const prompt = world.prompts.at(-1);
      return { client: prompt?.searchParams.get('client_id'), isThere: prompt?.origin === other.issuer };
    },
    judge: equals<unknown>({ client: 'at-the-other', isThere: true })
  }),
  scenario('R27-60', {
    title: 'is the client of its metadata document at a new issuer, too',
    provider: { clientMetadataUrl: DOCUMENT },
    authorization: { metadata: { client_id_metadata_document_supported: true } },
    resource,
    observes: 'clients of the authorization requests at the new issuer, and the outcome there',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const other = await move(world, { metadata: { client_id_metadata_document_supported: true } });
      const outcome = await session.use('read');
      return { clients: other.authorizations.map(({ clientId }) => clientId), outcome: outcome.kind };
    },
    judge: equals<unknown>({ clients: [DOCUMENT], outcome: 'answered' })
  }),
  scenario('R27-61', {
    title: 'redeems a code only where it was asked for, though its metadata document is valid everywhere',
    transports: BOTH,
    provider: { clientMetadataUrl: DOCUMENT, keepsDiscovery: false },
    authorization: { metadata: { client_id_metadata_document_supported: true } },
    resource,
    observes: 'token requests at the other issuer',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      const callback = await world.approve();
      callback.delete('iss');
      const other = await move(world, { metadata: { client_id_metadata_document_supported: true } });
      const provider = world.provider.restarted(world.provider.storageAtPrompt);
      await (await world.open({ provider })).complete(callback);
      return other.tokenRequests.length;
    },
    judge: equals(0)
  }),
  scenario('R27-62', {
    title: 'redeems no code of a registered client at an issuer that came in between',
    transports: BOTH,
    provider: registered('client_secret_basic'),
    resource,
    observes: 'token requests at the other issuer',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const callback = await world.approve();
      callback.delete('iss');
      const other = await move(world);
      const provider = world.provider.restarted(world.provider.storageAtPrompt);
      await (await world.open({ provider })).complete(callback);
      return other.tokenRequests.length;
    },
    judge: equals(0)
  }),
  scenario('R27-63', {
    title: 'keeps what it has at the first issuer when the resource comes back to it',
    provider: registered('client_secret_basic'),
    resource,
    authorization: REFRESHABLE,
    observes: 'outcome, and prompts beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const { issuer } = world.rs;
      await move(world);
      await session.call('read');
      world.rs.issuer = issuer;
      world.rs.script.metadataPath = undefined;
      return { outcome: (await session.use('read')).kind, prompts: world.prompts.length - 1 };
    },
    judge: satisfies<{ outcome: string; prompts: number }>(
      'an answer, with one prompt at most',
      ({ outcome, prompts }) => outcome === 'answered' && prompts <= 1
    )
  }),
  ...[
    { id: 'R27-64', title: 'knows in a new process, at a second resource, whose client it is', keepsDiscovery: true },
    {
      id: 'R27-65',
      title: 'knows in a new process, at a second resource, from the stamp of the tokens alone whose client it is',
      keepsDiscovery: false
    }
  ].map(({ id, title, keepsDiscovery }) =>
    scenario(id, {
      title,
      provider: { ...registered('client_secret_basic'), keepsDiscovery },
      resource,
      observes,
      play: async world => {
        await (await world.open()).use('read');
        const other = await world.startAuthorizationServer();
        const second = await world.startResource(resource);
        second.issuer = other;
        const provider = world.provider.restarted();
        await world.connect({ provider, resource: second }).then(insist, () => undefined);
        return found(world, other);
      },
      judge: equals<unknown>(NOTHING)
    })
  ),
  scenario('R27-66', {
    title: 'does not take a server that was only guessed at, and issued nothing, for the first issuer of the client',
    provider: registered('client_secret_basic'),
    resource: { ...resource, unauthorized: () => 'Bearer scope="a"' },
    observes: 'outcome once the metadata can be had',
    play: async world => {
      world.breakDown('missing', [world.rs.origin, '/.well-known/']);
      const { client, provider, serverUrl } = world;
      await client.authorize(provider, { serverUrl }).catch(() => undefined);
      world.heal();
      return (await (await world.open()).use('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R27-67', {
    title: 'takes a server that was guessed at, and issued tokens, for the first issuer of the client',
    provider: { ...registered('client_secret_post'), keepsStamps: false },
    resource: { ...resource, metadata: false, unauthorized: () => 'Bearer scope="a"' },
    observes,
    play: async world => {
      // The MCP server is its own authorization server, as before there was metadata.
      const tokens = { access_token: 'of-the-first', token_type: 'Bearer' };
      world.tap.answers = ({ url }) => (url === '/token' ? { status: 200, body: tokens } : undefined);
      const { client, provider, serverUrl } = world;
      await client.authorize(provider, { serverUrl });
      await client.authorize(provider, { serverUrl, authorizationCode: 'a-code' });
      world.tap.answers = () => undefined;
      const other = await world.startAuthorizationServer();
      world.rs.issuer = other;
      world.rs.script.metadata = {};
      await insist(await world.open({ provider: world.provider.restarted() }));
      return found(world, other);
    },
    judge: equals<unknown>(NOTHING)
  })
];

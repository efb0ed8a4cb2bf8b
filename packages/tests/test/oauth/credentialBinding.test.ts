import { describe, expect, it } from 'vitest';
import {
  auth,
  AuthorizationServerMismatchError,
  type OAuthClientProvider,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens
} from '@scopeful/core';
import type { MemoryProvider } from '../../support/memoryProvider.js';
import type { ScriptedAuthorizationServer } from '../../support/scriptedAuthorizationServer.js';
import type { ScriptedResource } from '../../support/scriptedResource.js';
import {
  authorize,
  machineProvider,
  redeem,
  restarted,
  startAuthorizationServer,
  startResource,
  startWorld,
  without,
  type World
} from './harness.js';

const SECRET = 'secret-of-the-first-issuer';
const BY_HAND = { client_id: 'by-hand', client_secret: SECRET };
const DOCUMENT = 'https://app.example/client.json';
const WITH_DOCUMENT = { metadata: { client_id_metadata_document_supported: true } };

/** The resource names another authorization server from now on, in metadata that its challenges point to. */
function moveTo({ rs }: World, other: ScriptedAuthorizationServer): URL {
  rs.script.metadata = { resource: rs.url.href, authorization_servers: [other.issuer] };
  return new URL('/.well-known/oauth-protected-resource/sse', rs.origin);
}

/** Everything that a server was sent to its token endpoint, as one text. */
function sentTo(as: ScriptedAuthorizationServer): string {
  return as.tokenRequests
    .map(
      ({ authorization = '', parameters }) => `${atob(authorization.replace('Basic ', ''))} ${parameters.toString()}`
    )
    .join('\n');
}

/** A provider whose storage has no room for the stamps. */
function dropStamps<P extends MemoryProvider>(provider: P): P {
  const saveTokens = provider.saveTokens.bind(provider);
  const saveClient = provider.saveClientInformation.bind(provider);
  Object.assign(provider, {
    saveTokens: ({ issuer: _issuer, resource: _resource, ...tokens }: StoredOAuthTokens) => saveTokens(tokens),
    saveClientInformation: ({ issuer: _issuer, ...client }: StoredOAuthClientInformation) => saveClient(client)
  });
  return provider;
}

describe('a client that was registered by hand', () => {
  it.each<[string, (provider: MemoryProvider) => MemoryProvider]>([
    ['in the same process', provider => provider],
    ['in the next process', provider => without(restarted(provider), 'saveClientInformation')],
    [
      'in the next process, when only the stamp of the tokens tells',
      provider => without(restarted(provider), 'saveClientInformation', 'discoveryState', 'saveDiscoveryState')
    ]
  ])('A client that was registered by hand is not used at another issuer: %s (R27)', async (_, next) => {
    const world = await startWorld({ provider: { clientInformation: BY_HAND } });
    without(world.provider, 'saveClientInformation');
    await authorize(world);
    const other = await startAuthorizationServer();
    const resourceMetadataUrl = moveTo(world, other);
    const provider = next(world.provider);
    const prompts = provider.authorizationUrls.length;
    const run = auth(provider, { serverUrl: world.rs.url, resourceMetadataUrl });
    await expect(run).rejects.toThrow(AuthorizationServerMismatchError);
    await expect(run).rejects.toMatchObject({ recordedIssuer: world.as.issuer, currentIssuer: other.issuer });
    expect([other.tokenRequests, other.registrations, provider.authorizationUrls.length]).toEqual([[], [], prompts]);
  });

  it('A client that was registered by hand works again as soon as the metadata names its issuer again, and no token was lost (R27)', async () => {
    const world = await startWorld({ provider: { clientInformation: BY_HAND } });
    without(world.provider, 'saveClientInformation');
    await authorize(world);
    const tokens = world.provider.tokens();
    const resourceMetadataUrl = moveTo(world, await startAuthorizationServer());
    await expect(auth(world.provider, { serverUrl: world.rs.url, resourceMetadataUrl })).rejects.toThrow();
    expect(world.provider.tokens()).toEqual(tokens);
    world.rs.script.metadata = {};
    await expect(auth(world.provider, { serverUrl: world.rs.url })).resolves.toMatchObject({ status: 'AUTHORIZED' });
  });

  it('A client that was registered by hand is not used at another issuer that another resource of the same provider names (R27)', async () => {
    const world = await startWorld({ provider: { clientInformation: BY_HAND } });
    without(world.provider, 'saveClientInformation');
    await authorize(world);
    const other = await startAuthorizationServer();
    const elsewhere = await startResource(other);
    const run = auth(world.provider, { serverUrl: elsewhere.url });
    await expect(run).rejects.toThrow(AuthorizationServerMismatchError);
    expect([other.tokenRequests, world.provider.authorizationUrls.length]).toEqual([[], 1]);
  });

  it('A client that was registered by hand is used at another issuer when the provider says so by its stamp', async () => {
    const world = await startWorld({ provider: { clientInformation: BY_HAND } });
    const { provider, rs } = world;
    without(provider, 'saveClientInformation');
    await authorize(world);
    const other = await startAuthorizationServer();
    const resourceMetadataUrl = moveTo(world, other);
    Object.assign(provider, {
      clientInformation: (context?: { issuer: string }) => ({ client_id: 'at-either', issuer: context?.issuer })
    } satisfies Partial<OAuthClientProvider>);
    await auth(provider, { serverUrl: rs.url, resourceMetadataUrl });
    expect(provider.authorizationUrls.at(-1)?.origin).toBe(other.issuer);
  });

  it('A client that was registered by hand is replaced by a registration at the other issuer where the provider can store one', async () => {
    const world = await startWorld({ provider: { clientInformation: BY_HAND } });
    await authorize(world);
    const other = await startAuthorizationServer();
    const resourceMetadataUrl = moveTo(world, other);
    await expect(authorize({ ...world, as: other }, { resourceMetadataUrl })).resolves.toMatchObject({
      status: 'AUTHORIZED'
    });
    expect(other.registrations).toHaveLength(1);
    expect(sentTo(other)).not.toContain(SECRET);
  });

  it('A client that was registered by hand is the same client when its issuer is named without metadata, by a URL that gained a slash', async () => {
    const world = await startWorld({
      provider: { clientInformation: { ...BY_HAND, issuer: 'replaced below' } }
    });
    const { as, rs, provider } = world;
    without(provider, 'saveClientInformation');
    Object.assign(provider, { clientInformation: () => ({ ...BY_HAND, issuer: `${as.issuer}/` }) });
    await expect(auth(provider, { serverUrl: rs.url })).resolves.toMatchObject({ status: 'REDIRECT' });
  });
});

describe('a refresh token without a stamp', () => {
  it.each<[string, (provider: MemoryProvider) => MemoryProvider]>([
    ['in the same process', provider => provider],
    ['in the next process', provider => dropStamps(restarted(provider))]
  ])(
    'A refresh token without a stamp is not sent to another issuer, though a client was registered there: %s (R27)',
    async (_, next) => {
      const world = await startWorld();
      dropStamps(world.provider);
      await authorize(world);
      const token = world.provider.tokens()?.refresh_token ?? 'none';
      const other = await startAuthorizationServer();
      const resourceMetadataUrl = moveTo(world, other);
      // The user is sent to the other server, where the client is registered anew, and does not answer.
      const again = { serverUrl: world.rs.url, resourceMetadataUrl };
      await auth(world.provider, { ...again, forceReauthorization: true });
      await auth(next(world.provider), again);
      expect(sentTo(other)).not.toContain(token);
    }
  );

  it('A refresh token of the new issuer, without a stamp, is used there in the next process, once the user has agreed', async () => {
    const world = await startWorld();
    dropStamps(world.provider);
    await authorize(world);
    const other = await startAuthorizationServer();
    const resourceMetadataUrl = moveTo(world, other);
    await authorize({ ...world, as: other }, { resourceMetadataUrl, forceReauthorization: true });
    const provider = dropStamps(restarted(world.provider));
    const result = await auth(provider, { serverUrl: world.rs.url, resourceMetadataUrl });
    expect(result.status).toBe('AUTHORIZED');
    expect(other.tokenRequests.at(-1)?.grantType).toBe('refresh_token');
  });
});

describe('a client that is known by its metadata document', () => {
  async function startDocumentWorld(): Promise<World> {
    const world = await startWorld({ authorization: WITH_DOCUMENT });
    Object.assign(world.provider, { clientMetadataUrl: DOCUMENT });
    return world;
  }

  function inNextProcess(provider: MemoryProvider): MemoryProvider {
    const next = Object.assign(restarted(provider), { clientMetadataUrl: DOCUMENT });
    next.saveCodeVerifier(provider.codeVerifier());
    return next;
  }

  it('A client that is known by its metadata document is a client of each issuer', async () => {
    const world = await startDocumentWorld();
    await authorize(world);
    const other = await startAuthorizationServer(WITH_DOCUMENT);
    const resourceMetadataUrl = moveTo(world, other);
    await authorize({ ...world, as: other }, { resourceMetadataUrl });
    expect(other.registrations).toEqual([]);
    expect(other.authorizations.map(({ clientId }) => clientId)).toEqual([DOCUMENT]);
  });

  it.each(['saveClientInformation', 'discoveryState'] as const)(
    'A client that is known by its metadata document is a client of each issuer for a provider without %s, too',
    async method => {
      const world = await startDocumentWorld();
      without(world.provider, method);
      await authorize(world);
      const other = await startAuthorizationServer(WITH_DOCUMENT);
      const resourceMetadataUrl = moveTo(world, other);
      await authorize({ ...world, as: other }, { resourceMetadataUrl });
      expect(other.authorizations.map(({ clientId }) => clientId)).toEqual([DOCUMENT]);
    }
  );

  it('A client that is known by its metadata document completes its sign-in at the new issuer in another process, though storage drops the stamps', async () => {
    const world = await startDocumentWorld();
    dropStamps(world.provider);
    await authorize(world);
    const other = await startAuthorizationServer(WITH_DOCUMENT);
    const resourceMetadataUrl = moveTo(world, other);
    await auth(world.provider, { serverUrl: world.rs.url, resourceMetadataUrl, forceReauthorization: true });
    const provider = dropStamps(inNextProcess(world.provider));
    const response = await other.approve(world.provider.authorizationUrls.at(-1));
    const authorizationCode = response.get('code') ?? '';
    const run = auth(provider, { serverUrl: world.rs.url, authorizationCode, iss: other.issuer });
    await expect(run).resolves.toMatchObject({ status: 'AUTHORIZED' });
  });

  it.each([
    ['stores its client', (provider: MemoryProvider) => without(provider, 'discoveryState', 'saveDiscoveryState')],
    [
      'stores neither client nor discovery, so that only the verifier tells',
      (provider: MemoryProvider) => {
        without(provider, 'discoveryState', 'saveDiscoveryState', 'saveClientInformation');
        return Object.assign(provider, { clientInformation: () => undefined });
      }
    ]
  ])(
    'A client that is known by its metadata document redeems no code at another issuer in a process that knows of none: the provider %s (R27)',
    async (_, limit) => {
      const world = await startDocumentWorld();
      await auth(world.provider, { serverUrl: world.rs.url });
      const next = inNextProcess(world.provider);
      const code = (await world.as.approve(world.provider.authorizationUrls.at(-1))).get('code') ?? '';
      const other = await startAuthorizationServer(WITH_DOCUMENT);
      moveTo(world, other);
      const provider = limit(next);
      const run = auth(provider, { serverUrl: world.rs.url, authorizationCode: code });
      await expect(run).rejects.toThrow(AuthorizationServerMismatchError);
      expect(other.tokenRequests).toEqual([]);
    }
  );
});

describe('a client without a user', () => {
  type Machine = OAuthClientProvider & MemoryProvider;
  const ASSERTION = 'assertion-for-the-first-issuer';

  const machines: [string, () => Machine][] = [
    ['a secret', () => without(machineProvider(), 'saveClientInformation')],
    ['a secret, and storage for another client', machineProvider],
    [
      'authentication of its own, and storage for another client',
      () =>
        Object.assign(machineProvider(), {
          addClientAuthentication: (_: Headers, params: URLSearchParams) => params.set('client_assertion', ASSERTION)
        })
    ],
    [
      'a grant of its own, and storage for another client',
      () =>
        Object.assign(machineProvider(), {
          prepareTokenRequest: () =>
            new URLSearchParams({
              grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
              assertion: ASSERTION
            })
        })
    ]
  ];

  function expectNothingSentTo(other: ScriptedAuthorizationServer): void {
    expect(sentTo(other)).not.toContain(ASSERTION);
    expect(sentTo(other)).not.toMatch(/machine:secret|client_secret=secret/);
  }

  it.each(machines)(
    'A client without a user sends nothing of its own to another issuer: it has %s (R27)',
    async (_, create) => {
      const world = await startWorld();
      const provider = create();
      await auth(provider, { serverUrl: world.rs.url });
      const other = await startAuthorizationServer();
      const resourceMetadataUrl = moveTo(world, other);
      const options = { serverUrl: world.rs.url, resourceMetadataUrl };
      for (let round = 0; round < 2; round++) await auth(provider, options).catch(() => undefined);
      expectNothingSentTo(other);
    }
  );

  it.each(machines)(
    'A client without a user sends nothing of its own to another resource’s issuer: it has %s (R27)',
    async (_, create) => {
      const world = await startWorld();
      const provider = create();
      await auth(provider, { serverUrl: world.rs.url });
      const other = await startAuthorizationServer();
      const elsewhere: ScriptedResource = await startResource(other);
      await auth(provider, { serverUrl: elsewhere.url }).catch(() => undefined);
      expectNothingSentTo(other);
    }
  );
});

describe('a code', () => {
  it('A code is redeemed at the issuer where it was asked for, although the resource names another meanwhile (R27)', async () => {
    const world = await startWorld();
    await auth(world.provider, { serverUrl: world.rs.url });
    const other = await startAuthorizationServer();
    const resourceMetadataUrl = moveTo(world, other);
    await expect(redeem(world, { resourceMetadataUrl })).resolves.toMatchObject({ status: 'AUTHORIZED' });
    expect(other.tokenRequests).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { auth } from '@scopeful/core';
import { MemoryProvider } from '../../support/memoryProvider.js';
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

/** The metadata requests that resource and authorization server have seen. */
function discoveryRequests({ as, rs }: World): string[] {
  return [...rs.paths, ...as.paths].filter(path => path.startsWith('/.well-known/')).sort();
}

describe('stored discovery state', () => {
  it('Stored discovery state spares every metadata request', async () => {
    const world = await startWorld();
    await auth(world.provider, { serverUrl: world.rs.url });
    const before = discoveryRequests(world);
    await authorize(world);
    await auth(world.provider, { serverUrl: world.rs.url });
    await auth(world.provider, { serverUrl: world.rs.url, forceReauthorization: true });
    expect(discoveryRequests(world)).toEqual(before);
  });

  it('Stored discovery state spares every metadata request after a restart', async () => {
    const world = await startWorld();
    await authorize(world);
    const before = discoveryRequests(world);
    await auth(restarted(world.provider), { serverUrl: world.rs.url });
    expect(discoveryRequests(world)).toEqual(before);
  });

  it('Stored discovery state holds where the resource metadata was found, and what it says', async () => {
    const { as, rs, provider } = await startWorld({ resource: { metadata: { scopes_supported: ['a'] } } });
    await auth(provider, { serverUrl: rs.url });
    expect(provider.discoveryState()).toMatchObject({
      authorizationServerUrl: as.issuer,
      authorizationServerMetadata: as.metadata(),
      resourceMetadata: { resource: rs.url.href, scopes_supported: ['a'] },
      resourceMetadataUrl: rs.metadataUrl
    });
  });

  it('Stored discovery state stays in use when a challenge names the URL it was found at', async () => {
    const world = await startWorld();
    await authorize(world);
    const before = discoveryRequests(world);
    await auth(world.provider, { serverUrl: world.rs.url, resourceMetadataUrl: new URL(world.rs.metadataUrl) });
    expect(discoveryRequests(world)).toEqual(before);
  });

  it('Stored discovery state is replaced when a challenge names another URL', async () => {
    const world = await startWorld();
    await auth(world.provider, { serverUrl: world.rs.url });
    const resourceMetadataUrl = new URL('/.well-known/oauth-protected-resource/sse', world.rs.origin);
    world.rs.script.metadata = { resource: world.rs.url.href, scopes_supported: ['new'] };
    await auth(world.provider, { serverUrl: world.rs.url, resourceMetadataUrl });
    expect(world.provider.discoveryState()).toMatchObject({
      resourceMetadataUrl: resourceMetadataUrl.href,
      resourceMetadata: { scopes_supported: ['new'] }
    });
    expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('scope')).toBe('new');
  });

  it('Stored discovery state takes no scope along when the resource moves to another issuer (R24)', async () => {
    const { rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url, scope: 'a' });
    const next = await startAuthorizationServer({ metadata: { code_challenge_methods_supported: undefined } });
    rs.script.metadata = { resource: rs.url.href, authorization_servers: [next.issuer] };
    const resourceMetadataUrl = new URL('/.well-known/oauth-protected-resource/sse', rs.origin);
    await expect(auth(provider, { serverUrl: rs.url, resourceMetadataUrl })).rejects.toThrow(/PKCE/);
    expect(provider.discoveryState()?.authorizationServerUrl).toBe(next.issuer);
    expect(provider.discoveryState()?.requestedScope).toBeUndefined();
  });

  it('Stored discovery state without authorization server metadata is completed, not discarded', async () => {
    const world = await startWorld();
    const { as, rs, provider } = world;
    provider.saveDiscoveryState({ authorizationServerUrl: as.issuer });
    await auth(provider, { serverUrl: rs.url });
    expect(discoveryRequests(world)).toEqual(['/.well-known/oauth-authorization-server']);
    expect(provider.discoveryState()?.authorizationServerMetadata).toEqual(as.metadata());
  });

  it.each([
    ['there is no resource metadata', () => undefined],
    ['the resource metadata names none', (resource: string) => ({ resource })]
  ])(
    'Stored discovery state of an authorization server known only by its origin tolerates one slash, as discovery does: %s',
    async (_, of) => {
      const world = await startWorld({ provider: { clientInformation: { client_id: 'known' } } });
      const { as, provider } = world;
      provider.saveDiscoveryState({ authorizationServerUrl: `${as.issuer}/`, resourceMetadata: of(as.issuer) });
      await expect(auth(provider, { serverUrl: as.issuer })).resolves.toMatchObject({ status: 'REDIRECT' });
    }
  );

  it('Stored discovery state of one resource is not used for another (R24)', async () => {
    const as = await startAuthorizationServer();
    const [one, other] = [await startResource(as), await startResource(as)];
    const provider = machineProvider();
    await auth(provider, { serverUrl: one.url });
    await auth(provider, { serverUrl: other.url });
    expect(as.tokenRequests.map(({ resource }) => resource)).toEqual([one.url.href, other.url.href]);
  });

  it('Stored discovery state of one resource does not stand in for another whose tokens were merely refreshed (R24)', async () => {
    const as = await startAuthorizationServer();
    const [one, other] = [await startResource(as), await startResource(as)];
    const provider = new MemoryProvider();
    await authorize({ as, rs: one, provider });
    await auth(provider, { serverUrl: other.url });
    await auth(provider, { serverUrl: one.url });
    expect(as.tokenRequests.at(-1)?.resource).toBe(one.url.href);
  });

  it('Stored discovery state is believed for a day', async () => {
    const world = await startWorld();
    await authorize(world);
    const before = discoveryRequests(world);
    const state = world.provider.discoveryState() ?? { authorizationServerUrl: '' };
    world.provider.saveDiscoveryState({ ...state, discoveredAt: Date.now() - 25 * 60 * 60 * 1000 });
    await auth(world.provider, { serverUrl: world.rs.url });
    expect(discoveryRequests(world)).toEqual([...before, ...before].sort());
    expect(world.provider.discoveryState()?.discoveredAt).toBeGreaterThan(Date.now() - 60_000);
  });

  it('Stored discovery state is believed however old it is when a code is redeemed: the code belongs to it', async () => {
    const world = await startWorld();
    await auth(world.provider, { serverUrl: world.rs.url });
    const before = discoveryRequests(world);
    const state = world.provider.discoveryState() ?? { authorizationServerUrl: '' };
    world.provider.saveDiscoveryState({ ...state, discoveredAt: 0 });
    await redeem(world);
    expect(discoveryRequests(world)).toEqual(before);
  });

  it('Stored discovery state is kept in memory for a provider that does not store it', async () => {
    const world = await startWorld();
    without(world.provider, 'discoveryState', 'saveDiscoveryState');
    await auth(world.provider, { serverUrl: world.rs.url });
    const before = discoveryRequests(world);
    await expect(redeem(world)).resolves.toMatchObject({ status: 'AUTHORIZED' });
    expect(discoveryRequests(world)).toEqual(before);
  });
});

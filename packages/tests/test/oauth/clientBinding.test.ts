import { describe, expect, it } from 'vitest';
import { auth, AuthorizationServerMismatchError, OAuthError } from '@scopeful/core';
import { authorize, machineProvider, startWorld, without, type World } from './harness.js';

const TENANT_CLIENT = { client_id: 'theirs', client_secret: 'their-secret', issuer: 'https://theirs.example' };

/** Lets the authorization server refuse a client, once or for good, with the given error. */
function refuseClient({ as }: World, error: string, clientId: string | undefined, grantType = 'refresh_token'): void {
  as.script.onToken = ({ parameters }) => {
    const isRefused = clientId === undefined || parameters.get('client_id') === clientId;
    return isRefused && parameters.get('grant_type') === grantType ? { status: 401, body: { error } } : undefined;
  };
}

describe('a client stamped for another authorization server', () => {
  it('A client stamped for another authorization server is replaced where the provider can store another (R24)', async () => {
    const { as, rs, provider } = await startWorld({ provider: { clientInformation: TENANT_CLIENT } });
    await auth(provider, { serverUrl: rs.url });
    expect(provider.authorizationUrls[0]?.searchParams.get('client_id')).toBe('client-1');
    expect(provider.clientInformation()).toMatchObject({ client_id: 'client-1', issuer: as.issuer });
  });

  it('A client stamped for another authorization server is an error where the provider cannot store another (R24)', async () => {
    const { as, rs, provider } = await startWorld({ provider: { clientInformation: TENANT_CLIENT } });
    without(provider, 'saveClientInformation');
    const run = auth(provider, { serverUrl: rs.url });
    await expect(run).rejects.toThrow(AuthorizationServerMismatchError);
    await expect(run).rejects.toMatchObject({ recordedIssuer: TENANT_CLIENT.issuer, currentIssuer: as.issuer });
    expect([as.registrations, as.tokenRequests, provider.authorizationUrls]).toEqual([[], [], []]);
  });

  it('A client stamped for another authorization server is not sent to the token endpoint on the callback either (R24)', async () => {
    const { as, rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url });
    provider.saveClientInformation(TENANT_CLIENT);
    await expect(auth(provider, { serverUrl: rs.url, authorizationCode: 'code' })).rejects.toThrow();
    expect(as.tokenRequests).toEqual([]);
  });

  it('A client stamped for another authorization server is no obstacle to a URL client id, which belongs to no server', async () => {
    const world = await startWorld({
      authorization: { metadata: { client_id_metadata_document_supported: true } },
      provider: { clientInformation: { client_id: 'https://app.example/client.json', issuer: TENANT_CLIENT.issuer } }
    });
    Object.assign(world.provider, { clientMetadataUrl: 'https://app.example/client.json' });
    await expect(authorize(world)).resolves.toMatchObject({ status: 'AUTHORIZED' });
    expect(world.as.registrations).toEqual([]);
  });
});

describe('a client without stamp', () => {
  it('A client without stamp is taken at the provider’s word', async () => {
    const { rs, provider } = await startWorld({ provider: { clientInformation: { client_id: 'pre-registered' } } });
    await auth(provider, { serverUrl: rs.url });
    expect(provider.authorizationUrls[0]?.searchParams.get('client_id')).toBe('pre-registered');
  });
});

describe('a client that the server no longer knows', () => {
  it.each(['invalid_client', 'unauthorized_client'])(
    'A client that the server no longer knows is registered anew after %s',
    async error => {
      const world = await startWorld();
      await authorize(world);
      refuseClient(world, error, 'client-1');
      await expect(auth(world.provider, { serverUrl: world.rs.url })).resolves.toMatchObject({ status: 'REDIRECT' });
      expect(world.as.registrations).toHaveLength(2);
      expect(world.provider.clientInformation()).toMatchObject({ client_id: 'client-2', issuer: world.as.issuer });
      expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('client_id')).toBe('client-2');
    }
  );

  it('A client that the server no longer knows costs no tokens', async () => {
    const world = await startWorld();
    await authorize(world);
    const tokens = world.provider.tokens();
    refuseClient(world, 'invalid_client', 'client-1');
    await auth(world.provider, { serverUrl: world.rs.url });
    expect(world.provider.invalidations).toEqual(['client']);
    expect(world.provider.tokens()).toEqual(tokens);
  });

  it('A client that the server no longer knows does not take its refresh token along to its successor', async () => {
    const world = await startWorld();
    await authorize(world);
    refuseClient(world, 'invalid_client', 'client-1');
    await auth(world.provider, { serverUrl: world.rs.url });
    expect(world.as.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token')).toHaveLength(1);
  });

  it('A client that the server no longer knows asks for everything asked for before', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    refuseClient(world, 'invalid_client', 'client-1');
    await auth(world.provider, { serverUrl: world.rs.url });
    expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('scope')).toBe('a b');
  });

  it('A client that the server no longer knows is registered anew only once', async () => {
    const world = await startWorld();
    const { as, rs } = world;
    const provider = machineProvider();
    refuseClient(world, 'invalid_client', undefined, 'client_credentials');
    await expect(auth(provider, { serverUrl: rs.url })).rejects.toMatchObject({ code: 'invalid_client' });
    expect(as.registrations).toHaveLength(1);
    expect(as.tokenRequests).toHaveLength(2);
  });

  it('A client that the server no longer knows is not registered anew on the callback: no other client can redeem the code', async () => {
    const world = await startWorld();
    refuseClient(world, 'invalid_client', 'client-1', 'authorization_code');
    const run = authorize(world);
    await expect(run).rejects.toThrow(OAuthError);
    await expect(run).rejects.toMatchObject({ code: 'invalid_client' });
    expect(world.as.registrations).toHaveLength(1);
    expect(world.as.tokenRequests).toHaveLength(1);
  });

  it('A client that the server no longer knows is registered anew after a callback that failed', async () => {
    const world = await startWorld();
    refuseClient(world, 'invalid_client', 'client-1', 'authorization_code');
    await expect(authorize(world)).rejects.toThrow();
    await expect(authorize(world)).resolves.toMatchObject({ status: 'AUTHORIZED' });
    expect(world.as.registrations).toHaveLength(2);
  });

  it('A client that the server no longer knows is an error when it is fixed', async () => {
    const world = await startWorld({ provider: { clientInformation: { client_id: 'fixed' } } });
    without(world.provider, 'saveClientInformation');
    await authorize(world);
    refuseClient(world, 'invalid_client', 'fixed');
    await expect(auth(world.provider, { serverUrl: world.rs.url })).rejects.toMatchObject({ code: 'invalid_client' });
    expect(world.as.registrations).toEqual([]);
    expect(world.provider.invalidations).toEqual([]);
  });

  it('A client that the server no longer knows is reported as what it is when the server registers nobody', async () => {
    const world = await startWorld({
      authorization: { metadata: { registration_endpoint: undefined } },
      provider: { clientInformation: { client_id: 'pre-registered' } }
    });
    await authorize(world);
    refuseClient(world, 'invalid_client', 'pre-registered');
    await expect(auth(world.provider, { serverUrl: world.rs.url })).rejects.toMatchObject({ code: 'invalid_client' });
  });

  it('A client that the server no longer knows is registered when the server will not have its metadata document', async () => {
    const world = await startWorld({
      authorization: { metadata: { client_id_metadata_document_supported: true } }
    });
    const clientMetadataUrl = 'https://app.example/client.json';
    Object.assign(world.provider, { clientMetadataUrl });
    await authorize(world);
    refuseClient(world, 'invalid_client', clientMetadataUrl);
    await auth(world.provider, { serverUrl: world.rs.url });
    expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('client_id')).toBe('client-1');
  });
});

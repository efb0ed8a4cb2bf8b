import { describe, expect, it } from 'vitest';
import {
  auth,
  AuthorizationServerMismatchError,
  ClientCredentialsProvider,
  InsufficientScopeError,
  OAuthError
} from '@scopeful/client';
import { createWorld } from '../../support/scriptedWorld.js';
import { connect, PROVIDERS, rejection, workloadProvider } from './harness.js';

const RESOURCE = {
  metadata: { scopes_supported: ['a', 'b'] },
  needs: { '*': 'a', 'tools/call write': 'c', 'tools/call erase': 'd' }
};

describe.each(PROVIDERS)('%s', (_, create) => {
  it('A client without a user connects, asking for what the metadata names', async () => {
    const world = await createWorld({ resource: RESOURCE });
    const provider = create(world.as.issuer);
    const { client } = await connect(world, provider);
    await expect(client.callTool({ name: 'read' })).resolves.toMatchObject({ content: [{ text: 'did read' }] });
    expect(world.as.tokenRequests.map(({ scope }) => scope)).toEqual(['a b']);
    expect(world.as.tokenRequests[0]?.resource).toBe(world.rs.url.href);
    expect(await provider.tokens()).toMatchObject({ scope: 'a b', issuer: world.as.issuer });
    expect(world.as.authorizations).toEqual([]);
  });

  it('A client without a user asks for everything it had, too, when more scope is needed (R12)', async () => {
    const world = await createWorld({ resource: RESOURCE });
    const { client } = await connect(world, create(world.as.issuer));
    await client.callTool({ name: 'write' });
    await client.callTool({ name: 'erase' });
    expect(world.as.tokenRequests.map(({ scope }) => scope)).toEqual(['a b', 'a b c', 'a b c d']);
  });

  it('A client without a user asks for everything it had when its token expired (R7)', async () => {
    const world = await createWorld({ resource: RESOURCE });
    const { client } = await connect(world, create(world.as.issuer));
    await client.callTool({ name: 'write' });
    world.as.expireAccessTokens();
    await client.callTool({ name: 'write' });
    expect(world.as.tokenRequests.map(({ scope }) => scope)).toEqual(['a b', 'a b c', 'a b c']);
    expect(world.as.tokenRequests.map(({ grantType }) => grantType)).not.toContain('refresh_token');
  });

  it('A client without a user asks once for many requests whose token expired, and once for many that need more (R13)', async () => {
    const world = await createWorld({ resource: RESOURCE });
    const { client } = await connect(world, create(world.as.issuer));
    world.as.expireAccessTokens();
    await Promise.all(Array.from({ length: 8 }, () => client.callTool({ name: 'read' })));
    expect(world.as.tokenRequests).toHaveLength(2);
    await Promise.all(Array.from({ length: 8 }, () => client.callTool({ name: 'write' })));
    expect(world.as.tokenRequests.map(({ scope }) => scope)).toEqual(['a b', 'a b', 'a b c']);
  });

  it('A client without a user is told that its scope is too narrow when asking does not help (R14)', async () => {
    const world = await createWorld({
      resource: RESOURCE,
      authorization: { grant: () => 'a b', namesScope: true }
    });
    const { client } = await connect(world, create(world.as.issuer));
    for (let i = 0; i < 2; i++) {
      const error = await rejection(client.callTool({ name: 'write' }));
      expect(error).toBeInstanceOf(InsufficientScopeError);
      expect(error).toMatchObject({ missingScope: 'c', grantedScope: 'a b' });
    }
    expect(world.as.tokenRequests).toHaveLength(2);
  });

  it('A client without a user sends no credential to another authorization server (R24)', async () => {
    const world = await createWorld({ resource: RESOURCE });
    const provider = create('https://as.example');
    const { issuer } = (await provider.clientInformation()) ?? {};
    if (issuer === undefined) return;
    const error = await rejection(connect(world, provider));
    expect(error).toBeInstanceOf(AuthorizationServerMismatchError);
    expect(world.as.tokenRequests).toEqual([]);
  });

  it('A client without a user is refused with the reason of the authorization server', async () => {
    const world = await createWorld({ resource: RESOURCE });
    world.as.script.onToken = () => ({ status: 401, body: { error: 'invalid_client', error_description: 'unknown' } });
    const error = await rejection(connect(world, create(world.as.issuer)));
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({ code: 'invalid_client' });
    expect(world.as.tokenRequests).toHaveLength(1);
  });
});

describe('a ClientCredentialsProvider', () => {
  it('A ClientCredentialsProvider authenticates with HTTP Basic, and sends nothing else', async () => {
    const world = await createWorld();
    const provider = new ClientCredentialsProvider({ clientId: 'machine', clientSecret: 's:e c', scope: 'x' });
    await auth(provider, { serverUrl: world.rs.url });
    const [request] = world.as.tokenRequests;
    expect(request?.authorization).toBe(`Basic ${btoa('machine:s%3Ae+c')}`);
    expect(Object.fromEntries(request?.parameters ?? [])).toEqual({
      grant_type: 'client_credentials',
      scope: 'x',
      resource: world.rs.url.href
    });
  });

  it('A ClientCredentialsProvider says what it is, and has no user', () => {
    const provider = new ClientCredentialsProvider({ clientId: 'machine', clientSecret: 's', clientName: 'Nightly' });
    expect(provider.clientMetadata).toEqual({
      client_name: 'Nightly',
      redirect_uris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic'
    });
    expect(provider.redirectUrl).toBeUndefined();
    expect(provider.clientInformation()).toEqual({ client_id: 'machine', client_secret: 's' });
    expect(() => provider.codeVerifier()).toThrow('without a user');
    expect(() => provider.redirectToAuthorization()).toThrow('without a user');
  });
});

describe('a workload with prepareTokenRequest', () => {
  it('A workload with prepareTokenRequest reads the token of its platform for each token request', async () => {
    const world = await createWorld({ resource: RESOURCE });
    let count = 0;
    const { client } = await connect(
      world,
      workloadProvider(() => Promise.resolve(`platform-${++count}`))
    );
    await client.callTool({ name: 'write' });
    const assertions = world.as.tokenRequests.map(({ parameters }) => parameters.get('assertion'));
    expect(assertions).toEqual(['platform-1', 'platform-2']);
  });
});

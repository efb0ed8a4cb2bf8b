import { describe, expect, it } from 'vitest';
import {
  auth,
  ClientCredentialsProvider,
  DpopSession,
  exchangeAuthorization,
  extractWWWAuthenticateParams,
  OAuthError,
  withOAuth
} from '@scopeful/client';
import { bind, connectWith, createBoundWorld, thumbprints } from './harness.js';

const NONCES = { authorization: 'nonce-as', resource: 'nonce-rs' };
const RESOURCE = { metadata: { scopes_supported: ['a'] }, needs: { '*': 'a', 'tools/call write': 'c' } };

describe.each([
  ['without nonces', {}],
  ['with nonces', NONCES]
])('tokens bound to a key, %s', (_, nonces) => {
  it('Tokens bound to a key are obtained, used, refreshed and widened with a proof for each request', async () => {
    const world = await createBoundWorld({ nonces, resource: RESOURCE });
    const connection = await world.connect();
    await connection.client.callTool({ name: 'read' });
    world.as.expireAccessTokens();
    await connection.client.callTool({ name: 'read' });
    await world.call(connection, 'write');
    expect(world.as.requestedScopes).toEqual(['a', 'a c']);
    expect(world.as.tokenRequests.map(({ grantType }) => grantType)).toContain('refresh_token');
    expect(thumbprints(world)).toEqual(new Set([world.session.thumbprint]));
    expect(world.provider.tokens()).toMatchObject({ token_type: 'DPoP', scope: 'a c' });
  });

  it('Tokens bound to a key are obtained by a client without a user', async () => {
    const world = await createBoundWorld({ nonces, resource: RESOURCE });
    const options = { clientId: 'm', clientSecret: 's', expectedIssuer: world.as.issuer };
    const provider = bind(new ClientCredentialsProvider(options), world.session);
    const { client } = await connectWith(world, provider);
    await client.callTool({ name: 'write' });
    world.as.expireAccessTokens();
    await Promise.all([1, 2, 3].map(() => client.callTool({ name: 'write' })));
    const granted = world.as.tokenRequests.map(({ scope }) => scope);
    expect([...new Set(granted)]).toEqual(['a', 'a c']);
  });

  it('Tokens bound to a key are used on the HTTP+SSE transport', async () => {
    const world = await createBoundWorld({ nonces, resource: RESOURCE, transport: 'sse' });
    const connection = await world.connect();
    await world.call(connection, 'write');
    expect(world.as.requestedScopes).toEqual(['a', 'a c']);
  });

  it('Tokens bound to a key are used by withOAuth', async () => {
    const world = await createBoundWorld({ nonces, resource: RESOURCE });
    await world.connect();
    const send = withOAuth(world.provider, world.rs.url)(fetch);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read' } });
    const response = await send(world.rs.url, { method: 'POST', body });
    expect(response.status).toBe(200);
  });
});

describe('a nonce', () => {
  it('A nonce that changes costs one more request to that server, and no token', async () => {
    const world = await createBoundWorld({ nonces: { ...NONCES }, resource: RESOURCE });
    const { client } = await world.connect();
    const tokenRequests = world.as.tokenRequests.length;
    await client.callTool({ name: 'read' });
    expect(world.rs.count('tools/call read')).toBe(1);
    world.nonces.resource = 'nonce-rs-2';
    await client.callTool({ name: 'read' });
    expect(world.rs.count('tools/call read')).toBe(3);
    expect(world.as.tokenRequests).toHaveLength(tokenRequests);
    expect(world.session.nonceFor(world.rs.url)).toBe('nonce-rs-2');
    expect(world.session.nonceFor(world.as.issuer)).toBe('nonce-as');
  });

  it('A nonce that is never right fails the request, and begins no authorization', async () => {
    const world = await createBoundWorld({ resource: RESOURCE });
    const { client } = await world.connect();
    const tokenRequests = world.as.tokenRequests.length;
    let count = 0;
    world.rs.script.onRequest = ({ operation }) => {
      if (operation !== 'tools/call read') return undefined;
      const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': `nonce-${++count}` };
      return { status: 401, body: '', headers };
    };
    await expect(client.callTool({ name: 'read' })).rejects.toMatchObject({ code: 'CLIENT_HTTP_AUTHENTICATION' });
    expect(count).toBe(2);
    expect(world.as.tokenRequests).toHaveLength(tokenRequests);
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });

  it('A nonce that the authorization server never finds right is asked for twice, and keeps the refresh token', async () => {
    const world = await createBoundWorld({ resource: RESOURCE });
    const { client } = await world.connect();
    world.as.expireAccessTokens();
    const before = world.as.tokenRequests.length;
    world.as.script.onToken = () => ({
      status: 400,
      body: { error: 'use_dpop_nonce' },
      headers: { 'dpop-nonce': 'x' }
    });
    await expect(client.callTool({ name: 'read' })).rejects.toBeInstanceOf(OAuthError);
    expect(world.as.tokenRequests.length - before).toBe(2);
    expect(world.provider.invalidations).toEqual([]);
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });

  it('A nonce in the way of a code does not use the code up', async () => {
    const world = await createBoundWorld({ nonces: { authorization: 'nonce' } });
    const { as, provider, rs, session } = world;
    await auth(provider, { serverUrl: rs.url });
    const response = await as.approve(provider.authorizationUrls.at(-1));
    const tokens = await exchangeAuthorization(as.issuer, {
      clientInformation: provider.clientInformation() ?? { client_id: '' },
      authorizationCode: response.get('code') ?? '',
      codeVerifier: provider.codeVerifier(),
      redirectUri: provider.redirectUrl,
      dpop: session
    });
    expect(tokens.token_type).toBe('DPoP');
    expect(as.tokenRequests).toHaveLength(2);
  });
});

describe('a session', () => {
  it('A session is asked for proofs only where tokens are bound: others are bearer tokens', async () => {
    const world = await createBoundWorld({ resource: RESOURCE });
    world.as.script.tokenType = 'bearer';
    world.rs.script.onRequest = undefined;
    const { client } = await world.connect();
    await client.callTool({ name: 'read' });
    const last = world.rs.requests.at(-1);
    expect(last?.headers.authorization).toMatch(/^Bearer /);
    expect(last?.headers['dpop']).toBeUndefined();
    expect(world.tokenProofs).toHaveLength(1);
  });

  it('A session that is lost leads to a new authorization', async () => {
    const world = await createBoundWorld({ resource: RESOURCE });
    const connection = await world.connect();
    const { onToken } = world.as.script;
    const other = await DpopSession.create();
    bind(world.provider, other);
    world.as.expireAccessTokens();
    world.as.script.onToken = async request => {
      const refused = await onToken?.(request);
      if (refused !== undefined || request.grantType !== 'refresh_token') return refused;
      return { status: 400, body: { error: 'invalid_dpop_proof', error_description: 'bound to another key' } };
    };
    await world.call(connection, 'read');
    expect(world.provider.authorizationUrls).toHaveLength(2);
    expect(world.tokenProofs.at(-1)?.thumbprint).toBe(other.thumbprint);
  });
});

describe('a challenge', () => {
  it('A challenge for DPoP is a challenge like any other', async () => {
    const world = await createBoundWorld({ resource: RESOURCE });
    world.rs.script.unauthorized = (_, { metadataUrl }) =>
      `DPoP algs="ES256", resource_metadata="${metadataUrl}", scope="s"`;
    world.rs.script.needs = { 'tools/call write': 'c' };
    world.rs.script.forbidden = missing => `Bearer realm="x", DPoP error="insufficient_scope", scope="${missing}"`;
    const connection = await world.connect();
    await world.call(connection, 'write');
    expect(world.as.requestedScopes).toEqual(['s', 's c']);
  });

  it.each([
    ['DPoP scope="a", Bearer scope="b"', 'b'],
    ['Bearer scope="b", DPoP scope="a"', 'b'],
    ['DPoP algs="ES256", scope="a"', 'a'],
    ['Bearer, DPoP scope="a"', undefined],
    ['Basic realm="x", dpop scope="a"', 'a']
  ])('%s names the scope %s: Bearer counts first (R26)', (field, scope) => {
    const response = new Response(null, { status: 401, headers: { 'www-authenticate': field } });
    expect(extractWWWAuthenticateParams(response).scope).toBe(scope);
  });
});

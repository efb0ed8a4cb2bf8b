import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  auth,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
  exchangeJwtAuthGrant,
  InsecureTokenEndpointError,
  InvalidDocumentError,
  OAuthError,
  requestJwtAuthorizationGrant,
  type CrossAppAccessContext
} from '@scopeful/client';
import { createWorld } from '../../support/scriptedWorld.js';
import { metadataOf, startServer, type Answer, type Received, type TestServer } from '../oauth/harness.js';
import { connect, rejection } from './harness.js';

const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag';
const GRANT = { issued_token_type: ID_JAG, access_token: 'the-grant', token_type: 'N_A', expires_in: 60 };
const identity = {
  audience: 'https://as.example',
  resource: 'https://mcp.example/mcp',
  idToken: 'secret-id-token',
  clientId: 'client-at-idp'
};

/** An identity provider with metadata that answers token requests like this. */
function startIdentityProvider(answer: (request: Received) => Answer = () => ({ body: GRANT })): Promise<TestServer> {
  return startServer((request, origin) => {
    if (request.path === '/.well-known/oauth-authorization-server') return { body: metadataOf(origin) };
    return request.path === '/token' ? answer(request) : undefined;
  });
}

describe('a grant of the identity provider', () => {
  it('A grant of the identity provider is exchanged for the ID token (RFC 8693)', async () => {
    const idp = await startIdentityProvider();
    const tokenEndpoint = `${idp.origin}/token`;
    const grant = await requestJwtAuthorizationGrant({ ...identity, tokenEndpoint, clientSecret: 's', scope: 'a b' });
    expect(grant).toEqual({ jwtAuthGrant: 'the-grant', expiresIn: 60 });
    expect(Object.fromEntries(idp.requests[0]?.form ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: ID_JAG,
      audience: identity.audience,
      resource: identity.resource,
      subject_token: identity.idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      client_id: identity.clientId,
      client_secret: 's',
      scope: 'a b'
    });
  });

  it('A grant of the identity provider is asked for where the metadata of the identity provider says; a public client sends no secret', async () => {
    const idp = await startIdentityProvider(() => ({ body: { ...GRANT, scope: 'a', expires_in: '60' } }));
    const grant = await discoverAndRequestJwtAuthGrant({ ...identity, idpUrl: idp.origin });
    expect(grant).toEqual({ jwtAuthGrant: 'the-grant', expiresIn: 60, scope: 'a' });
    const form = idp.requests.at(-1)?.form;
    expect([form?.has('client_secret'), form?.has('scope')]).toEqual([false, false]);
  });

  it('A grant of the identity provider needs metadata of the identity provider to be found', async () => {
    const { origin } = await startServer(() => undefined);
    const error = await rejection(discoverAndRequestJwtAuthGrant({ ...identity, idpUrl: origin }));
    expect(error).toMatchObject({ code: 'METADATA_NOT_FOUND' });
  });

  it('A grant of the identity provider is nothing else, whatever the identity provider sends', async () => {
    const idp = await startIdentityProvider(() => ({
      body: { ...GRANT, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' }
    }));
    const error = await rejection(requestJwtAuthorizationGrant({ ...identity, tokenEndpoint: `${idp.origin}/token` }));
    expect(error).toBeInstanceOf(InvalidDocumentError);
    expect(inspect(error, { depth: 5 })).not.toContain('the-grant');
  });

  it('A grant of the identity provider that is refused is an OAuthError, without the ID token', async () => {
    const idp = await startIdentityProvider(({ form }) => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: `bad: ${form.get('subject_token') ?? ''}` }
    }));
    const error = await rejection(requestJwtAuthorizationGrant({ ...identity, tokenEndpoint: `${idp.origin}/token` }));
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({ code: 'invalid_grant', status: 400 });
    expect(inspect(error, { depth: 5 })).not.toContain(identity.idToken);
  });

  it('A grant of the identity provider is asked for, and exchanged, over TLS only', async () => {
    const tokenEndpoint = 'http://idp.example/token';
    const asking = requestJwtAuthorizationGrant({ ...identity, tokenEndpoint });
    expect(await rejection(asking)).toBeInstanceOf(InsecureTokenEndpointError);
    const exchange = exchangeJwtAuthGrant({ tokenEndpoint, jwtAuthGrant: 'g', clientId: 'c' });
    expect(await rejection(exchange)).toBeInstanceOf(InsecureTokenEndpointError);
  });
});

describe('the exchange of a grant for an access token (RFC 7523)', () => {
  it.each([
    [undefined, `Basic ${btoa('client:secret')}`, null, null],
    ['client_secret_post' as const, null, 'client', 'secret'],
    ['none' as const, null, 'client', null]
  ])(
    'The exchange of a grant for an access token (RFC 7523) authenticates the client with %s',
    async (authMethod, authorization, clientId, clientSecret) => {
      const as = await startIdentityProvider(() => ({ body: { access_token: 'token', token_type: 'bearer' } }));
      const tokens = await exchangeJwtAuthGrant({
        tokenEndpoint: `${as.origin}/token`,
        jwtAuthGrant: 'the-grant',
        clientId: 'client',
        clientSecret: 'secret',
        authMethod
      });
      expect(tokens).toEqual({ access_token: 'token', token_type: 'bearer' });
      const [request] = as.requests;
      expect(request?.form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
      expect(request?.form.get('assertion')).toBe('the-grant');
      expect(request?.headers.get('authorization')).toBe(authorization);
      expect(request?.form.get('client_id')).toBe(clientId);
      expect(request?.form.get('client_secret')).toBe(clientSecret);
    }
  );
});

describe('a CrossAppAccessProvider', () => {
  it('A CrossAppAccessProvider lets its callback obtain a grant for the server it found, and for each step-up one of everything', async () => {
    const world = await createWorld({
      resource: { metadata: { scopes_supported: ['a'] }, needs: { '*': 'a', 'tools/call write': 'c' } }
    });
    const idp = await startIdentityProvider();
    const contexts: CrossAppAccessContext[] = [];
    const provider = new CrossAppAccessProvider({
      clientId: 'client',
      clientSecret: 'secret',
      expectedIssuer: world.as.issuer,
      assertion: async context => {
        contexts.push(context);
        const { authorizationServerUrl: audience, resourceUrl: resource, scope, fetchFn } = context;
        const request = { ...identity, idpUrl: idp.origin, audience, resource, scope, fetchFn };
        return (await discoverAndRequestJwtAuthGrant(request)).jwtAuthGrant;
      }
    });
    const { client } = await connect(world, provider);
    await client.callTool({ name: 'write' });
    expect(contexts).toMatchObject(
      ['a', 'a c'].map(scope => ({
        authorizationServerUrl: world.as.issuer,
        resourceUrl: world.rs.url.href,
        scope
      }))
    );
    expect(world.as.tokenRequests.map(({ parameters }) => parameters.get('assertion'))).toEqual([
      'the-grant',
      'the-grant'
    ]);
    expect(world.as.tokenRequests.map(({ scope }) => scope)).toEqual(['a', 'a c']);
  });

  it('A CrossAppAccessProvider needs to be told the resource by its metadata', async () => {
    const world = await createWorld({ resource: { metadata: false } });
    const provider = new CrossAppAccessProvider({ clientId: 'c', clientSecret: 's', assertion: () => 'grant' });
    const error = await rejection(auth(provider, { serverUrl: world.rs.url }));
    expect(error).toMatchObject({ code: 'RESOURCE_UNKNOWN' });
  });

  it('A CrossAppAccessProvider fails with what its callback throws', async () => {
    const world = await createWorld();
    const failure = new Error('the user is not signed in');
    const provider = new CrossAppAccessProvider({
      clientId: 'c',
      clientSecret: 's',
      assertion: () => Promise.reject(failure)
    });
    await expect(auth(provider, { serverUrl: world.rs.url })).rejects.toBe(failure);
  });
});

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  auth,
  OAuthClientFlowError,
  startAuthorization,
  type OAuthDiscoveryState,
  type OAuthMetadata
} from '@scopeful/core';
import { authorize, machineProvider, metadataOf, startWorld } from './harness.js';

const ISSUER = 'https://as.example';
const REQUEST = { clientInformation: { client_id: 'client' }, redirectUrl: 'http://127.0.0.1/callback' };

function metadata(members: Partial<OAuthMetadata> = {}): OAuthMetadata {
  return { ...metadataOf(ISSUER), ...members };
}

/** The scope and prompt of the authorization request in one situation. */
async function asked(situation: {
  scope?: string;
  resource?: string[];
  server?: string[];
  client?: { scope?: string; grant_types?: string[] };
}): Promise<{ scope: string | null; prompt: string | null; resolvedScope: string | undefined }> {
  const { rs, provider } = await startWorld({
    authorization: { metadata: { scopes_supported: situation.server } },
    resource: { metadata: { scopes_supported: situation.resource } },
    provider: { clientMetadata: situation.client ?? {} }
  });
  const { resolvedScope } = await auth(provider, { serverUrl: rs.url, scope: situation.scope });
  const query = provider.authorizationUrls[0]?.searchParams;
  return { scope: query?.get('scope') ?? null, prompt: query?.get('prompt') ?? null, resolvedScope };
}

describe('the scope of a first authorization', () => {
  const noRefresh = { grant_types: ['authorization_code'] };

  it('The scope of a first authorization is what the challenge names, and nothing that metadata or client add (R2)', async () => {
    const situation = { scope: 'a b', resource: ['c'], client: { scope: 'd' } };
    await expect(asked(situation)).resolves.toMatchObject({ scope: 'a b' });
  });

  it('The scope of a first authorization is else everything that the resource metadata lists (R2)', async () => {
    await expect(asked({ resource: ['c', 'd'], client: { scope: 'e' } })).resolves.toMatchObject({ scope: 'c d' });
  });

  it.each([[undefined], [[]]])(
    'The scope of a first authorization is else what the client asks for by default (R2): metadata lists %j',
    async resource => {
      await expect(asked({ resource, client: { scope: 'e f' } })).resolves.toMatchObject({ scope: 'e f' });
    }
  );

  it('The scope of a first authorization is else not sent at all (R2)', async () => {
    await expect(asked({})).resolves.toEqual({ scope: null, prompt: null, resolvedScope: undefined });
  });

  it('The scope of a first authorization is what the authorization server lists in no case (R2)', async () => {
    await expect(asked({ server: ['x', 'y'] })).resolves.toMatchObject({ scope: null });
  });

  it.each([
    ['the challenge', { scope: 'a' }],
    ['the resource metadata', { resource: ['a'] }],
    ['the client', { client: { scope: 'a', grant_types: ['authorization_code', 'refresh_token'] } }]
  ])(
    'The scope of a first authorization has offline_access, with consent, beside what comes from %s, where the server lists it (R2)',
    async (_, source) => {
      const scope = 'a offline_access';
      await expect(asked({ ...source, server: ['offline_access'] })).resolves.toEqual({
        scope,
        prompt: 'consent',
        resolvedScope: scope
      });
    }
  );

  it('The scope of a first authorization has offline_access for a client that registers for refresh tokens by default (R2)', async () => {
    const situation = { scope: 'a', server: ['offline_access'], client: { grant_types: undefined } };
    await expect(asked(situation)).resolves.toMatchObject({ scope: 'a offline_access' });
  });

  it.each([
    ['the server does not list it', { scope: 'a', server: ['a'] }, 'a'],
    ['the server lists nothing', { scope: 'a' }, 'a'],
    ['the client registers for no refresh tokens', { scope: 'a', server: ['offline_access'], client: noRefresh }, 'a'],
    ['no scope is sent at all', { server: ['offline_access'] }, null]
  ])(
    'The scope of a first authorization has no offline_access, and does not ask for consent, when %s (R2)',
    async (_, situation, scope) => {
      await expect(asked(situation)).resolves.toMatchObject({ scope, prompt: null });
    }
  );

  it('A first authorization asks for consent when the challenge itself names offline_access', async () => {
    await expect(asked({ scope: 'a offline_access' })).resolves.toMatchObject({ prompt: 'consent' });
  });
});

describe('the resolved scope', () => {
  it('The resolved scope of a redirect is what the authorization request asks for (R3)', async () => {
    const { rs, provider } = await startWorld({ resource: { metadata: { scopes_supported: ['a', 'b'] } } });
    await expect(auth(provider, { serverUrl: rs.url })).resolves.toEqual({ status: 'REDIRECT', resolvedScope: 'a b' });
    expect(provider.authorizationUrls[0]?.searchParams.get('scope')).toBe('a b');
  });

  it('The resolved scope of a code exchange is what was asked for, even when less was granted (R3)', async () => {
    const world = await startWorld({ authorization: { grant: () => 'a', namesScope: true } });
    await expect(authorize(world, { scope: 'a b' })).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a b' });
  });

  it('The resolved scope of a refresh is what the new token has (R3)', async () => {
    const world = await startWorld({ authorization: { grant: () => 'a', namesScope: true } });
    await authorize(world, { scope: 'a b' });
    await expect(authorize(world)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a' });
    expect(world.as.tokenRequests.at(-1)?.grantType).toBe('refresh_token');
  });

  it('The resolved scope of client credentials is what the token request asked for (R3)', async () => {
    const { as, rs } = await startWorld({ resource: { metadata: { scopes_supported: ['a', 'b'] } } });
    const provider = machineProvider();
    await expect(auth(provider, { serverUrl: rs.url })).resolves.toEqual({
      status: 'AUTHORIZED',
      resolvedScope: 'a b'
    });
    expect(as.tokenRequests.map(({ grantType, scope }) => [grantType, scope])).toEqual([['client_credentials', 'a b']]);
    expect(provider.tokens()?.scope).toBe('a b');
  });

  it('The resolved scope of client credentials is what was really sent, when the provider sends something else (R3)', async () => {
    const { rs } = await startWorld();
    const provider = machineProvider();
    provider.prepareTokenRequest = () => new URLSearchParams({ grant_type: 'client_credentials', scope: 'own' });
    const result = await auth(provider, { serverUrl: rs.url, scope: 'a' });
    expect(result).toEqual({ status: 'AUTHORIZED', resolvedScope: 'own' });
  });
});

describe('an authorization request', () => {
  it('An authorization request has code, client, redirect URI, scope, state, resource and an S256 challenge', async () => {
    const options = {
      ...REQUEST,
      metadata: metadata(),
      scope: 'a b',
      state: 'state',
      resource: 'https://rs.example/mcp'
    };
    const { authorizationUrl } = await startAuthorization(ISSUER, options);
    const { code_challenge, ...parameters } = Object.fromEntries(authorizationUrl.searchParams);
    expect(`${authorizationUrl.origin}${authorizationUrl.pathname}`).toBe(`${ISSUER}/authorize`);
    expect(code_challenge).toMatch(/^[\w-]{43}$/);
    expect(parameters).toEqual({
      response_type: 'code',
      client_id: 'client',
      code_challenge_method: 'S256',
      redirect_uri: REQUEST.redirectUrl,
      scope: 'a b',
      state: 'state',
      resource: 'https://rs.example/mcp'
    });
  });

  it('An authorization request keeps the query of the authorization endpoint', async () => {
    const options = { ...REQUEST, metadata: metadata({ authorization_endpoint: `${ISSUER}/authorize?tenant=a` }) };
    const { authorizationUrl } = await startAuthorization(ISSUER, options);
    expect(authorizationUrl.searchParams.get('tenant')).toBe('a');
  });

  it('An authorization request carries the state that the provider makes', async () => {
    const { rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url });
    expect(provider.savedState()).toBeDefined();
    expect(provider.authorizationUrls[0]?.searchParams.get('state')).toBe(provider.savedState());
  });

  it('An authorization request is refused without a sign of PKCE, with the option that allows it', async () => {
    const options = { ...REQUEST, metadata: metadata({ code_challenge_methods_supported: undefined }) };
    const request = startAuthorization(ISSUER, options);
    await expect(request).rejects.toMatchObject({ code: 'PKCE_UNSUPPORTED' });
    await expect(request).rejects.toThrow(/allowMissingPkceMetadata/);
  });

  it('An authorization request is refused without a sign of PKCE before the user is bothered', async () => {
    const { rs, provider } = await startWorld({
      authorization: { metadata: { code_challenge_methods_supported: undefined } }
    });
    await expect(auth(provider, { serverUrl: rs.url })).rejects.toMatchObject({ code: 'PKCE_UNSUPPORTED' });
    expect(provider.authorizationUrls).toEqual([]);
  });

  it('An authorization request is made without a sign of PKCE, but with PKCE, when the host allows that', async () => {
    const { rs, provider } = await startWorld({
      authorization: { metadata: { code_challenge_methods_supported: undefined } }
    });
    await auth(provider, { serverUrl: rs.url, allowMissingPkceMetadata: true });
    expect(provider.authorizationUrls[0]?.searchParams.get('code_challenge_method')).toBe('S256');
  });

  it('An authorization request is made without a sign of PKCE when the environment of the program allows that', async () => {
    const options = { ...REQUEST, metadata: metadata({ code_challenge_methods_supported: undefined }) };
    await expect(startAuthorization(ISSUER, options)).rejects.toThrow('SCOPEFUL_ALLOW_MISSING_PKCE_METADATA=1');
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('SCOPEFUL_ALLOW_MISSING_PKCE_METADATA', '0');
    await expect(startAuthorization(ISSUER, options)).rejects.toMatchObject({ code: 'PKCE_UNSUPPORTED' });
    vi.stubEnv('SCOPEFUL_ALLOW_MISSING_PKCE_METADATA', '1');
    await expect(startAuthorization(ISSUER, options)).resolves.toBeDefined();
  });

  it.each([[['plain']], [[]]])(
    'An authorization request is refused when the server has PKCE with %j only, whatever the host allows',
    async methods => {
      const options = { ...REQUEST, metadata: metadata({ code_challenge_methods_supported: methods }) };
      const request = startAuthorization(ISSUER, { ...options, allowMissingPkceMetadata: true });
      await expect(request).rejects.toMatchObject({ code: 'PKCE_UNSUPPORTED' });
    }
  );

  it('An authorization request is refused when the server does not issue codes', async () => {
    const options = { ...REQUEST, metadata: metadata({ response_types_supported: ['token'] }) };
    await expect(startAuthorization(ISSUER, options)).rejects.toMatchObject({ code: 'RESPONSE_TYPE_UNSUPPORTED' });
  });

  it.each(['javascript:alert(1)', 'http://as.example/authorize', 'http://127.0.0.1.example/', 'file:///etc/passwd'])(
    'An authorization request does not send the user to %s',
    async endpoint => {
      const options = { ...REQUEST, metadata: metadata({ authorization_endpoint: endpoint }) };
      const request = startAuthorization(ISSUER, options);
      await expect(request).rejects.toThrow(OAuthClientFlowError);
      await expect(request).rejects.toMatchObject({ code: 'INSECURE_AUTHORIZATION_ENDPOINT' });
    }
  );

  it('An authorization request is sent only once what the callback needs is stored: scope, resource, verifier (R9)', async () => {
    const { rs, provider } = await startWorld();
    let stored: { state: OAuthDiscoveryState | undefined; verifier: string } | undefined;
    provider.redirectToAuthorization = () => {
      stored = { state: provider.discoveryState(), verifier: provider.codeVerifier() };
    };
    await auth(provider, { serverUrl: `${rs.url.href}#fragment`, scope: 'a b' });
    expect(stored?.state).toMatchObject({ requestedScope: 'a b', requestedResource: rs.url.href });
    expect(stored?.verifier).toMatch(/^[\w.-]{43,128}$/);
  });

  it('An authorization request is not sent when what the callback needs cannot be stored (R9)', async () => {
    const { rs, provider } = await startWorld();
    provider.saveCodeVerifier = () => {
      throw new Error('disk full');
    };
    await expect(auth(provider, { serverUrl: rs.url })).rejects.toThrow('disk full');
    expect(provider.authorizationUrls).toEqual([]);
  });
});

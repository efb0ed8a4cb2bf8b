import { describe, expect, it } from 'vitest';
import { auth, refreshAuthorization, type AuthResult, type OAuthClientProvider } from '@scopeful/core';
import { authorize, restarted, startServer, startWorld, type World } from './harness.js';
import type { ScriptedAnswer } from '../../support/scriptedAuthorizationServer.js';

/** A world whose user has agreed to some scope. */
async function authorizedWorld(scope = 'a b'): Promise<World> {
  const world = await startWorld();
  await authorize(world, { scope });
  return world;
}

function refresh({ provider, rs }: World): Promise<AuthResult> {
  return auth(provider, { serverUrl: rs.url });
}

/** Lets the authorization server answer refresh requests like this. */
function answerRefresh({ as }: World, answer: () => ScriptedAnswer): void {
  as.script.onToken = ({ grantType }) => (grantType === 'refresh_token' ? answer() : undefined);
}

const FAILED: ScriptedAnswer = { status: 400, body: { error: 'invalid_grant' } };

describe('a refresh', () => {
  it('A refresh is what an authorization begins with when there is a refresh token, and sends no scope (R11)', async () => {
    const world = await authorizedWorld();
    const { refresh_token } = world.provider.tokens() ?? {};
    await expect(refresh(world)).resolves.toMatchObject({ status: 'AUTHORIZED' });
    const parameters = Object.fromEntries(world.as.tokenRequests.at(-1)?.parameters ?? []);
    const resource = world.rs.url.href;
    expect(parameters).toEqual({ grant_type: 'refresh_token', refresh_token, client_id: 'client-1', resource });
  });

  it('A refresh sends the scope that the provider chooses, where it chooses one (R11)', async () => {
    const world = await authorizedWorld();
    Object.assign(world.provider, { scopeForRefresh: tokens => tokens.scope } satisfies Partial<OAuthClientProvider>);
    await refresh(world);
    expect(world.as.tokenRequests.at(-1)?.scope).toBe('a b');
  });

  it('A refresh is skipped when a new authorization is asked for', async () => {
    const world = await authorizedWorld();
    const result = await auth(world.provider, { serverUrl: world.rs.url, forceReauthorization: true });
    expect(result.status).toBe('REDIRECT');
    expect(world.as.tokenRequests).toHaveLength(1);
  });

  it('A refresh is not made with the tokens of another issuer (R24)', async () => {
    const world = await authorizedWorld();
    const { access_token = '', token_type = '', refresh_token } = world.provider.tokens() ?? {};
    world.provider.saveTokens({ access_token, token_type, refresh_token, issuer: 'https://other.example' });
    await expect(refresh(world)).resolves.toMatchObject({ status: 'REDIRECT' });
    expect(world.as.tokenRequests).toHaveLength(1);
  });

  it('A refresh keeps the stored scope when the response names none (R8)', async () => {
    const world = await authorizedWorld();
    await refresh(world);
    expect(world.provider.savedTokens).toHaveLength(2);
    expect(world.provider.savedTokens[1]?.scope).toBe('a b');
  });

  it('A refresh keeps the stored scope after a restart, too (R8)', async () => {
    const world = await authorizedWorld();
    const provider = restarted(world.provider);
    await refresh({ ...world, provider });
    expect(provider.savedTokens.at(-1)?.scope).toBe('a b');
  });

  it('A refresh stores the scope that the response names (R8)', async () => {
    const world = await authorizedWorld();
    const body = { access_token: 'new', token_type: 'Bearer', scope: 'a' };
    answerRefresh(world, () => ({ status: 200, body }));
    await expect(refresh(world)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a' });
    expect(world.provider.savedTokens[1]?.scope).toBe('a');
  });

  it('A refresh keeps the refresh token when the response has none (R8)', async () => {
    const world = await authorizedWorld();
    const before = world.provider.tokens();
    await refresh(world);
    expect(world.provider.tokens()?.refresh_token).toBe(before?.refresh_token);
    expect(world.provider.tokens()?.access_token).not.toBe(before?.access_token);
  });

  it('A refresh stores a new refresh token (R8)', async () => {
    const world = await authorizedWorld();
    world.as.script.rotates = true;
    const before = world.provider.tokens();
    await refresh(world);
    expect(world.provider.tokens()?.refresh_token).not.toBe(before?.refresh_token);
    await expect(refresh(world)).resolves.toMatchObject({ status: 'AUTHORIZED' });
  });

  it('A refresh stamps the tokens with the issuer', async () => {
    const world = await authorizedWorld();
    const body = { access_token: 'new', token_type: 'Bearer', issuer: 'https://other.example' };
    answerRefresh(world, () => ({ status: 200, body }));
    await refresh(world);
    expect(world.provider.tokens()?.issuer).toBe(world.as.issuer);
  });

  it('A refresh fails when the new tokens cannot be stored, and is not taken for a refusal (R22)', async () => {
    const world = await authorizedWorld();
    Object.assign(world.provider, { saveTokens: () => Promise.reject(new Error('disk full')) });
    await expect(refresh(world)).rejects.toThrow('disk full');
    expect(world.provider.invalidations).toEqual([]);
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });
});

describe('a refresh token that the server refuses', () => {
  it('A refresh token that the server refuses is forgotten, and the user asked again for everything (R21)', async () => {
    const world = await authorizedWorld();
    world.as.revokeRefreshTokens();
    await expect(refresh(world)).resolves.toEqual({ status: 'REDIRECT', resolvedScope: 'a b' });
    expect(world.provider.invalidations).toEqual(['tokens']);
    expect(world.provider.tokens()).toBeUndefined();
  });

  it.each([
    ['and a refresh token', 'their-refresh'],
    ['without a refresh token', undefined]
  ])(
    'A refresh token that the server refuses gives way to tokens that somebody else stored meanwhile, %s (R21)',
    async (_, refresh_token) => {
      const world = await authorizedWorld();
      const theirs = { access_token: 'theirs', token_type: 'Bearer', refresh_token, scope: 'a c' };
      answerRefresh(world, () => {
        world.provider.saveTokens({ ...theirs, issuer: world.as.issuer });
        return FAILED;
      });
      await expect(refresh(world)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a c' });
      expect(world.provider.tokens()).toMatchObject(theirs);
      expect(world.provider.invalidations).toEqual([]);
      expect(world.provider.authorizationUrls).toHaveLength(1);
    }
  );

  it.each([
    ['invalid_scope', { error: 'invalid_scope' }],
    ['invalid_request', { error: 'invalid_request' }],
    ['unsupported_grant_type', { error: 'unsupported_grant_type' }],
    ['invalid_target', { error: 'invalid_target' }],
    ['no OAuth error', 'Bad Request']
  ])(
    'A refresh token that the server refuses with HTTP 400 and %s leads to a new authorization, and is kept: the request failed, not the token',
    async (_, body) => {
      const world = await authorizedWorld();
      answerRefresh(world, () => ({ status: 400, body }));
      const before = world.provider.tokens();
      await expect(refresh(world)).resolves.toMatchObject({ status: 'REDIRECT' });
      expect(world.provider.tokens()).toEqual(before);
      expect(world.provider.invalidations).toEqual([]);
    }
  );
});

describe('a refresh that fails for now', () => {
  it.each([
    ['HTTP 500', { status: 500, body: { error: 'server_error' } }],
    ['HTTP 503 without an OAuth error', { status: 503, body: 'overloaded' }],
    ['HTTP 500 with a final error', { status: 500, body: { error: 'invalid_grant' } }],
    ['HTTP 429', { status: 429, body: 'slow down' }],
    ['temporarily_unavailable', { status: 400, body: { error: 'temporarily_unavailable' } }],
    ['temporarily_unavailable with HTTP 200', { status: 200, body: { error: 'temporarily_unavailable' } }],
    ['a web page with HTTP 200', { status: 200, body: '<title>Captive portal</title>' }],
    ['a document that is no token response', { status: 200, body: { hello: 'world' } }]
  ])('A refresh that fails for now throws, deletes nothing and does not bother the user: %s', async (_, answer) => {
    const world = await authorizedWorld();
    answerRefresh(world, () => answer);
    const before = world.provider.tokens();
    await expect(refresh(world)).rejects.toThrow();
    expect(world.provider.tokens()).toEqual(before);
    expect(world.provider.invalidations).toEqual([]);
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });

  it('A refresh that fails for now throws, deletes nothing and does not bother the user: no connection', async () => {
    const world = await authorizedWorld();
    await world.as.close();
    const before = world.provider.tokens();
    await expect(refresh(world)).rejects.toThrow(TypeError);
    expect(world.provider.tokens()).toEqual(before);
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });
});

describe('refreshAuthorization', () => {
  const clientInformation = { client_id: 'client' };

  it('`refreshAuthorization()` fills in the refresh token and the scope it sent where the response has none (R8)', async () => {
    const { origin } = await startServer(() => ({ body: { access_token: 'new', token_type: 'Bearer' } }));
    const tokens = await refreshAuthorization(origin, { clientInformation, refreshToken: 'kept', scope: 'a' });
    expect(tokens).toEqual({ access_token: 'new', token_type: 'Bearer', refresh_token: 'kept', scope: 'a' });
  });

  it.each([undefined, ''])(
    '`refreshAuthorization()` sends no scope parameter when the scope is %j (R11)',
    async scope => {
      const server = await startServer(() => ({ body: { access_token: 'new', token_type: 'Bearer' } }));
      const tokens = await refreshAuthorization(server.origin, { clientInformation, refreshToken: 'kept', scope });
      expect(server.requests[0]?.form.has('scope')).toBe(false);
      expect(tokens.scope).toBeUndefined();
    }
  );
});

import { describe, expect, it } from 'vitest';
import { auth, OAuthClientFlowError } from '@scopeful/core';
import { MemoryProvider } from '../../support/memoryProvider.js';
import type { ScriptedAuthorizationServer } from '../../support/scriptedAuthorizationServer.js';
import {
  authorize,
  redeem,
  restarted,
  startAuthorizationServer,
  startResource,
  startWorld,
  without,
  type World
} from './harness.js';

/** Two authorization servers; the evil one cannot be asked for a code, so that the PKCE verifier stays what it is. */
async function mixUp(): Promise<Record<'honest' | 'evil', ScriptedAuthorizationServer> & Omit<World, 'as'>> {
  const honest = await startAuthorizationServer();
  const evil = await startAuthorizationServer({ metadata: { code_challenge_methods_supported: undefined } });
  const provider = new MemoryProvider({ clientInformation: { client_id: 'pre-registered' } });
  return { honest, evil, rs: await startResource(honest), provider };
}

describe('the tokens of a code exchange', () => {
  it('The tokens of a code exchange have the scope that was requested when the response names none (R8, R9)', async () => {
    const world = await startWorld({ resource: { metadata: { scopes_supported: ['a', 'b'] } } });
    await expect(authorize(world)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a b' });
    expect(world.provider.savedTokens.map(({ scope }) => scope)).toEqual(['a b']);
  });

  it('The tokens of a code exchange have the scope that was requested when another process redeems the code (R9)', async () => {
    const world = await startWorld({ resource: { metadata: { scopes_supported: ['a', 'b'] } } });
    await auth(world.provider, { serverUrl: world.rs.url, scope: 'c' });
    const provider = restarted(world.provider);
    provider.saveCodeVerifier(world.provider.codeVerifier());
    provider.authorizationUrls.push(...world.provider.authorizationUrls);
    await expect(redeem({ ...world, provider })).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'c' });
    expect(provider.savedTokens.map(({ scope }) => scope)).toEqual(['c']);
  });

  it('The tokens of a code exchange have the scope that was requested when the provider stores no discovery state (R8)', async () => {
    const world = await startWorld();
    without(world.provider, 'discoveryState', 'saveDiscoveryState');
    await authorize(world, { scope: 'a b' });
    expect(world.provider.tokens()?.scope).toBe('a b');
  });

  it('The tokens of a code exchange have the scope that the response names (R8)', async () => {
    const world = await startWorld({ authorization: { namesScope: true, grant: () => 'a' } });
    await expect(authorize(world, { scope: 'a b' })).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a b' });
    expect(world.provider.tokens()?.scope).toBe('a');
  });

  it('The tokens of a code exchange are stamped with the issuer', async () => {
    const world = await startWorld();
    await authorize(world);
    expect(world.provider.tokens()?.issuer).toBe(world.as.issuer);
  });

  it('The tokens of a code exchange that cannot be stored make it fail (R22)', async () => {
    const world = await startWorld();
    Object.assign(world.provider, { saveTokens: () => Promise.reject(new Error('disk full')) });
    await expect(authorize(world)).rejects.toThrow('disk full');
  });
});

describe('a code exchange', () => {
  it('A code exchange sends no scope: the code carries it (R9)', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a' });
    expect(world.as.tokenRequests[0]?.parameters.has('scope')).toBe(false);
  });

  it.each(['invalid_grant', 'invalid_request', 'invalid_client', 'server_error'])(
    'A code exchange that fails with %s deletes no tokens (R21)',
    async error => {
      const world = await startWorld();
      await authorize(world);
      const before = world.provider.tokens();
      world.as.script.onToken = () => ({ status: 400, body: { error } });
      const run = authorize(world, { forceReauthorization: true });
      await expect(run).rejects.toMatchObject({ code: error });
      expect(world.provider.tokens()).toEqual(before);
      expect(world.provider.invalidations).not.toContain('tokens');
    }
  );

  it('A code exchange ends with the scope of its own resource when the provider has begun another authorization (R24)', async () => {
    const as = await startAuthorizationServer({
      onToken: () => ({ status: 200, body: { access_token: 'token', token_type: 'Bearer' } })
    });
    const [one, other] = [await startResource(as), await startResource(as)];
    const provider = new MemoryProvider();
    await auth(provider, { serverUrl: one.url, scope: 'a' });
    const authorizationCode = (await as.approve(provider.authorizationUrls[0])).get('code') ?? '';
    await auth(provider, { serverUrl: other.url, scope: 'b' });
    await expect(auth(provider, { serverUrl: one.url, authorizationCode })).resolves.toEqual({
      status: 'AUTHORIZED',
      resolvedScope: 'a'
    });
  });

  it('A code exchange happens where the user agreed, not where the resource points meanwhile', async () => {
    const { honest, evil, rs, provider } = await mixUp();
    without(provider, 'discoveryState', 'saveDiscoveryState');
    await auth(provider, { serverUrl: rs.url });
    const response = await honest.approve(provider.authorizationUrls[0]);
    rs.script.metadata = { authorization_servers: [evil.issuer] };
    await auth(provider, { serverUrl: rs.url, authorizationCode: response.get('code') ?? '' });
    expect([honest, evil].map(({ tokenRequests }) => tokenRequests.length)).toEqual([1, 0]);
  });

  it.each([true, false])(
    'A code exchange is refused when the resource has moved to another authorization server meanwhile (stored: %s)',
    async isStored => {
      const { honest, evil, rs, provider } = await mixUp();
      if (!isStored) without(provider, 'discoveryState', 'saveDiscoveryState');
      await auth(provider, { serverUrl: rs.url });
      const response = await honest.approve(provider.authorizationUrls[0]);
      rs.script.metadata = { resource: rs.url.href, authorization_servers: [evil.issuer] };
      const resourceMetadataUrl = new URL('/.well-known/oauth-protected-resource/sse', rs.origin);
      await expect(auth(provider, { serverUrl: rs.url, resourceMetadataUrl })).rejects.toThrow(/PKCE/);
      const run = auth(provider, { serverUrl: rs.url, authorizationCode: response.get('code') ?? '' });
      await expect(run).rejects.toThrow(OAuthClientFlowError);
      expect(evil.tokenRequests).toEqual([]);
    }
  );
});

import { describe, expect, it } from 'vitest';
import { auth, forgetScopes, InvalidScopeError, type OAuthClientProvider } from '@scopeful/core';
import { authorizeResource } from '@scopeful/core/engine';
import { MemoryProvider } from '../../support/memoryProvider.js';
import {
  authorize,
  machineProvider,
  restarted,
  startAuthorizationServer,
  startResource,
  startWorld,
  without
} from './harness.js';
import type { ScriptedAuthorizationServer } from '../../support/scriptedAuthorizationServer.js';
import type { ScriptedResource } from '../../support/scriptedResource.js';

/** What a new authorization asks for when nobody says what to ask for. */
async function nextScope(provider: OAuthClientProvider, rs: ScriptedResource): Promise<string | undefined> {
  const result = await auth(provider, { serverUrl: rs.url, forceReauthorization: true });
  return result.resolvedScope;
}

/** Two resources of one authorization server. */
async function twoResources(): Promise<[ScriptedAuthorizationServer, ScriptedResource, ScriptedResource]> {
  const as = await startAuthorizationServer();
  return [as, await startResource(as), await startResource(as)];
}

describe('an authorization for which no scope is given', () => {
  it('An authorization for which no scope is given asks for everything asked for before, in the order it was asked for', async () => {
    const { rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url, scope: 'b a' });
    await auth(provider, { serverUrl: rs.url, scope: 'c a' });
    await expect(nextScope(provider, rs)).resolves.toBe('b a c');
  });

  it('An authorization for which no scope is given asks for what was granted beyond what was asked for, too', async () => {
    const world = await startWorld({ authorization: { grant: () => 'a extra', namesScope: true } });
    await authorize(world);
    await expect(nextScope(world.provider, world.rs)).resolves.toBe('a extra');
  });

  it('An authorization for which no scope is given asks for what was not granted once more', async () => {
    const world = await startWorld({ authorization: { grant: () => 'a', namesScope: true } });
    await authorize(world, { scope: 'a b' });
    await expect(nextScope(world.provider, world.rs)).resolves.toBe('a b');
  });

  it('An authorization for which no scope is given does not mix in what the resource advertises (R6)', async () => {
    const { rs, provider } = await startWorld({ resource: { metadata: { scopes_supported: ['x', 'y'] } } });
    await auth(provider, { serverUrl: rs.url, scope: 'a' });
    await expect(nextScope(provider, rs)).resolves.toBe('a');
  });

  it('An authorization for which no scope is given asks for everything after tokens were rejected and deleted (R7)', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    world.provider.invalidateCredentials('tokens');
    await expect(nextScope(world.provider, world.rs)).resolves.toBe('a b');
  });

  it('An authorization for which no scope is given asks for everything after a refresh that narrowed the grant (R7)', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    const body = { access_token: 'new', token_type: 'Bearer', scope: 'a' };
    world.as.script.onToken = () => ({ status: 200, body });
    await auth(world.provider, { serverUrl: world.rs.url });
    await expect(nextScope(world.provider, world.rs)).resolves.toBe('a b');
  });

  it('An authorization for which no scope is given does not ask again for what the server called invalid and never granted (R16)', async () => {
    const world = await startWorld();
    const { rs, provider } = world;
    await authorize(world, { scope: 'a' });
    await auth(provider, { serverUrl: rs.url, scope: 'a typo', forceReauthorization: true });
    const response = new URLSearchParams({ error: 'invalid_scope' });
    const run = authorizeResource(provider, { serverUrl: rs.url, response });
    await expect(run).rejects.toThrow(InvalidScopeError);
    await expect(nextScope(provider, rs)).resolves.toBe('a');
    await expect(nextScope(restarted(provider), rs)).resolves.toBe('a');
  });

  it('An authorization for which no scope is given is refused when what was asked for before has grown beyond all bounds (R25)', async () => {
    const { rs, provider } = await startWorld();
    const scopes = (from: number): string => Array.from({ length: 200 }, (_, index) => `s${from + index}`).join(' ');
    await auth(provider, { serverUrl: rs.url, scope: scopes(0) });
    const run = auth(provider, { serverUrl: rs.url, scope: scopes(200) });
    await expect(run).rejects.toMatchObject({ code: 'SCOPE_LIMIT' });
    expect(provider.authorizationUrls).toHaveLength(1);
  });

  it('An authorization for which no scope is given asks the token endpoint for everything asked for before when there is no user', async () => {
    const { rs } = await startWorld();
    const provider = machineProvider();
    await auth(provider, { serverUrl: rs.url, scope: 'a' });
    await auth(provider, { serverUrl: rs.url, scope: 'b' });
    await expect(nextScope(provider, rs)).resolves.toBe('a b');
  });
});

describe('a new process', () => {
  it('A new process asks for what its predecessor was granted and for what it asked for last (R10)', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    await auth(world.provider, { serverUrl: world.rs.url, scope: 'c', forceReauthorization: true });
    await expect(nextScope(restarted(world.provider), world.rs)).resolves.toBe('a b c');
  });

  it('A new process asks for what its predecessor was granted when only tokens were stored (R10)', async () => {
    const world = await startWorld();
    without(world.provider, 'discoveryState', 'saveDiscoveryState');
    await authorize(world, { scope: 'a b' });
    const provider = new MemoryProvider();
    provider.saveTokens(world.provider.tokens() ?? { access_token: '', token_type: '' });
    await expect(nextScope(provider, world.rs)).resolves.toBe('a b');
  });

  it('A new process asks for what its predecessor asked for when the user had not answered yet (R10)', async () => {
    const world = await startWorld();
    await auth(world.provider, { serverUrl: world.rs.url, scope: 'a' });
    await expect(nextScope(restarted(world.provider), world.rs)).resolves.toBe('a');
  });

  it('A new process asks for nothing that was stored for another resource (R24)', async () => {
    const [as, one, other] = await twoResources();
    const provider = new MemoryProvider();
    await authorize({ as, rs: one, provider }, { scope: 'a' });
    await expect(nextScope(restarted(provider), other)).resolves.toBeUndefined();
  });

  it('A new process asks for nothing that was granted by another issuer (R24)', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a' });
    const next = await startAuthorizationServer();
    world.rs.script.metadata = { authorization_servers: [next.issuer] };
    const provider = restarted(world.provider);
    provider.invalidateCredentials('discovery');
    await expect(nextScope(provider, world.rs)).resolves.toBeUndefined();
  });
});

describe('scopes are not shared', () => {
  it('Scopes are not shared by the issuer of the stored tokens and the one asked since, after a restart (R24)', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a' });
    const next = await startAuthorizationServer();
    world.rs.script.metadata = { authorization_servers: [next.issuer] };
    world.provider.invalidateCredentials('discovery');
    await auth(world.provider, { serverUrl: world.rs.url, scope: 'b' });
    await expect(nextScope(restarted(world.provider), world.rs)).resolves.toBe('b');
  });

  it('Scopes are not shared by two providers (R24)', async () => {
    const { rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url, scope: 'a' });
    await expect(nextScope(new MemoryProvider(), rs)).resolves.toBeUndefined();
  });

  it('Scopes are not shared by two resources (R24)', async () => {
    const [, one, other] = await twoResources();
    const provider = new MemoryProvider();
    await auth(provider, { serverUrl: one.url, scope: 'a' });
    await auth(provider, { serverUrl: other.url, scope: 'b' });
    await expect(nextScope(provider, one)).resolves.toBe('a');
    await expect(nextScope(provider, other)).resolves.toBe('b');
  });

  it('Scopes are not shared by two paths of one server (R24)', async () => {
    const { rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url, scope: 'a' });
    const result = await auth(provider, { serverUrl: rs.sseUrl, forceReauthorization: true });
    expect(result.resolvedScope).toBeUndefined();
  });

  it('Scopes are not shared by two issuers: a resource that changes its authorization server begins anew (R7, R24)', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a' });
    const next = await startAuthorizationServer();
    world.rs.script.metadata = { authorization_servers: [next.issuer] };
    world.provider.invalidateCredentials('discovery');
    await expect(nextScope(world.provider, world.rs)).resolves.toBeUndefined();
    expect(world.provider.authorizationUrls.at(-1)?.origin).toBe(next.issuer);
  });
});

describe('forgetScopes', () => {
  it('`forgetScopes()` lets the next authorization ask for what it needs, and no more (R7)', async () => {
    const world = await startWorld({ resource: { metadata: { scopes_supported: ['basic'] } } });
    await authorize(world, { scope: 'a b' });
    forgetScopes(world.provider, world.rs.url);
    await expect(nextScope(world.provider, world.rs)).resolves.toBe('basic');
  });

  it('`forgetScopes()` forgets one resource only, when one is named (R7)', async () => {
    const [, one, other] = await twoResources();
    const provider = new MemoryProvider();
    await auth(provider, { serverUrl: one.url, scope: 'a' });
    await auth(provider, { serverUrl: other.url, scope: 'b' });
    forgetScopes(provider, `${one.url.href}#fragment`);
    await expect(nextScope(provider, one)).resolves.toBeUndefined();
    await expect(nextScope(provider, other)).resolves.toBe('b');
  });

  it('`forgetScopes()` forgets every resource of the provider, when none is named (R7)', async () => {
    const [, one, other] = await twoResources();
    const provider = new MemoryProvider();
    await auth(provider, { serverUrl: one.url, scope: 'a' });
    await auth(provider, { serverUrl: other.url, scope: 'b' });
    forgetScopes(provider);
    await expect(nextScope(provider, one)).resolves.toBeUndefined();
    await expect(nextScope(provider, other)).resolves.toBeUndefined();
  });

  it('`forgetScopes()` forgets nothing of another provider (R7)', async () => {
    const { rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url, scope: 'a' });
    forgetScopes(new MemoryProvider(), rs.url);
    await expect(nextScope(provider, rs)).resolves.toBe('a');
  });

  it.each([
    ['named', (rs: ScriptedResource) => rs.url],
    ['not named', () => undefined]
  ])('`forgetScopes()` forgets what an earlier process stored, too, with the resource %s (R7)', async (_, resource) => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    const provider = restarted(world.provider);
    forgetScopes(provider, resource(world.rs));
    await expect(nextScope(provider, world.rs)).resolves.toBeUndefined();
  });
});

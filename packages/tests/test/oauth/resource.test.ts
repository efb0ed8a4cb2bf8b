import { describe, expect, it } from 'vitest';
import {
  auth,
  checkResourceAllowed,
  resourceUrlFromServerUrl,
  ResourceMismatchError,
  type OAuthClientProvider
} from '@scopeful/core';
import { authorize, startServer, startWorld, type World } from './harness.js';
import { MemoryProvider } from '../../support/memoryProvider.js';

/** What the authorization server saw as the resource, in authorization and token requests. */
function resourcesSent({ as }: World): (string | undefined)[] {
  return [...as.authorizations, ...as.tokenRequests].map(({ resource }) => resource);
}

/** What the authorization server was asked beyond its metadata. */
function askedOf({ as }: World): string[] {
  return as.paths.filter(path => !path.startsWith('/.well-known/'));
}

describe('the resource', () => {
  it('The resource is what the metadata names, in authorization, token and refresh requests', async () => {
    const world = await startWorld();
    await authorize(world);
    await auth(world.provider, { serverUrl: world.rs.url });
    const resource = world.rs.url.href;
    expect(resourcesSent(world)).toEqual([resource, resource, resource]);
  });

  it('The resource is sent to the letter, without a slash that the metadata does not have', async () => {
    const world = await startWorld();
    world.rs.script.metadata = { resource: world.rs.origin };
    await authorize(world);
    expect(resourcesSent(world)).toEqual([world.rs.origin, world.rs.origin]);
  });

  it('The resource is the MCP server’s URL without fragment', () => {
    expect(resourceUrlFromServerUrl('https://rs.example/mcp?a=b#c').href).toBe('https://rs.example/mcp?a=b');
  });

  it('The resource is what validateResourceURL chooses, in place of what the metadata names', async () => {
    const world = await startWorld();
    const asked: unknown[] = [];
    Object.assign(world.provider, {
      validateResourceURL: (serverUrl, resource) => {
        asked.push([String(serverUrl), resource]);
        return Promise.resolve(new URL('/chosen', world.rs.origin));
      }
    } satisfies Partial<OAuthClientProvider>);
    world.rs.script.metadata = { resource: 'https://other.example/' };
    await authorize(world);
    expect(asked[0]).toEqual([world.rs.url.href, 'https://other.example/']);
    expect(resourcesSent(world)).toEqual([`${world.rs.origin}/chosen`, `${world.rs.origin}/chosen`]);
  });

  it('The resource is left out when validateResourceURL chooses none', async () => {
    const world = await startWorld();
    Object.assign(world.provider, { validateResourceURL: () => Promise.resolve(undefined) });
    await authorize(world);
    expect(resourcesSent(world)).toEqual([undefined, undefined]);
  });

  it('The resource is told to the provider', async () => {
    const world = await startWorld();
    const told: string[] = [];
    Object.assign(world.provider, { saveResourceUrl: (url: string) => void told.push(url) });
    await auth(world.provider, { serverUrl: world.rs.url });
    expect(told).toEqual([world.rs.url.href]);
  });
});

describe('metadata for another resource', () => {
  it.each([
    ['another origin', () => 'https://victim.example/mcp'],
    ['another port', () => 'http://127.0.0.1:9/mcp'],
    ['a sibling path', (origin: string) => `${origin}/other`],
    ['a path below', (origin: string) => `${origin}/mcp/below`],
    ['a path that only begins alike', (origin: string) => `${origin}/mc`],
    ['a path that this one begins like', (origin: string) => `${origin}/mcp-evil`]
  ])('Metadata for another resource is refused before anything is registered or requested: %s', async (_, hostile) => {
    const world = await startWorld();
    const resource = hostile(world.rs.origin);
    world.rs.script.metadata = { resource };
    const run = auth(world.provider, { serverUrl: world.rs.url });
    await expect(run).rejects.toThrow(ResourceMismatchError);
    await expect(run).rejects.toMatchObject({ code: 'RESOURCE_MISMATCH', serverUrl: world.rs.url.href, resource });
    expect(askedOf(world)).toEqual([]);
    expect(world.provider.authorizationUrls).toEqual([]);
  });

  it('Metadata for another resource is refused when a token could be refreshed, too', async () => {
    const world = await startWorld();
    await authorize(world);
    world.provider.invalidateCredentials('discovery');
    world.rs.script.metadata = { resource: 'https://victim.example/' };
    const before = askedOf(world);
    await expect(auth(world.provider, { serverUrl: world.rs.url })).rejects.toThrow(ResourceMismatchError);
    expect(askedOf(world)).toEqual(before);
  });

  it('Metadata for another resource is not stored: once the server is corrected, authorization goes on', async () => {
    const world = await startWorld();
    world.rs.script.metadata = { resource: 'https://victim.example/' };
    await expect(auth(world.provider, { serverUrl: world.rs.url })).rejects.toThrow(ResourceMismatchError);
    world.rs.script.metadata = {};
    await expect(auth(world.provider, { serverUrl: world.rs.url })).resolves.toMatchObject({ status: 'REDIRECT' });
  });

  it.each([
    ['https://rs.example/mcp', 'https://rs.example/mcp', true],
    ['https://rs.example/mcp', 'https://rs.example/mcp/', true],
    ['https://rs.example/mcp/', 'https://rs.example/mcp', true],
    ['https://rs.example/mcp/a', 'https://rs.example/mcp', true],
    ['https://rs.example/mcp', 'https://rs.example', true],
    ['https://rs.example/mcp', 'https://RS.example:443/mcp', true],
    ['https://rs.example/mcp-evil', 'https://rs.example/mcp', false],
    ['https://rs.example/mcp', 'https://rs.example/mcp-evil', false],
    ['https://rs.example/mcp', 'https://rs.example/MCP', false],
    ['https://rs.example/mcp', 'http://rs.example/mcp', false],
    ['https://rs.example/mcp', 'https://rs.example.evil/mcp', false]
  ])(
    'Metadata for another resource is told from metadata for this one: %s and %s',
    (requestedResource, configuredResource, allowed) => {
      expect(checkResourceAllowed({ requestedResource, configuredResource })).toBe(allowed);
    }
  );
});

describe('a server without resource metadata (MCP 2025-03-26)', () => {
  it('A server without resource metadata (MCP 2025-03-26) is authorized by what the metadata at its origin says', async () => {
    const world = await startWorld();
    const serverUrl = new URL('/v1/mcp', world.as.issuer);
    await expect(authorize(world, { serverUrl })).resolves.toMatchObject({ status: 'AUTHORIZED' });
    expect(world.as.paths).toContain('/.well-known/oauth-authorization-server');
    expect(world.provider.savedTokens).toHaveLength(1);
  });

  it('A server without resource metadata (MCP 2025-03-26) is asked at /register, /authorize and /token of its origin when there is no metadata either', async () => {
    const answers: Record<string, object> = {
      '/register': { client_id: 'registered' },
      '/token': { access_token: 'token', token_type: 'Bearer' }
    };
    const server = await startServer(({ path }) => (path in answers ? { body: answers[path] } : undefined));
    const provider = new MemoryProvider();
    const serverUrl = `${server.origin}/v1/mcp`;
    await expect(auth(provider, { serverUrl })).resolves.toMatchObject({ status: 'REDIRECT' });
    await expect(auth(provider, { serverUrl, authorizationCode: 'code' })).resolves.toMatchObject({
      status: 'AUTHORIZED'
    });
    const [url] = provider.authorizationUrls;
    expect(`${url?.origin}${url?.pathname}`).toBe(`${server.origin}/authorize`);
    expect(url?.searchParams.get('client_id')).toBe('registered');
    expect(server.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual([
      '/register',
      '/token'
    ]);
  });
});

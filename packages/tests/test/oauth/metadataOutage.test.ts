import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  auth,
  MetadataUnavailableError,
  OAuthClientFlowError,
  type AuthOptions,
  type AuthResult,
  type FetchLike,
  type OAuthClientProvider
} from '@scopeful/core';
import { authorizeResource } from '@scopeful/core/engine';
import { listenOnLoopback, type LoopbackServer } from '../../support/loopback.js';
import {
  authorize,
  machineProvider,
  rejection,
  restarted,
  startAuthorizationServer,
  startWorld,
  without,
  type World
} from './harness.js';

/** Ways to be unable to tell. */
const FAILURES: [string, (response: ServerResponse) => unknown][] = [
  ['HTTP 404', response => response.writeHead(404).end()],
  ['HTTP 429', response => response.writeHead(429).end()],
  ['HTTP 500', response => response.writeHead(500).end()],
  ['HTTP 502', response => response.writeHead(502).end()],
  [
    'a page',
    response => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>Sign in to Wi-Fi')
  ],
  ['an off-site redirect', response => response.writeHead(302, { location: 'http://127.0.0.1:9/portal' }).end()],
  ['a reset', response => response.destroy()],
  ['a document that does not fit', response => response.writeHead(200).end('{"error":"try later"}')]
];

/** Which documents cannot be had. */
const PLACES: [string, RegExp][] = [
  ['the resource metadata', /oauth-protected-resource/],
  ['the server metadata', /oauth-authorization-server|openid-configuration/],
  ['any metadata', /well-known/]
];

const CASES = PLACES.flatMap(([place, path]) => FAILURES.map(([name, fail]) => [place, name, path, fail] as const));

/** A fetch whose metadata requests fail while there is an outage. */
interface Outage {
  fetchFn: FetchLike;
  begin(path: RegExp, fail: (response: ServerResponse) => unknown): void;
  end(): void;
  /** How many metadata requests were made during it. */
  looks: number;
}

async function startOutage(): Promise<Outage> {
  const server: LoopbackServer = await listenOnLoopback();
  onTestFinished(() => server.close());
  let current: { path: RegExp; fail: (response: ServerResponse) => unknown } | undefined;
  const outage: Outage = {
    looks: 0,
    begin: (path, fail) => (current = { path, fail }),
    end: () => (current = undefined),
    fetchFn: (url, init) => {
      if (current?.path.test(String(url)) !== true) return fetch(url, init);
      outage.looks++;
      return fetch(server.origin, init);
    }
  };
  server.serve((_: IncomingMessage, response) => current?.fail(response));
  return outage;
}

/** What the client does when a request is turned away: it looks whether another server is in charge. */
function turnedAway({ rs, provider }: World, outage: Outage, options: Partial<AuthOptions> = {}): Promise<AuthResult> {
  const { fetchFn } = outage;
  const resourceMetadataUrl = new URL(`${rs.metadataUrl}?again`);
  return auth(provider, { serverUrl: rs.url, fetchFn, resourceMetadataUrl, ...options });
}

function originOfLastPrompt({ provider }: World): string | undefined {
  return provider.authorizationUrls.at(-1)?.origin;
}

describe('while it cannot be told who is in charge', () => {
  it.each(CASES)('A refresh goes on with what is known: %s, %s', async (_place, _name, path, fail) => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    const before = world.provider.discoveryState();
    const outage = await startOutage();
    outage.begin(path, fail);
    await expect(turnedAway(world, outage)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a b' });
    expect(outage.looks).toBeGreaterThan(0);
    expect(world.provider.discoveryState()).toEqual(before);
    expect(world.as.registrations).toHaveLength(1);
    const looks = outage.looks;
    await turnedAway(world, outage);
    expect(outage.looks).toBeGreaterThan(looks);
  });

  it.each(CASES)('A refresh goes on in a new process: %s, %s', async (_place, _name, path, fail) => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    const outage = await startOutage();
    outage.begin(path, fail);
    const next = { ...world, provider: restarted(world.provider) };
    await expect(turnedAway(next, outage)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a b' });
  });

  it.each(CASES)('A new authorization is at the known server, with every scope: %s, %s', async (_p, _n, path, fail) => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    const outage = await startOutage();
    outage.begin(path, fail);
    const result = await turnedAway(world, outage, { forceReauthorization: true });
    expect(result).toEqual({ status: 'REDIRECT', resolvedScope: 'a b' });
    expect(originOfLastPrompt(world)).toBe(world.as.issuer);
    outage.end();
    await expect(authorize(world, { forceReauthorization: true })).resolves.toMatchObject({ resolvedScope: 'a b' });
  });

  it.each(CASES)('A client without a user gets its next token: %s, %s', async (_place, _name, path, fail) => {
    const world = { ...(await startWorld()), provider: machineProvider() };
    await auth(world.provider, { serverUrl: world.rs.url, scope: 'a' });
    const outage = await startOutage();
    outage.begin(path, fail);
    await expect(turnedAway(world, outage)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a' });
    expect(world.as.tokenRequests).toHaveLength(2);
  });

  // Metadata of a server that is answered with 404 everywhere is a clear answer: there is none (MCP 2025-03-26, §2.3.2).
  const unclear = CASES.filter(([place, name]) => place !== 'the server metadata' || name !== 'HTTP 404');

  it.each(unclear)(
    'A first sign-in sends the user nowhere, and works later: %s, %s',
    async (_place, _name, path, fail) => {
      const world = await startWorld();
      const outage = await startOutage();
      outage.begin(path, fail);
      const run = turnedAway(world, outage, { resourceMetadataUrl: new URL(world.rs.metadataUrl) });
      await expect(run).rejects.toThrow(OAuthClientFlowError);
      expect(world.provider.authorizationUrls).toEqual([]);
      expect(world.provider.discoveryState()).toBeUndefined();
      expect([...world.rs.paths, ...world.as.paths].filter(at => !at.startsWith('/.well-known/'))).toEqual([]);
      outage.end();
      await expect(authorize(world)).resolves.toMatchObject({ status: 'AUTHORIZED' });
    }
  );

  it.each(FAILURES)(
    'A process that knows only the stamp of its tokens asks no made-up endpoint: %s',
    async (_, fail) => {
      const world = await startWorld({ authorization: { metadata: {} } });
      await authorize(world, { scope: 'a' });
      const { tokenRequests } = world.as;
      const provider = without(restarted(world.provider), 'discoveryState', 'saveDiscoveryState');
      const outage = await startOutage();
      outage.begin(/well-known/, fail);
      const before = tokenRequests.length;
      await expect(turnedAway({ ...world, provider }, outage)).rejects.toThrow(OAuthClientFlowError);
      expect([tokenRequests.length - before, provider.authorizationUrls]).toEqual([0, []]);
      outage.end();
      await expect(turnedAway({ ...world, provider }, outage)).resolves.toMatchObject({ status: 'AUTHORIZED' });
    }
  );

  it('An error that passes is told from one that does not, and keeps its cause', async () => {
    const world = await startWorld();
    const outage = await startOutage();
    outage.begin(/well-known/, response => response.destroy());
    const error = await rejection(turnedAway(world, outage));
    expect(error).toBeInstanceOf(MetadataUnavailableError);
    expect(error).toMatchObject({ code: 'METADATA_UNAVAILABLE', cause: expect.any(TypeError) as unknown });
  });
});

describe('metadata that is there again', () => {
  it('Metadata that is there again is found by the next challenge, although the server was taken for its own authorization server', async () => {
    const world = await startWorld();
    const outage = await startOutage();
    outage.begin(/oauth-protected-resource/, response => response.writeHead(404).end());
    // A host that asks by itself has no challenge that says where the metadata is.
    await auth(world.provider, { serverUrl: world.rs.url, fetchFn: outage.fetchFn }).catch(() => undefined);
    outage.end();
    await turnedAway(world, outage, { forceReauthorization: true });
    expect(originOfLastPrompt(world)).toBe(world.as.issuer);
  });
});

describe('another document in place of one that cannot be had', () => {
  /** A gateway: each server behind it has a document of its own, and the root has one of somebody else's. */
  async function startGateway(): Promise<World & { rootIssuer: string }> {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    const root = await startAuthorizationServer();
    return { ...world, rootIssuer: root.issuer };
  }

  it('Another document in place of one that cannot be had does not move the server elsewhere', async () => {
    const { rootIssuer, ...world } = await startGateway();
    const rootDocument = { resource: world.rs.origin, authorization_servers: [rootIssuer] };
    const fetchFn: FetchLike = (url, init) => {
      const { pathname } = new URL(url);
      if (pathname === '/.well-known/oauth-protected-resource') return Promise.resolve(Response.json(rootDocument));
      if (pathname.startsWith('/.well-known/oauth-protected-resource/'))
        return Promise.resolve(new Response('', { status: 404 }));
      return fetch(url, init);
    };
    const before = world.provider.discoveryState();
    const options = { serverUrl: world.rs.url, fetchFn, resourceMetadataUrl: new URL(`${world.rs.metadataUrl}?again`) };
    await expect(auth(world.provider, options)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a b' });
    expect(world.provider.discoveryState()).toEqual(before);
  });
});

describe('a server that the metadata names for the first time', () => {
  it.each(FAILURES)(
    'A server that the metadata names for the first time is not guessed at: the user is sent neither there nor back, %s',
    async (_, fail) => {
      const world = await startWorld();
      await authorize(world, { scope: 'a' });
      const other = await startAuthorizationServer();
      world.rs.script.metadata = { resource: world.rs.url.href, authorization_servers: [other.issuer] };
      const prompts = world.provider.authorizationUrls.length;
      const outage = await startOutage();
      const ofOther = new RegExp(`^${other.issuer}/.well-known/`);
      outage.begin(ofOther, fail);
      const run = authorizeResource(world.provider, {
        serverUrl: world.rs.url,
        fetchFn: outage.fetchFn,
        forceReauthorization: true,
        revalidate: 'now'
      });
      await expect(run).rejects.toMatchObject({ code: 'METADATA_UNAVAILABLE', movedTo: other.issuer });
      expect(world.provider.authorizationUrls).toHaveLength(prompts);
      expect(world.provider.discoveryState()?.authorizationServerUrl).toBe(world.as.issuer);
      outage.end();
      await turnedAway(world, outage, { forceReauthorization: true });
      expect(originOfLastPrompt(world)).toBe(other.issuer);
    }
  );
});

describe('several authorization servers', () => {
  it.each(['now', 'a day later'])(
    'Several authorization servers in another order change nothing: looked at %s (R7)',
    async when => {
      const world = await startWorld();
      const other = await startAuthorizationServer();
      const servers = [world.as.issuer, other.issuer];
      world.rs.script.metadata = { authorization_servers: servers };
      await authorize(world, { scope: 'a b' });
      world.rs.script.metadata = { authorization_servers: servers.toReversed() };
      const { provider } = world;
      if (when !== 'now') {
        const state = provider.discoveryState() ?? { authorizationServerUrl: '' };
        provider.saveDiscoveryState({ ...state, discoveredAt: 0 });
      }
      const outage = await startOutage();
      const result = await turnedAway(world, outage, { forceReauthorization: true });
      expect([originOfLastPrompt(world), result.resolvedScope]).toEqual([world.as.issuer, 'a b']);
    }
  );

  it('Several authorization servers without the known one are another server', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a b' });
    const other = await startAuthorizationServer();
    world.rs.script.metadata = { authorization_servers: [other.issuer] };
    await turnedAway(world, await startOutage());
    expect(originOfLastPrompt(world)).toBe(other.issuer);
  });
});

describe('a provider that chooses the resource', () => {
  it('A provider that chooses the resource has its errors reach the caller, although something is known', async () => {
    const world = await startWorld();
    await authorize(world);
    const failure = new Error('this resource is not for us');
    let isAllowed = false;
    const validateResourceURL: OAuthClientProvider['validateResourceURL'] = () => {
      // The second question is about what was known before.
      if (isAllowed) return Promise.resolve(world.rs.url);
      isAllowed = true;
      return Promise.reject(failure);
    };
    Object.assign(world.provider, { validateResourceURL });
    await expect(turnedAway(world, await startOutage())).rejects.toBe(failure);
  });
});

describe('a resource that advertises very many scopes', () => {
  it.each([257, 2000])(
    'The client registers, and signs in, at a resource that advertises very many scopes: %i',
    async count => {
      const scopes_supported = Array.from({ length: count }, (_, index) => `scope:number-${index}`);
      const world = await startWorld({ resource: { metadata: { scopes_supported } } });
      await expect(authorize(world)).resolves.toMatchObject({ status: 'AUTHORIZED' });
      expect(JSON.stringify(world.as.registrations[0]?.['scope'] ?? '').length).toBeLessThanOrEqual(8 * 1024 + 2);
    }
  );
});

import { describe, expect, it } from 'vitest';
import {
  buildDiscoveryUrls,
  discoverAuthorizationServerMetadata,
  discoverOAuthMetadata,
  discoverOAuthProtectedResourceMetadata,
  discoverOAuthServerInfo,
  InvalidDocumentError,
  IssuerMismatchError,
  LATEST_PROTOCOL_VERSION,
  type FetchLike
} from '@scopeful/core';
import { listenOnLoopback } from '../../support/loopback.js';
import { metadataOf, startServer, type Answer, type TestServer } from './harness.js';

const PRM = '/.well-known/oauth-protected-resource';
const RFC8414 = '/.well-known/oauth-authorization-server';
const OIDC = '/.well-known/openid-configuration';

/** A server with nothing but these answers. */
function serving(answers: (origin: string) => Record<string, Answer>): Promise<TestServer> {
  return startServer(({ path }, origin) => answers(origin)[path]);
}

/** A server whose answer at the first place is given, and whose metadata is at the second. */
function servingFirst(first: Answer): Promise<TestServer> {
  return serving(origin => ({ [RFC8414]: first, [OIDC]: { body: metadataOf(origin) } }));
}

describe('protected resource metadata', () => {
  it('Protected resource metadata is asked for at the URL of the challenge, then below the path of the resource, then at the root', async () => {
    const server = await serving(origin => ({ [PRM]: { body: { resource: origin } } }));
    const resourceMetadataUrl = `${server.origin}/of-the-challenge`;
    const found = await discoverOAuthProtectedResourceMetadata(`${server.origin}/a/mcp`, { resourceMetadataUrl });
    expect(found).toEqual({ resource: server.origin });
    expect(server.paths).toEqual(['/of-the-challenge', `${PRM}/a/mcp`, PRM]);
  });

  it('Protected resource metadata is asked for nowhere else when it is at the URL of the challenge', async () => {
    const server = await serving(origin => ({ '/of-the-challenge': { body: { resource: `${origin}/mcp` } } }));
    const resourceMetadataUrl = new URL(`${server.origin}/of-the-challenge`);
    await discoverOAuthProtectedResourceMetadata(`${server.origin}/mcp`, { resourceMetadataUrl });
    expect(server.paths).toEqual(['/of-the-challenge']);
  });

  it('Protected resource metadata is asked for only once at a URL that the challenge names and that is well-known, too', async () => {
    const server = await serving(() => ({}));
    const opts = { resourceMetadataUrl: `${server.origin}${PRM}/mcp` };
    await expect(discoverOAuthProtectedResourceMetadata(`${server.origin}/mcp`, opts)).rejects.toThrow();
    expect(server.paths).toEqual([`${PRM}/mcp`, PRM]);
  });

  it.each([
    ['', [PRM]],
    ['/', [PRM]],
    ['/mcp/', [`${PRM}/mcp`, PRM]],
    ['/mcp?tenant=a', [`${PRM}/mcp?tenant=a`, PRM]],
    ['/mcp#fragment', [`${PRM}/mcp`, PRM]]
  ])('Protected resource metadata of a server at %j is looked for in the right places', async (path, places) => {
    const server = await serving(() => ({}));
    await expect(discoverOAuthProtectedResourceMetadata(server.origin + path)).rejects.toThrow();
    expect(server.paths).toEqual(places);
  });

  it('Protected resource metadata that is nowhere is reported as missing', async () => {
    const { origin } = await serving(() => ({}));
    await expect(discoverOAuthProtectedResourceMetadata(`${origin}/mcp`)).rejects.toMatchObject({
      code: 'NO_RESOURCE_METADATA'
    });
  });

  it('Protected resource metadata that does not fit is not skipped, and the error names the member', async () => {
    const server = await serving(origin => ({ [PRM]: { body: { resource: origin, scopes_supported: 'a b' } } }));
    await expect(discoverOAuthProtectedResourceMetadata(server.origin)).rejects.toThrow(/scopes_supported/);
  });
});

describe('authorization server metadata', () => {
  const places = [
    ['', [RFC8414, OIDC]],
    ['/', [RFC8414, OIDC]],
    ['/tenant', [`${RFC8414}/tenant`, `${OIDC}/tenant`, `/tenant${OIDC}`]],
    ['/tenant/', [`${RFC8414}/tenant`, `${OIDC}/tenant`, `/tenant${OIDC}`]],
    ['/a/b', [`${RFC8414}/a/b`, `${OIDC}/a/b`, `/a/b${OIDC}`]],
    ['/tenant?query', [`${RFC8414}/tenant`, `${OIDC}/tenant`, `/tenant${OIDC}`]]
  ] as const;

  it.each(places)(
    'Authorization server metadata of an issuer at %j is asked for in the order of the specification',
    async (path, expected) => {
      const server = await serving(() => ({}));
      await expect(discoverAuthorizationServerMetadata(server.origin + path)).resolves.toBeUndefined();
      expect(server.paths).toEqual(expected);
    }
  );

  it.each([0, 1, 2])(
    'Authorization server metadata is taken from place %i, and the places after it are not asked',
    async place => {
      const [, all] = places[2];
      const server = await serving(origin => ({ [all[place] ?? '']: { body: metadataOf(`${origin}/tenant`) } }));
      const issuer = `${server.origin}/tenant`;
      await expect(discoverAuthorizationServerMetadata(issuer)).resolves.toEqual(metadataOf(issuer));
      expect(server.paths).toEqual(all.slice(0, place + 1));
    }
  );

  it('Authorization server metadata is RFC 8414 metadata first, OpenID Connect metadata after that', () => {
    const types = buildDiscoveryUrls('https://as.example/tenant').map(({ type }) => type);
    expect(types).toEqual(['oauth', 'oidc', 'oidc']);
  });

  it('Authorization server metadata is asked for by RFC 8414 alone under the deprecated name', async () => {
    const server = await serving(origin => ({ [OIDC]: { body: metadataOf(origin) } }));

    await expect(discoverOAuthMetadata(server.origin)).resolves.toBeUndefined();
    expect(server.paths).toEqual([RFC8414]);
  });

  it('Authorization server metadata keeps members that nobody here knows', async () => {
    const server = await serving(origin => ({ [RFC8414]: { body: { ...metadataOf(origin), is_new: [1] } } }));
    await expect(discoverAuthorizationServerMetadata(server.origin)).resolves.toMatchObject({ is_new: [1] });
  });
});

describe('a metadata request', () => {
  it.each([400, 401, 403, 404, 405, 410, 502])(
    'A metadata request answered with %i goes on to the next place',
    async status => {
      const { origin } = await servingFirst({ status });
      await expect(discoverAuthorizationServerMetadata(origin)).resolves.toMatchObject({ issuer: origin });
    }
  );

  it('A metadata request answered with a web page goes on to the next place', async () => {
    const { origin } = await servingFirst({ body: '<!doctype html><title>Not found</title>' });
    await expect(discoverAuthorizationServerMetadata(origin)).resolves.toMatchObject({ issuer: origin });
  });

  it.each([500, 503])(
    'A metadata request answered with %i throws: what the next place says would hide the failure',
    async status => {
      const server = await servingFirst({ status });
      const discovery = discoverAuthorizationServerMetadata(server.origin);
      await expect(discovery).rejects.toThrow(InvalidDocumentError);
      await expect(discovery).rejects.toMatchObject({ url: server.origin + RFC8414, code: 'INVALID_DOCUMENT' });
      expect(server.paths).toEqual([RFC8414]);
    }
  );

  it('A metadata request answered with JSON that does not fit throws, and the error names URL and member', async () => {
    const { origin } = await serving(o => ({ [RFC8414]: { body: { ...metadataOf(o), token_endpoint: 7 } } }));
    const discovery = discoverAuthorizationServerMetadata(origin);
    await expect(discovery).rejects.toThrow(InvalidDocumentError);
    await expect(discovery).rejects.toThrow(/oauth-authorization-server.*token_endpoint/s);
  });

  it('A metadata request answered with a script URL as an endpoint throws', async () => {
    const metadata = { authorization_endpoint: 'javascript:alert(1)' };
    const { origin } = await serving(o => ({ [RFC8414]: { body: { ...metadataOf(o), ...metadata } } }));
    await expect(discoverAuthorizationServerMetadata(origin)).rejects.toThrow(/authorization_endpoint/);
  });

  it('A metadata request follows a redirect within the origin', async () => {
    const { origin } = await serving(o => ({
      [RFC8414]: { status: 302, headers: { location: '/moved' } },
      '/moved': { body: metadataOf(o) }
    }));
    await expect(discoverAuthorizationServerMetadata(origin)).resolves.toMatchObject({ issuer: origin });
  });

  it('A metadata request does not follow a redirect to another origin, and goes on to the next place', async () => {
    const other = await serving(() => ({}));
    const { origin } = await servingFirst({ status: 302, headers: { location: `${other.origin}/elsewhere` } });
    await expect(discoverAuthorizationServerMetadata(origin)).resolves.toMatchObject({ issuer: origin });
    expect(other.requests).toEqual([]);
  });

  it('A metadata request gives up on redirects that never end', async () => {
    const server = await servingFirst({ status: 302, headers: { location: RFC8414 } });
    const { origin } = server;
    await expect(discoverAuthorizationServerMetadata(origin)).resolves.toMatchObject({ issuer: origin });
    expect(server.paths.length).toBeLessThan(10);
  });

  it('A metadata request carries the protocol version', async () => {
    const server = await serving(() => ({}));
    await discoverAuthorizationServerMetadata(server.origin);
    await discoverAuthorizationServerMetadata(server.origin, { protocolVersion: '2025-06-18' });
    const versions = server.requests.map(({ headers }) => headers.get('mcp-protocol-version'));
    expect(versions).toEqual([LATEST_PROTOCOL_VERSION, LATEST_PROTOCOL_VERSION, '2025-06-18', '2025-06-18']);
  });

  it('A metadata request is repeated without the protocol version when a CORS preflight rejects that header', async () => {
    const server = await serving(origin => ({ [RFC8414]: { body: metadataOf(origin) } }));
    const fetchFn: FetchLike = async (url, init) => {
      if (new Headers(init?.headers).has('MCP-Protocol-Version')) throw new TypeError('Failed to fetch');
      return fetch(url, init);
    };
    await expect(discoverAuthorizationServerMetadata(server.origin, { fetchFn })).resolves.toBeDefined();
    expect(server.requests.map(({ headers }) => headers.get('mcp-protocol-version'))).toEqual([null]);
  });

  it('A metadata request that CORS rejects altogether goes on to the next place', async () => {
    const server = await servingFirst({ body: {} });
    const fetchFn: FetchLike = async (url, init) => {
      if (String(url).includes(RFC8414)) throw new TypeError('Failed to fetch');
      return fetch(url, init);
    };
    await expect(discoverAuthorizationServerMetadata(server.origin, { fetchFn })).resolves.toBeDefined();
    expect(server.paths).toEqual([OIDC]);
  });

  it('A metadata request that cannot reach the server throws', async () => {
    const server = await listenOnLoopback();
    await server.close();
    await expect(discoverAuthorizationServerMetadata(server.origin)).rejects.toThrow(TypeError);
  });
});

describe('the issuer in the metadata', () => {
  it('The issuer in the metadata must be the one that was asked', async () => {
    const issuer = 'https://other.example';
    const server = await serving(o => ({ [RFC8414]: { body: { ...metadataOf(o), issuer } } }));
    const discovery = discoverAuthorizationServerMetadata(server.origin);
    await expect(discovery).rejects.toThrow(IssuerMismatchError);
    await expect(discovery).rejects.toMatchObject({ kind: 'metadata', expected: server.origin, received: issuer });
    expect(server.paths).toEqual([RFC8414]);
  });

  it.each([
    ['', '/'],
    ['/', ''],
    ['/tenant', '/tenant/'],
    ['/tenant', '/Tenant'],
    ['/tenant', '/%74enant']
  ])('The issuer in the metadata must be identical: %j is not %j', async (named, received) => {
    const { origin } = await startServer((_, o) => ({ body: metadataOf(o + received) }));
    await expect(discoverAuthorizationServerMetadata(origin + named)).rejects.toThrow(IssuerMismatchError);
  });

  it.each(['', '/'])(
    'The issuer in the metadata may end in %j when the authorization server is known only by its origin',
    async slash => {
      const { origin } = await serving(o => ({ [RFC8414]: { body: metadataOf(o + slash) } }));
      const info = await discoverOAuthServerInfo(`${origin}/mcp`);
      expect(info.authorizationServerMetadata?.issuer).toBe(origin + slash);
    }
  );

  it('The issuer in the metadata must be identical, slash included, when resource metadata names the authorization server', async () => {
    const { origin } = await serving(o => ({
      [PRM]: { body: { resource: o, authorization_servers: [`${o}/`] } },
      [RFC8414]: { body: metadataOf(o) }
    }));
    await expect(discoverOAuthServerInfo(origin)).rejects.toThrow(IssuerMismatchError);
  });

  it('The issuer in the metadata may be any when the host says that it knows better', async () => {
    const issuer = 'https://other.example';
    const { origin } = await serving(o => ({ [RFC8414]: { body: { ...metadataOf(o), issuer } } }));
    await expect(discoverAuthorizationServerMetadata(origin, { skipIssuerValidation: true })).resolves.toMatchObject({
      issuer
    });
    const info = await discoverOAuthServerInfo(origin, { skipIssuerMetadataValidation: true });
    expect(info.authorizationServerMetadata?.issuer).toBe(issuer);
  });
});

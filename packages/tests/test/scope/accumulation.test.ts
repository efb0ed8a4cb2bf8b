import { describe, expect, it } from 'vitest';
import { auth, InsufficientScopeError, UnauthorizedError } from '@scopeful/client';
import { createWorld, machineProvider, type Connection, type TransportKind } from '../../support/scriptedWorld.js';

/** What the transport would ask for again. */
function scopeOf({ transport }: Connection): string | undefined {
  return (transport as unknown as { _scope?: string })._scope;
}

const needsD = { 'tools/call write': 'd' };

describe.each<TransportKind>(['streamable', 'sse'])('over %s', transport => {
  it('adds a challenged scope to those of the first authorization, known from the resource metadata (R4)', async () => {
    const world = await createWorld({
      transport,
      resource: { metadata: { scopes_supported: ['a', 'b', 'c'] }, needs: needsD }
    });
    const connection = await world.connect();
    await world.call(connection, 'write');
    expect(world.as.requestedScopes).toEqual(['a b c', 'a b c d']);
    expect(scopeOf(connection)).toBe('a b c d');
  });

  it('adds a challenged scope to those of the first authorization, known from the client metadata (R4)', async () => {
    const world = await createWorld({
      transport,
      provider: { clientMetadata: { scope: 'a b c' } },
      resource: { needs: needsD }
    });
    await world.call(await world.connect(), 'write');
    expect(world.as.requestedScopes).toEqual(['a b c', 'a b c d']);
  });

  it('adds a challenged scope to those that the first 401 named (R5)', async () => {
    const world = await createWorld({
      transport,
      resource: { metadata: { scopes_supported: ['x'] }, needs: needsD, unauthorized: () => 'Bearer scope="a b"' }
    });
    await world.call(await world.connect(), 'write');
    expect(world.as.requestedScopes).toEqual(['a b', 'a b d']);
  });

  it('does not mix what the resource metadata lists into a later challenge (R6)', async () => {
    const world = await createWorld({
      transport,
      resource: {
        needs: needsD,
        unauthorized: (_, request) => `Bearer resource_metadata="${request.metadataUrl}", scope="a"`
      }
    });
    const connection = await world.connect();
    world.rs.script.metadata = { scopes_supported: ['x', 'y'] };
    await world.call(connection, 'write');
    expect(world.as.requestedScopes).toEqual(['a', 'a d']);
  });

  it('asks for everything again when a token was rejected after a step-up, whatever the 401 names (R5, R7)', async () => {
    const world = await createWorld({
      transport,
      authorization: { issuesRefreshTokens: false },
      resource: { needs: needsD, unauthorized: () => 'Bearer scope="a"' }
    });
    const connection = await world.connect();
    await world.call(connection, 'write');
    world.as.expireAccessTokens();
    await world.call(connection, 'read');
    expect(world.as.requestedScopes).toEqual(['a', 'a d', 'a d']);
  });

  it('merges the scope of a 401 that follows into what was asked for (R5)', async () => {
    const world = await createWorld({
      transport,
      authorization: { issuesRefreshTokens: false },
      resource: { unauthorized: () => 'Bearer scope="a"' }
    });
    const connection = await world.connect();
    world.as.expireAccessTokens();
    world.rs.script.unauthorized = () => 'Bearer scope="e"';
    await world.call(connection, 'read');
    expect(world.as.requestedScopes).toEqual(['a', 'a e']);
  });

  it('steps up three times without losing a scope', async () => {
    const needs = { 'tools/call one': 'b', 'tools/call two': 'c', 'tools/call three': 'd' };
    const world = await createWorld({ transport, resource: { needs, unauthorized: () => 'Bearer scope="a"' } });
    const connection = await world.connect();
    for (const tool of ['one', 'two', 'three', 'one']) await world.call(connection, tool);
    expect(world.as.requestedScopes).toEqual(['a', 'a b', 'a b c', 'a b c d']);
  });

  it('starts a new transport on the same provider from what the first one asked for (R10)', async () => {
    const world = await createWorld({ transport, resource: { needs: needsD, unauthorized: () => 'Bearer scope="a"' } });
    await world.call(await world.connect(), 'write');
    const second = await world.connect();
    expect(scopeOf(second)).toBe('a d');
    world.rs.script.needs = { 'tools/call write': 'e' };
    await world.call(second, 'write');
    expect(world.as.requestedScopes).toEqual(['a', 'a d', 'a d e']);
  });
});

describe('what was granted', () => {
  it('is what was asked for when the token response does not say (R8, R9)', async () => {
    const world = await createWorld({ resource: { unauthorized: () => 'Bearer scope="a b"' } });
    await world.connect();
    expect(world.provider.tokens()?.scope).toBe('a b');
  });

  it('survives a refresh whose response names no scope (R8)', async () => {
    const world = await createWorld({ resource: { needs: needsD, unauthorized: () => 'Bearer scope="a"' } });
    const connection = await world.connect();
    await world.call(connection, 'write');
    world.as.expireAccessTokens();
    await world.call(connection, 'write');
    expect(world.as.tokenRequests.at(-1)?.grantType).toBe('refresh_token');
    expect(world.provider.tokens()?.scope).toBe('a d');
    expect(world.as.requestedScopes).toEqual(['a', 'a d']);
  });

  it('may be less than asked for, which does not lead to asking for ever (R14)', async () => {
    const world = await createWorld({
      authorization: { grant: () => 'a', namesScope: true },
      resource: { needs: needsD, unauthorized: () => 'Bearer scope="a"' }
    });
    const connection = await world.connect();
    await expect(world.call(connection, 'write')).rejects.toMatchObject({
      name: 'InsufficientScopeError',
      operation: { resource: world.rs.url.href, method: 'tools/call', name: 'write' },
      requiredScope: 'd',
      requestedScope: 'a d',
      grantedScope: 'a',
      missingScope: 'd'
    });
    await expect(connection.client.callTool({ name: 'write' })).rejects.toThrow(InsufficientScopeError);
    expect(world.as.requestedScopes).toEqual(['a', 'a d']);
  });
});

describe('a 401', () => {
  it('is answered with a refresh that names no scope, before anything else (R11)', async () => {
    const world = await createWorld({ resource: { unauthorized: () => 'Bearer scope="a"' } });
    const { client } = await world.connect();
    world.as.expireAccessTokens();
    await client.callTool({ name: 'read' });
    expect(world.as.tokenRequests.map(({ grantType, scope }) => [grantType, scope])).toEqual([
      ['authorization_code', undefined],
      ['refresh_token', undefined]
    ]);
  });

  it('leads to a new authorization, and not to another refresh, when the new token is rejected as well (R14)', async () => {
    const world = await createWorld();
    const { client } = await world.connect();
    world.rs.script.onRequest = ({ operation }) =>
      operation === 'tools/call read'
        ? { status: 401, body: 'never', headers: { 'www-authenticate': 'Bearer' } }
        : undefined;
    await expect(client.callTool({ name: 'read' })).rejects.toThrow(UnauthorizedError);
    expect(world.rs.count('tools/call read')).toBe(2);
    expect(world.as.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token')).toHaveLength(1);
  });

  it('keeps the resource_metadata that an earlier challenge named (R17)', async () => {
    const world = await createWorld({ authorization: { issuesRefreshTokens: false } });
    const elsewhere = `${world.rs.origin}/.well-known/oauth-protected-resource/sse`;
    world.rs.script.metadata = { resource: world.rs.url.href };
    world.rs.script.unauthorized = () => `Bearer resource_metadata="${elsewhere}"`;
    const connection = await world.connect();
    world.rs.script.unauthorized = () => 'Bearer';
    world.provider.invalidateCredentials('discovery');
    world.as.expireAccessTokens();
    world.rs.paths.length = 0;
    await world.call(connection, 'read');
    expect(world.rs.paths.filter(path => path.startsWith('/.well-known/'))).toEqual([new URL(elsewhere).pathname]);
  });
});

describe('a 403', () => {
  it('skips the refresh, which could not widen the grant (R12)', async () => {
    const world = await createWorld({ resource: { needs: needsD } });
    const { client } = await world.connect();
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(UnauthorizedError);
    expect(world.as.tokenRequests.map(({ grantType }) => grantType)).toEqual(['authorization_code']);
  });

  it('that names no scope asks for what the resource metadata lists (R15)', async () => {
    const world = await createWorld({
      resource: {
        metadata: { scopes_supported: ['a', 'd'] },
        needs: needsD,
        unauthorized: rs => `Bearer resource_metadata="${rs.metadataUrl}", scope="a"`,
        forbidden: () => 'Bearer error="insufficient_scope"'
      }
    });
    await world.call(await world.connect(), 'write');
    expect(world.as.requestedScopes).toEqual(['a', 'a d']);
  });

  it('that names no scope, when the metadata adds none, is final: no redirect, no refresh (R15)', async () => {
    const world = await createWorld({
      resource: {
        metadata: { scopes_supported: ['a'] },
        needs: needsD,
        forbidden: () => 'Bearer error="insufficient_scope", error_description="Ask an administrator"'
      }
    });
    const { client } = await world.connect();
    await expect(client.callTool({ name: 'write' })).rejects.toMatchObject({
      name: 'InsufficientScopeError',
      requiredScope: undefined,
      errorDescription: 'Ask an administrator'
    });
    expect(world.provider.authorizationUrls).toHaveLength(1);
    expect(world.as.tokenRequests.map(({ grantType }) => grantType)).toEqual(['authorization_code']);
  });

  it('throws with everything there is to know when told to throw (R19)', async () => {
    const world = await createWorld({
      resource: {
        needs: needsD,
        unauthorized: () => 'Bearer scope="a"',
        forbidden: missing => `Bearer error="insufficient_scope", scope="${missing}", error_description="write only"`
      }
    });
    const { client } = await world.connect({ onInsufficientScope: 'throw' });
    const error = await client.callTool({ name: 'write' }).catch((reason: unknown) => reason as InsufficientScopeError);
    expect(error).toBeInstanceOf(InsufficientScopeError);
    expect(error).toMatchObject({
      requiredScope: 'd',
      requestedScope: 'a',
      grantedScope: 'a',
      missingScope: 'd',
      errorDescription: 'write only'
    });
    expect((error as Error).message).not.toMatch(/expired/i);
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });

  it('is not stepped up for when maxStepUpRetries is 0 (R14)', async () => {
    const world = await createWorld({ resource: { needs: needsD } });
    const { client } = await world.connect({ maxStepUpRetries: 0 });
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(InsufficientScopeError);
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });

  it('that is no scope challenge is an HTTP error and changes nothing', async () => {
    const world = await createWorld({ resource: { needs: needsD, forbidden: () => 'Bearer scope="d"' } });
    const connection = await world.connect();
    await expect(connection.client.callTool({ name: 'write' })).rejects.toMatchObject({
      name: 'SdkHttpError',
      status: 403
    });
    expect(scopeOf(connection)).toBeUndefined();
  });
});

describe('without a user', () => {
  it('asks the token endpoint for everything that is needed, and retries at once (R12)', async () => {
    const world = await createWorld({ resource: { needs: needsD, unauthorized: () => 'Bearer scope="a"' } });
    const { client } = await world.connect({}, machineProvider());
    await client.callTool({ name: 'write' });
    expect(world.as.tokenRequests.map(({ grantType, scope }) => [grantType, scope])).toEqual([
      ['client_credentials', 'a'],
      ['client_credentials', 'a d']
    ]);
  });

  it('steps up as often per send as maxStepUpRetries allows, then throws (R14)', async () => {
    let challenges = 0;
    const world = await createWorld({
      resource: {
        onRequest: ({ operation }) =>
          operation === 'tools/call write'
            ? {
                status: 403,
                body: '',
                headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="s${++challenges}"` }
              }
            : undefined
      }
    });
    const { client } = await world.connect({ maxStepUpRetries: 3 }, machineProvider());
    await expect(client.callTool({ name: 'write' })).rejects.toMatchObject({
      name: 'InsufficientScopeError',
      requiredScope: 's4'
    });
    expect(world.as.tokenRequests.map(({ scope }) => scope)).toEqual([undefined, 's1', 's1 s2', 's1 s2 s3']);
  });
});

it('a rejected token makes the client look whether another authorization server is in charge, before it disturbs the user', async () => {
  const world = await createWorld({ authorization: { issuesRefreshTokens: false } });
  const connection = await world.connect();
  const other = await createWorld();
  world.rs.script.metadata = { authorization_servers: [other.as.issuer] };
  world.as.expireAccessTokens();
  await expect(connection.client.callTool({ name: 'read' })).rejects.toThrow(UnauthorizedError);
  expect(world.provider.authorizationUrls.at(-1)?.origin).toBe(other.as.issuer);
  expect(other.as.registrations).toHaveLength(1);
});

describe('what is forgotten', () => {
  it('is everything when the resource moves to another issuer (R7, R24)', async () => {
    const world = await createWorld({
      authorization: { issuesRefreshTokens: false },
      resource: { unauthorized: () => 'Bearer scope="a"' }
    });
    const connection = await world.connect();
    const other = await createWorld();
    world.rs.script.metadata = { authorization_servers: [other.as.issuer] };
    world.rs.script.unauthorized = rs => `Bearer resource_metadata="${rs.metadataUrl}?moved"`;
    world.as.expireAccessTokens();
    await expect(connection.client.callTool({ name: 'read' })).rejects.toThrow(UnauthorizedError);
    expect(world.provider.authorizationUrls.at(-1)?.origin).toBe(other.as.issuer);
    expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('scope')).toBeNull();
  });

  it('is nothing when the host authorizes by itself with no scope named', async () => {
    const world = await createWorld({ resource: { metadata: { scopes_supported: ['a'] }, needs: needsD } });
    const connection = await world.connect();
    await world.call(connection, 'write');
    const result = await auth(world.provider, { serverUrl: world.rs.url, forceReauthorization: true });
    expect(result).toEqual({ status: 'REDIRECT', resolvedScope: 'a d' });
  });
});

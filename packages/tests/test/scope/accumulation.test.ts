import { describe, expect, it } from 'vitest';
import { authorize, InsufficientScopeError } from '@scopeful/client';
import { createWorld, machineProvider, type Connection } from '../../support/scriptedWorld.js';

/** What the transport would ask for again. */
function scopeOf({ transport }: Connection): string | undefined {
  return (transport as unknown as { _scope?: string })._scope;
}

const needsD = { 'tools/call write': 'd' };

describe('what was granted', () => {
  it('What was granted may be less than asked for, which does not lead to asking for ever (R14)', async () => {
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

describe('a 403', () => {
  it('A 403 that names no scope, when the metadata adds none, is final: no redirect, no refresh (R15)', async () => {
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

  it('A 403 that is no scope challenge is an HTTP error and changes nothing', async () => {
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
  it('A client without a user steps up as often per send as maxStepUpRetries allows, then throws (R14)', async () => {
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

describe('what is forgotten', () => {
  it('Nothing is forgotten when the host authorizes by itself with no scope named', async () => {
    const world = await createWorld({ resource: { metadata: { scopes_supported: ['a'] }, needs: needsD } });
    const connection = await world.connect();
    await world.call(connection, 'write');
    const result = await authorize(world.provider, { serverUrl: world.rs.url, forceReauthorization: true });
    expect(result).toEqual({ status: 'REDIRECT', resolvedScope: 'a d' });
  });
});

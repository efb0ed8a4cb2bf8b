import { describe, expect, it } from 'vitest';
import { InsufficientScopeError, SdkError, UnauthorizedError, type AuthProvider } from '@scopeful/client';
import type { MemoryProvider } from '../../support/memoryProvider.js';
import { until } from '../../support/scriptedMcp.js';
import { createWorld, type Connection } from '../../support/scriptedWorld.js';

/** Sends several calls at once and waits for all of them. */
function callAll({ client }: Connection, ...tools: string[]): Promise<PromiseSettledResult<unknown>[]> {
  return Promise.allSettled(tools.map(name => client.callTool({ name })));
}

function reasons(results: PromiseSettledResult<unknown>[]): unknown[] {
  return results.map(result => (result.status === 'rejected' ? (result.reason as Error).constructor.name : 'answered'));
}

/** A gate that a scripted answer waits at. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>(resolve => (open = resolve));
  return { opened, open };
}

const five = ['1', '2', '3', '4', '5'];

describe('requests that fail together (R13)', () => {
  it('Requests that fail together see the failure of the flow they waited for, and the next request starts a new one', async () => {
    const world = await createWorld();
    const connection = await world.connect();
    world.as.expireAccessTokens();
    world.as.script.onToken = () => ({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(reasons(await callAll(connection, ...five))).toEqual(five.map(() => 'OAuthError'));
    expect(world.as.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token')).toHaveLength(1);
    world.as.script.onToken = undefined;
    await connection.client.callTool({ name: 'again' });
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });

  it('Requests that fail together are bounded when the server rejects every token: one refresh, one sign-in, and an error that says so (R37)', async () => {
    const world = await createWorld();
    const connection = await world.connect();
    const refreshes = (): number =>
      world.as.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length;
    world.rs.script.onRequest = ({ operation }) =>
      operation.startsWith('tools/call') ? { status: 401, body: '' } : undefined;
    expect(reasons(await callAll(connection, ...five))).toEqual(five.map(() => 'UnauthorizedError'));
    expect(refreshes()).toBe(1);
    await world.signIn(connection.transport);
    expect(reasons(await callAll(connection, ...five))).toEqual(five.map(() => 'TokenRejectedError'));
    expect(refreshes()).toBe(2);
    await expect(connection.client.callTool({ name: '1' })).rejects.toMatchObject({
      code: 'CLIENT_HTTP_AUTHENTICATION',
      status: 401,
      issuer: world.as.issuer,
      resource: world.rs.url.href
    });
    expect(world.provider.authorizationUrls).toHaveLength(2);
  });
});

describe('a wait for somebody else’s flow', () => {
  it('A wait for somebody else’s flow ends when its own request is aborted, and leaves the flow alone', async () => {
    const world = await createWorld();
    const { client } = await world.connect();
    world.as.expireAccessTokens();
    const token = gate();
    world.as.script.onToken = () => token.opened.then(() => undefined);
    const first = client.callTool({ name: 'first' });
    await until(() => world.as.tokenRequests.length === 2);
    const controller = new AbortController();
    const second = client.callTool({ name: 'second' }, { signal: controller.signal });
    await until(() => world.rs.count('tools/call second') === 1);
    controller.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    token.open();
    await expect(first).resolves.toBeDefined();
  });

  it('A wait for somebody else’s flow ends for the request that began it, too, and the flow goes on for the others', async () => {
    const world = await createWorld();
    const { client } = await world.connect();
    world.as.expireAccessTokens();
    const token = gate();
    world.as.script.onToken = () => token.opened.then(() => undefined);
    const controller = new AbortController();
    const first = client.callTool({ name: 'first' }, { signal: controller.signal });
    await until(() => world.as.tokenRequests.length === 2);
    const second = client.callTool({ name: 'second' });
    await until(() => world.rs.count('tools/call second') === 1);
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    token.open();
    await expect(second).resolves.toBeDefined();
    expect(world.as.tokenRequests).toHaveLength(2);
  });

  it('A wait for somebody else’s flow ends with close(), after which nothing is started', async () => {
    const world = await createWorld({ resource: { needs: { 'tools/call d': 'd' } } });
    const connection = await world.connect();
    const state = gate();
    const original = world.provider.state.bind(world.provider);
    Object.assign(world.provider, { state: () => state.opened.then(original) });
    const results = callAll(connection, 'd', 'd');
    await until(() => world.rs.count('tools/call d') === 2);
    await new Promise(resolve => setTimeout(resolve, 20));
    await connection.client.close();
    expect(reasons(await results)).toEqual(['SdkError', 'SdkError']);
    state.open();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });

  it('A wait for somebody else’s flow does not end with the close() of another transport: it takes over', async () => {
    const world = await createWorld({ resource: { needs: { 'tools/call d': 'd' } } });
    const [first, second] = [await world.connect(), await world.connect()];
    const state = gate();
    const original = world.provider.state.bind(world.provider);
    Object.assign(world.provider, { state: () => state.opened.then(original) });
    const closed = first.client.callTool({ name: 'd' });
    await until(() => world.rs.count('tools/call d') === 1);
    const waiting = second.client.callTool({ name: 'd' });
    await until(() => world.rs.count('tools/call d') === 2);
    await new Promise(resolve => setTimeout(resolve, 20));
    const results = Promise.allSettled([closed, waiting]);
    await first.client.close();
    state.open();
    expect(reasons(await results)).toEqual(['SdkError', 'UnauthorizedError']);
    expect(world.provider.authorizationUrls).toHaveLength(2);
  });

  it('The tokens of a refresh that close() came in the middle of are kept', async () => {
    const world = await createWorld({ authorization: { rotates: true } });
    const { client } = await world.connect();
    const before = world.provider.tokens()?.refresh_token;
    world.as.expireAccessTokens();
    const token = gate();
    world.as.script.onToken = () => token.opened.then(() => undefined);
    const pending = client.callTool({ name: 'x' });
    pending.catch(() => undefined);
    await until(() => world.as.tokenRequests.length === 2);
    await client.close();
    await expect(pending).rejects.toThrow(SdkError);
    token.open();
    await until(() => world.provider.tokens()?.refresh_token !== before);
  });
});

describe('a provider that misbehaves', () => {
  it('A provider that never answers is given up after flowTimeout; the next request is not wedged', async () => {
    const world = await createWorld({ resource: { needs: { 'tools/call d': 'd' } } });
    const { client } = await world.connect({ flowTimeout: 100 });
    const original = world.provider.state.bind(world.provider);
    Object.assign(world.provider, { state: () => new Promise(() => undefined) });
    await expect(client.callTool({ name: 'd' })).rejects.toMatchObject({ code: 'FLOW_TIMEOUT' });
    Object.assign(world.provider, { state: original });
    await expect(client.callTool({ name: 'd' })).rejects.toThrow(UnauthorizedError);
  });

  it('A provider that throws fails its request with that very error; the next request is not wedged', async () => {
    const world = await createWorld({ resource: { needs: { 'tools/call d': 'd' } } });
    const { client } = await world.connect();
    const failure = new Error('the disk is full');
    const original = world.provider.saveCodeVerifier.bind(world.provider);
    Object.assign(world.provider, { saveCodeVerifier: () => Promise.reject(failure) });
    await expect(client.callTool({ name: 'd' })).rejects.toBe(failure);
    Object.assign(world.provider, { saveCodeVerifier: original });
    await expect(client.callTool({ name: 'd' })).rejects.toThrow(UnauthorizedError);
  });
});

describe('a minimal AuthProvider', () => {
  async function minimal(
    provider: AuthProvider
  ): Promise<Connection & { world: Awaited<ReturnType<typeof createWorld>> }> {
    const world = await createWorld();
    await world.connect();
    world.rs.script.onRequest = ({ operation, token, body }) => {
      if (operation.startsWith('tools/call') && token !== 'new') {
        return { status: 401, body: 'stale', headers: { 'www-authenticate': 'Bearer scope="a"' } };
      }
      const { id, method } = (body ?? {}) as { id?: number; method?: string };
      if (id === undefined) return { status: 202, body: '' };
      const result =
        method === 'initialize'
          ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
          : { content: [] };
      return { status: 200, body: { jsonrpc: '2.0', id, result } };
    };
    const connection = await world.connect({}, provider as unknown as MemoryProvider);
    return { world, ...connection };
  }

  it('A minimal AuthProvider is asked for a new token once by requests that fail together', async () => {
    let token = 'old';
    const contexts: unknown[] = [];
    const connection = await minimal({
      token: () => Promise.resolve(token),
      onUnauthorized: async ({ response, serverUrl }) => {
        contexts.push([
          response.status,
          response.headers.get('www-authenticate'),
          await response.text(),
          serverUrl.pathname
        ]);
        token = 'new';
      }
    });
    expect(reasons(await callAll(connection, ...five))).toEqual(five.map(() => 'answered'));
    expect(contexts).toEqual([[401, 'Bearer scope="a"', 'stale', '/mcp']]);
  });

  it('A minimal AuthProvider whose new token is rejected, too, is asked once', async () => {
    let asked = 0;
    const connection = await minimal({
      token: () => Promise.resolve('old'),
      onUnauthorized: () => {
        asked++;
        return Promise.resolve();
      }
    });
    await expect(connection.client.callTool({ name: 'x' })).rejects.toMatchObject({
      code: 'CLIENT_HTTP_AUTHENTICATION',
      status: 401
    });
    expect(asked).toBe(1);
  });

  it('A minimal AuthProvider without onUnauthorized fails with an UnauthorizedError that waits for no callback', async () => {
    const connection = await minimal({ token: () => Promise.resolve('old') });
    const call = connection.client.callTool({ name: 'x' });
    await expect(call).rejects.toThrow(UnauthorizedError);
    await expect(call).rejects.toMatchObject({ pending: false });
  });

  it('A minimal AuthProvider cannot step up: a scope challenge is an InsufficientScopeError', async () => {
    const world = await createWorld({
      resource: { needs: { 'tools/call d': 'd' }, unauthorized: () => 'Bearer scope="a"' }
    });
    await world.connect();
    const token = world.provider.tokens()?.access_token;
    const provider: AuthProvider = { token: () => Promise.resolve(token) };
    const { client } = await world.connect({}, provider as unknown as MemoryProvider);
    const call = client.callTool({ name: 'd' });
    await expect(call).rejects.toThrow(InsufficientScopeError);
    await expect(call).rejects.toMatchObject({ requiredScope: 'd' });
  });
});

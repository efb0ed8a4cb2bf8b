import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  applyMiddlewares,
  createMiddleware,
  InsufficientScopeError,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  withLogging,
  withOAuth,
  type FetchLike,
  type RequestLogger
} from '@scopeful/client';
import { json, scriptMcp } from '../../support/scriptedMcp.js';
import { createWorld, machineProvider } from '../../support/scriptedWorld.js';

describe('applyMiddlewares', () => {
  it('`applyMiddlewares()` applies the last outermost', async () => {
    const order: string[] = [];
    const tracing = (name: string): ReturnType<typeof createMiddleware> =>
      createMiddleware(async (next, input, init) => {
        order.push(`${name} in`);
        const response = await next(input, init);
        order.push(`${name} out`);
        return response;
      });
    const server = await scriptMcp((_, response) => json(response, {}));
    await applyMiddlewares(tracing('a'), tracing('b'))(fetch)(server.url);
    expect(order).toEqual(['b in', 'a in', 'a out', 'b out']);
  });

  it('`applyMiddlewares()` without any returns the fetch itself', () => {
    const send: FetchLike = url => fetch(url);
    expect(applyMiddlewares()(send)).toBe(send);
  });
});

describe('withOAuth', () => {
  /** A POST that needs the scope `d`. */
  const post = {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'write' } })
  };
  const needs = { 'tools/call write': 'd' };

  it('`withOAuth()` obtains a token, steps up with the union, and answers', async () => {
    const world = await createWorld({ resource: { needs, unauthorized: () => 'Bearer scope="a"' } });
    const send = withOAuth(machineProvider(), world.rs.url)(fetch);
    const response = await send(world.rs.url, post);
    expect(response.status).toBe(200);
    expect(world.as.tokenRequests.map(({ scope }) => scope)).toEqual(['a', 'a d']);
  });

  it('`withOAuth()` shares what was asked for with a transport on the same provider and resource', async () => {
    const world = await createWorld({ resource: { needs, unauthorized: () => 'Bearer scope="a"' } });
    const provider = machineProvider();
    await withOAuth(provider, world.rs.url)(fetch)(world.rs.url, post);
    const transport = new StreamableHTTPClientTransport(world.rs.url, { authProvider: provider });
    expect((transport as unknown as { _scope?: string })._scope).toBe('a d');
  });

  it('`withOAuth()` sends the user to sign in with UnauthorizedError, and goes on after auth()', async () => {
    const world = await createWorld();
    const send = withOAuth(world.provider, world.rs.url)(fetch);
    await expect(send(world.rs.url, post)).rejects.toThrow(UnauthorizedError);
    await world.signIn(new StreamableHTTPClientTransport(world.rs.url, { authProvider: world.provider }));
    await expect(send(world.rs.url, post)).resolves.toMatchObject({ status: 200 });
  });

  it('`withOAuth()` keeps the caller’s own headers, and takes the origin of the request for the resource by default', async () => {
    const world = await createWorld({ resource: { metadata: false } });
    world.as.script.metadata = {};
    const provider = machineProvider();
    provider.saveDiscoveryState({ authorizationServerUrl: world.as.issuer });
    await withOAuth(provider)(fetch)(world.rs.url, { ...post, headers: [['X-Mine', 'kept']] });
    expect(world.rs.requests.at(-1)?.headers).toMatchObject({
      'x-mine': 'kept',
      authorization: expect.stringMatching(/^Bearer access-/) as unknown
    });
  });

  it('`withOAuth()` throws UnauthorizedError when the new token is rejected as well', async () => {
    const world = await createWorld({ resource: { onRequest: () => ({ status: 401, body: 'never' }) } });
    const failure = withOAuth(machineProvider(), world.rs.url)(fetch)(world.rs.url, post);
    await expect(failure).rejects.toThrow(UnauthorizedError);
  });

  it('`withOAuth()` throws InsufficientScopeError when asking cannot help', async () => {
    const world = await createWorld({
      authorization: { grant: () => 'a', namesScope: true },
      resource: { needs, unauthorized: () => 'Bearer scope="a"' }
    });
    await expect(withOAuth(machineProvider(), world.rs.url)(fetch)(world.rs.url, post)).rejects.toThrow(
      InsufficientScopeError
    );
  });

  it('`withOAuth()` asks the policy function, and tells what happens (R18, R20)', async () => {
    const world = await createWorld({ resource: { needs, unauthorized: () => 'Bearer scope="a"' } });
    const asked: unknown[] = [];
    const told: string[] = [];
    const send = withOAuth(machineProvider(), world.rs.url, {
      onInsufficientScope: ({ previous, added }) => {
        asked.push([previous, added]);
        return 'throw';
      },
      onauth: ({ type }) => void told.push(type)
    })(fetch);
    await expect(send(world.rs.url, post)).rejects.toThrow(InsufficientScopeError);
    expect(asked).toEqual([['a', 'd']]);
    expect(told).toEqual(['challenge', 'discovered', 'authorize', 'granted', 'challenge', 'refused']);
  });

  it('`withOAuth()` lets a request to another origin pass as it is: the token is for the resource alone', async () => {
    const world = await createWorld();
    const received: (string | undefined)[] = [];
    const other = await scriptMcp((request, response) => {
      received.push(request.headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Bearer scope="everything"' }).end('mine');
    });
    const told: string[] = [];
    const options = { onauth: ({ type }: { type: string }) => void told.push(type) };
    const send = withOAuth(machineProvider(), world.rs.url, options)(fetch);
    await send(world.rs.url, post);
    const before = told.length;
    const response = await send(other.url, { ...post, headers: { 'X-Mine': 'kept' } });
    expect([response.status, await response.text(), received]).toEqual([401, 'mine', [undefined]]);
    const own = await send(other.url, { ...post, headers: { Authorization: 'Bearer of-the-caller' } });
    expect([own.status, received.at(-1)]).toEqual([401, 'Bearer of-the-caller']);
    expect(told).toHaveLength(before);
  });

  it('`withOAuth()` fails nothing when onauth throws, and tells onerror', async () => {
    const world = await createWorld();
    const failure = new Error('the log is full');
    const errors: Error[] = [];
    const onauth = (): never => {
      throw failure;
    };
    const onerror = (error: Error): void => void errors.push(error);
    for (const options of [{ onauth, onerror }, { onauth }]) {
      const response = await withOAuth(machineProvider(), world.rs.url, options)(fetch)(world.rs.url, post);
      expect(response.status).toBe(200);
    }
    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors)).toEqual(new Set([failure]));
  });

  it('`withOAuth()` hands on any other response as it is, a plain 403 too', async () => {
    const world = await createWorld({ resource: { onRequest: () => ({ status: 403, body: 'no' }) } });
    const response = await withOAuth(machineProvider(), world.rs.url)(fetch)(world.rs.url, post);
    expect([response.status, await response.text()]).toEqual([403, 'no']);
  });
});

describe('withLogging', () => {
  it('`withLogging()` tells the logger of every request, headers on demand and without secrets', async () => {
    const server = await scriptMcp((_, response) =>
      response.writeHead(404, { 'set-cookie': 'session=secret', 'x-kept': 'yes' }).end()
    );
    const entries: Parameters<RequestLogger>[0][] = [];
    const logging = withLogging({
      logger: entry => entries.push(entry),
      includeRequestHeaders: true,
      includeResponseHeaders: true
    });
    await logging(fetch)(server.url, { method: 'PUT', headers: { Authorization: 'Bearer secret', 'X-Mine': 'shown' } });
    expect(entries).toMatchObject([{ method: 'PUT', url: server.url, status: 404, statusText: 'Not Found' }]);
    const [entry] = entries;
    expect([...(entry?.requestHeaders ?? []), ...(entry?.responseHeaders ?? [])].join()).not.toContain('=secret');
    expect(entry?.requestHeaders?.get('authorization')).toBe('[secret]');
    expect([entry?.requestHeaders?.get('x-mine'), entry?.responseHeaders?.get('x-kept')]).toEqual(['shown', 'yes']);
    expect(entry?.duration).toBeGreaterThan(0);
  });

  it('`withLogging()` leaves out what is below statusLevel, but no failure', async () => {
    const server = await scriptMcp((_, response) => response.writeHead(204).end());
    const logger = vi.fn<RequestLogger>();
    const send = withLogging({ logger, statusLevel: 400 })(fetch);
    await send(server.url);
    expect(logger).not.toHaveBeenCalled();
    await expect(send('http://127.0.0.1:1/')).rejects.toThrow();
    expect(logger).toHaveBeenCalledOnce();
  });

  it('`withLogging()` writes to the console by default, without the query', async () => {
    const server = await scriptMcp((_, response) => response.writeHead(204).end());
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    onTestFinished(() => log.mockRestore());
    await withLogging()(fetch)(new URL('?code=secret', server.url));
    expect(log.mock.calls.flat().join()).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/mcp 204 No Content \(\d+ ms\)$/);
  });
});

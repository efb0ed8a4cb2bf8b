import { expect, it } from 'vitest';
import { until } from '../../support/scriptedMcp.js';
import { createWorld, type ScriptedWorld } from '../../support/scriptedWorld.js';

/** How many requests an action takes, at the resource and at the authorization server together. */
async function countRequests({ as, rs }: ScriptedWorld, action: () => Promise<unknown>): Promise<number> {
  as.paths.length = rs.paths.length = 0;
  await action();
  return as.paths.length + rs.paths.length;
}

/** Connects and waits for what is sent once the connection stands. */
async function connect(world: ScriptedWorld): Promise<Awaited<ReturnType<ScriptedWorld['connect']>>> {
  const connection = await world.connect();
  await until(() => world.rs.count('GET') === 1);
  return connection;
}

it('The client takes 9 requests to connect with a sign-in', async () => {
  const world = await createWorld();
  expect(await countRequests(world, () => connect(world))).toBe(9);
  expect([...world.rs.paths.map(path => `resource ${path}`), ...world.as.paths.map(path => `server ${path}`)]).toEqual([
    'resource /mcp',
    'resource /.well-known/oauth-protected-resource/mcp',
    'resource /mcp',
    'resource /mcp',
    'resource /mcp',
    'server /.well-known/oauth-authorization-server',
    'server /register',
    'server /authorize',
    'server /token'
  ]);
});

it('The client takes 3 requests to go on after a 401: the call, the refresh, and the call', async () => {
  const world = await createWorld();
  const connection = await connect(world);
  world.as.expireAccessTokens();
  expect(await countRequests(world, () => world.call(connection, 'read'))).toBe(3);
});

it('The client takes 4 requests to step up: the call, the authorization, the exchange, and the call', async () => {
  const world = await createWorld({ resource: { needs: { 'tools/call write': 'write' } } });
  const connection = await connect(world);
  expect(await countRequests(world, () => world.call(connection, 'write'))).toBe(4);
});

it('The client takes 21 requests to make 10 calls at once with an expired token', async () => {
  const world = await createWorld();
  const connection = await connect(world);
  world.as.expireAccessTokens();
  const calls = (): Promise<unknown> =>
    Promise.all(Array.from({ length: 10 }, () => connection.client.callTool({ name: 'read' })));
  expect(await countRequests(world, calls)).toBe(21);
});

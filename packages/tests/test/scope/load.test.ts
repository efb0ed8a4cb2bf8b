import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { createWorld } from '../../support/scriptedWorld.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use once garbage is gone. */
async function heapInUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise(resolve => setTimeout(resolve, 20));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

const MIB = 1024 * 1024;

it('1,000 requests in flight when the token expires are all answered after one refresh, and leave nothing behind', async () => {
  const world = await createWorld({ authorization: { rotates: true } });
  const { client } = await world.connect();
  const tools = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
  const burst = async (): Promise<void> => {
    world.as.expireAccessTokens();
    const results = await Promise.allSettled(tools.map(name => client.callTool({ name })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1_000);
    world.rs.requests.length = world.rs.paths.length = 0;
  };
  const refreshes = (): number =>
    world.as.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length;
  await burst();
  expect(refreshes()).toBe(1);
  // What is left behind is left behind each time; what else lives in this process comes and goes.
  let growth = Number.POSITIVE_INFINITY;
  for (let bursts = 2; growth >= 2 * MIB && bursts < 6; bursts++) {
    const before = await heapInUse();
    await burst();
    growth = (await heapInUse()) - before;
    expect(refreshes()).toBe(bursts);
  }
  expect(world.provider.authorizationUrls).toHaveLength(1);
  expect(growth).toBeLessThan(2 * MIB);
}, 120_000);

it('200 requests that lack 20 different scopes cause two authorizations at most, and no warning', async () => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): unknown => warnings.push(message);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  const tools = Array.from({ length: 200 }, (_, index) => `t${index}`);
  const needs = Object.fromEntries(tools.map((tool, index) => [`tools/call ${tool}`, `s${index % 20}`]));
  const world = await createWorld({ resource: { needs, unauthorized: () => 'Bearer scope="a"' } });
  const { client, transport } = await world.connect();
  const all = (): Promise<PromiseSettledResult<unknown>[]> =>
    Promise.allSettled(tools.map(name => client.callTool({ name })));
  const signedInBefore = world.provider.authorizationUrls.length;
  let answered = 0;
  for (let round = 0; answered < 200 && round < 4; round++) {
    answered = (await all()).filter(({ status }) => status === 'fulfilled').length;
    if (answered < 200) await world.signIn(transport);
  }
  expect(answered).toBe(200);
  expect(world.provider.authorizationUrls.length - signedInBefore).toBeLessThanOrEqual(2);
  expect(warnings).toEqual([]);
}, 60_000);

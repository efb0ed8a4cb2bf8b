import { describe, expect, it } from 'vitest';
import { InsufficientScopeError, UnauthorizedError, withOAuth, type InsufficientScopeContext } from '@scopeful/client';
import { until } from '../../support/scriptedMcp.js';
import { createWorld, type ScriptedWorld } from '../../support/scriptedWorld.js';

const needs = { 'tools/call write': 'd', 'tools/call purge': 'e' };

function worldOfTools(): Promise<ScriptedWorld> {
  return createWorld({ resource: { needs, unauthorized: () => 'Bearer scope="a"' } });
}

function later(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

describe('while a person is asked (R35)', () => {
  it('The total of a request goes on while a person is asked, and ends the question', async () => {
    const world = await worldOfTools();
    let context: InsufficientScopeContext | undefined;
    const onInsufficientScope = (given: InsufficientScopeContext): Promise<never> => {
      context = given;
      return new Promise(() => undefined);
    };
    const { client } = await world.connect({ onInsufficientScope });
    const call = client.callTool({ name: 'write' }, { timeout: 1_000, maxTotalTimeout: 2_000 });
    await expect(call).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT', data: { maxTotalTimeout: 2_000 } });
    expect(context?.signal.aborted).toBe(true);
    expect(world.provider.authorizationUrls).toHaveLength(1);
  });

  it('A request that is aborted ends the question, and another is asked anew', async () => {
    const world = await worldOfTools();
    const asked: InsufficientScopeContext[] = [];
    const onInsufficientScope = (context: InsufficientScopeContext): Promise<'throw'> => {
      asked.push(context);
      return asked.length === 1 ? new Promise(() => undefined) : Promise.resolve('throw');
    };
    const { client } = await world.connect({ onInsufficientScope });
    const controller = new AbortController();
    const first = client.callTool({ name: 'write' }, { signal: controller.signal });
    await until(() => asked.length === 1);
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    await expect(client.callTool({ name: 'purge' })).rejects.toThrow(InsufficientScopeError);
    expect(asked.map(({ operation }) => operation.name)).toEqual(['write', 'purge']);
  });

  it('What was agreed to before more was asked for stays agreed to, when that is refused', async () => {
    const world = await worldOfTools();
    const asked: InsufficientScopeContext[] = [];
    let decide: (() => void) | undefined;
    const onInsufficientScope = async (context: InsufficientScopeContext): Promise<'reauthorize' | 'throw'> => {
      asked.push(context);
      if (asked.length > 1) return 'throw';
      await new Promise<void>(resolve => (decide = resolve));
      return 'reauthorize';
    };
    const { client } = await world.connect({ onInsufficientScope });
    const write = client.callTool({ name: 'write' });
    await until(() => decide !== undefined);
    const purge = client.callTool({ name: 'purge' });
    await until(() => world.rs.count('tools/call purge') === 1);
    await later(30);
    decide?.();
    await expect(purge).rejects.toThrow(InsufficientScopeError);
    await expect(write).rejects.toThrow(UnauthorizedError);
    expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('scope')).toBe('a d');
  });
});

it('A decision that is none fails its request with a TypeError, and asks nobody', async () => {
  const world = await worldOfTools();
  const { client } = await world.connect({ onInsufficientScope: () => Promise.resolve('yes') });
  await expect(client.callTool({ name: 'write' })).rejects.toThrow(TypeError);
  expect(world.provider.authorizationUrls).toHaveLength(1);
});

describe('an answer that comes late', () => {
  it('An answer that comes late to a refresh replaces no tokens that the user has signed in for since', async () => {
    const world = await createWorld({
      authorization: { rotates: true },
      resource: { unauthorized: () => 'Bearer scope="a"' }
    });
    const { client, transport } = await world.connect({ flowTimeout: 1_000 });
    let answer: (() => void) | undefined;
    const slow = new Promise<void>(resolve => (answer = resolve));
    world.as.script.onToken = ({ grantType }) =>
      grantType === 'refresh_token' ? slow.then(() => undefined) : undefined;
    world.as.expireAccessTokens();
    await expect(client.callTool({ name: 'x' })).rejects.toMatchObject({ code: 'FLOW_TIMEOUT' });
    const refresh = world.provider.tokens()?.refresh_token;
    world.provider.invalidateCredentials('tokens');
    await expect(client.callTool({ name: 'x' })).rejects.toThrow(UnauthorizedError);
    await world.signIn(transport);
    const signedIn = world.provider.tokens();
    expect(signedIn?.refresh_token).not.toBe(refresh);
    answer?.();
    await later(50);
    expect(world.provider.tokens()).toEqual(signedIn);
    await expect(client.callTool({ name: 'x' })).resolves.toBeDefined();
  });
});

describe('a listener that throws', () => {
  it('A listener that throws stops nothing in withOAuth, and is reported', async () => {
    const world = await worldOfTools();
    await world.connect();
    const errors: Error[] = [];
    const onauth = (): void => {
      throw new Error('the listener');
    };
    const send = withOAuth(world.provider, world.rs.url, { onauth, onerror: error => errors.push(error) })(fetch);
    world.as.expireAccessTokens();
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } });
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const response = await send(world.rs.url, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    expect(errors.map(({ message }) => message)).toContain('the listener');
  });
});

describe('a token in storage that no header can carry', () => {
  it('A token in storage that no header can carry is not sent and not shown', async () => {
    const world = await worldOfTools();
    const { client } = await world.connect();
    world.provider.saveTokens({ access_token: 'secret\ntoken', token_type: 'Bearer' });
    const error = (await client.callTool({ name: 'x' }).catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ code: 'INVALID_TOKEN' });
    expect(`${error.message} ${error.stack ?? ''}`).not.toContain('secret');
  });
});

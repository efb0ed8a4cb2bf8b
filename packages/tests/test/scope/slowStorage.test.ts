import { describe, expect, it } from 'vitest';
import { authorize, Client, UnauthorizedError } from '@scopeful/client';
import type { MemoryProvider } from '../../support/memoryProvider.js';
import { until } from '../../support/scriptedMcp.js';
import { createWorld, type ScriptedWorld, type TransportKind } from '../../support/scriptedWorld.js';

const needs = { 'tools/call write': 'd', 'tools/call purge': 'e' };

/** A world that signs in for `a`, gives out refresh tokens that can be used once, and has tools that need more. */
function worldOfTools(transport?: TransportKind): Promise<ScriptedWorld> {
  const resource = { needs, unauthorized: () => 'Bearer scope="a"' };
  return createWorld({ transport, authorization: { rotates: true }, resource });
}

/** Lets the next call of a provider's method wait. */
function delayNext(
  provider: MemoryProvider,
  method: 'tokens' | 'saveTokens' | 'clientInformation' | 'saveCodeVerifier' | 'invalidateCredentials'
): { isWaiting: () => boolean; release: () => void } {
  let release: (() => void) | undefined;
  const original = provider[method] as (...values: unknown[]) => unknown;
  Object.assign(provider, {
    [method]: async (...values: unknown[]): Promise<unknown> => {
      Object.assign(provider, { [method]: original });
      await new Promise<void>(resolve => (release = resolve));
      return original.apply(provider, values);
    }
  });
  return { isWaiting: () => release !== undefined, release: () => release?.() };
}

function later(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

function scopesAsked({ provider }: ScriptedWorld): (string | null)[] {
  return provider.authorizationUrls.map(url => url.searchParams.get('scope'));
}

describe('a method that never settles', () => {
  it('A flow in which a method never settles fails alone: whoever waited for it goes on', async () => {
    const world = await worldOfTools();
    const { client } = await world.connect({ flowTimeout: 500 });
    const delay = delayNext(world.provider, 'clientInformation');
    const write = client.callTool({ name: 'write' });
    write.catch(() => undefined);
    await until(delay.isWaiting);
    world.as.expireAccessTokens();
    await expect(client.callTool({ name: 'read' })).resolves.toBeDefined();
    await expect(write).rejects.toMatchObject({ code: 'FLOW_TIMEOUT' });
  });

  it.each<TransportKind>(['streamable', 'sse'])(
    'A connect() over %s that waits for it ends with close()',
    async kind => {
      const world = await worldOfTools(kind);
      await world.connect();
      const client = new Client({ name: 'test', version: '1.0.0' });
      const delay = delayNext(world.provider, 'tokens');
      const connected = client.connect(world.createTransport());
      connected.catch(() => undefined);
      await until(delay.isWaiting);
      await client.close();
      await expect(connected).rejects.toThrow();
    }
  );

  it('An authorize() that waits for it ends with its signal', async () => {
    const world = await worldOfTools();
    await world.connect();
    const delay = delayNext(world.provider, 'tokens');
    const controller = new AbortController();
    const authorized = authorize(world.provider, { serverUrl: world.rs.url, signal: controller.signal });
    authorized.catch(() => undefined);
    await until(delay.isWaiting);
    controller.abort(new Error('enough'));
    await expect(authorized).rejects.toThrow('enough');
  });
});

describe('a method that takes long', () => {
  it('Tokens that storage writes late do not stay in place of later ones', async () => {
    const world = await worldOfTools();
    const { client, transport } = await world.connect({ flowTimeout: 500 });
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(UnauthorizedError);
    const delay = delayNext(world.provider, 'saveTokens');
    await expect(world.signIn(transport)).rejects.toMatchObject({ code: 'FLOW_TIMEOUT' });
    world.as.expireAccessTokens();
    await client.callTool({ name: 'read' });
    const refreshed = world.provider.tokens();
    delay.release();
    await later(50);
    expect(world.provider.savedTokens).toHaveLength(4);
    expect(world.provider.tokens()).toEqual(refreshed);
    await expect(client.callTool({ name: 'read' })).resolves.toBeDefined();
  });

  it('Tokens that the server sends late do not take the place of later ones', async () => {
    const world = await worldOfTools();
    const { client, transport } = await world.connect({ flowTimeout: 500 });
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(UnauthorizedError);
    let answer: (() => void) | undefined;
    const slow = new Promise<void>(resolve => (answer = resolve));
    world.as.script.onToken = ({ grantType }) =>
      grantType === 'authorization_code' ? slow.then(() => undefined) : undefined;
    await expect(world.signIn(transport)).rejects.toMatchObject({ code: 'FLOW_TIMEOUT' });
    world.as.expireAccessTokens();
    await client.callTool({ name: 'read' });
    const refreshed = world.provider.tokens();
    answer?.();
    await later(100);
    expect(world.provider.tokens()).toEqual(refreshed);
  });

  it('Tokens that came meanwhile are not gone when storage deletes refused ones late', async () => {
    const world = await worldOfTools();
    const { client, transport } = await world.connect({ flowTimeout: 500 });
    world.as.expireAccessTokens();
    world.as.revokeRefreshTokens();
    const delay = delayNext(world.provider, 'invalidateCredentials');
    // The stream that waits for messages is who waits for storage; the call goes on when that flow's time is up.
    await expect(client.callTool({ name: 'read' })).rejects.toThrow(UnauthorizedError);
    await world.signIn(transport);
    const tokens = world.provider.tokens();
    delay.release();
    await later(50);
    expect(world.provider.invalidations).toContain('tokens');
    expect(world.provider.tokens()).toEqual(tokens);
  });

  it('No prompt is opened for what was granted while storage was slow', async () => {
    const world = await worldOfTools();
    const { client, transport } = await world.connect();
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(UnauthorizedError);
    const callback = await world.as.approve(world.provider.authorizationUrls.at(-1));
    const delay = delayNext(world.provider, 'saveCodeVerifier');
    const second = client.callTool({ name: 'write' });
    await until(delay.isWaiting);
    await transport.finishAuth(callback);
    delay.release();
    await expect(second).resolves.toBeDefined();
    expect(scopesAsked(world)).toEqual(['a', 'a d']);
  });

  it('No prompt is opened by authorize() either for what was granted meanwhile', async () => {
    const world = await createWorld({
      authorization: { issuesRefreshTokens: false },
      resource: { needs, unauthorized: () => 'Bearer scope="a"' }
    });
    const { client, transport } = await world.connect();
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(UnauthorizedError);
    const callback = await world.as.approve(world.provider.authorizationUrls.at(-1));
    const delay = delayNext(world.provider, 'saveCodeVerifier');
    const authorized = authorize(world.provider, { serverUrl: world.rs.url });
    await until(delay.isWaiting);
    await transport.finishAuth(callback);
    delay.release();
    await expect(authorized).resolves.toMatchObject({ status: 'AUTHORIZED', resolvedScope: 'a d' });
    expect(scopesAsked(world)).toEqual(['a', 'a d']);
  });
});

it('A request that a policy decides about while the user is sent away for another opens no second tab', async () => {
  const world = await worldOfTools();
  let decide: (() => void) | undefined;
  const { client } = await world.connect({
    onInsufficientScope: async () => {
      await new Promise<void>(resolve => (decide = resolve));
      return 'reauthorize';
    }
  });
  const write = client.callTool({ name: 'write' });
  write.catch(() => undefined);
  await until(() => decide !== undefined);
  const other = await authorize(world.provider, { serverUrl: world.rs.url, scope: 'a', forceReauthorization: true });
  expect(other.status).toBe('REDIRECT');
  decide?.();
  await expect(write).rejects.toMatchObject({ name: 'UnauthorizedError', pending: true });
  expect(scopesAsked(world)).toEqual(['a', 'a']);
});

import { describe, expect, it } from 'vitest';
import { InvalidScopeError, UnauthorizedError, type AuthEvent } from '@scopeful/client';
import { until } from '../../support/scriptedMcp.js';
import { createWorld, machineProvider, type ScriptedWorld, type TransportKind } from '../../support/scriptedWorld.js';

const needsD = { 'tools/call write': 'd', 'tools/call purge': 'e' };

/** A world that signs in for `a` and in which tools need more. */
function worldOfTools(transport?: TransportKind): Promise<ScriptedWorld> {
  return createWorld({ transport, resource: { needs: needsD, unauthorized: () => 'Bearer scope="a"' } });
}

describe.each<TransportKind>(['streamable', 'sse'])('a policy function over %s (R18)', transport => {
  it('A policy function that throws fails its own request alone', async () => {
    const world = await worldOfTools(transport);
    const { client } = await world.connect({
      onInsufficientScope: ({ operation }) => {
        if (operation.name === 'write') throw new Error('the dialog is gone');
        return 'reauthorize';
      }
    });
    const results = await Promise.allSettled([client.callTool({ name: 'write' }), client.callTool({ name: 'purge' })]);
    expect(results.map(result => (result.status === 'rejected' ? (result.reason as Error).message : '')).at(0)).toBe(
      'the dialog is gone'
    );
    expect(results[1]).toMatchObject({ reason: { name: 'UnauthorizedError' } });
  });

  it.each([{ scope: '' }, { scope: ' ' }, { scope: 5 }, null, undefined, 'yes'])(
    'An answer of %j is no decision: nothing is asked for',
    async answer => {
      const world = await worldOfTools(transport);
      const { client } = await world.connect({ onInsufficientScope: () => answer as never });
      await expect(client.callTool({ name: 'write' })).rejects.toThrow(
        new TypeError("onInsufficientScope must answer 'reauthorize', 'throw' or { scope }, which names at least one.")
      );
      expect(world.provider.authorizationUrls).toHaveLength(1);
    }
  );
});

it('A request that comes back too late for a prompt that was answered is told to be sent again, not to wait', async () => {
  const world = await worldOfTools();
  const { client, transport } = await world.connect();
  let release: (() => void) | undefined;
  const isHeld = new Promise<void>(resolve => (release = resolve));
  let isWaiting = false;
  world.rs.script.onRequest = async ({ operation }) => {
    if (operation !== 'tools/call purge' || isWaiting) return undefined;
    isWaiting = true;
    await isHeld;
    return undefined;
  };
  const late = client.callTool({ name: 'purge' });
  late.catch(() => undefined);
  await until(() => isWaiting);
  await expect(client.callTool({ name: 'write' })).rejects.toMatchObject({
    pending: true,
    message: expect.stringContaining('finishAuth') as string
  });
  await world.signIn(transport);
  release?.();
  await expect(late).rejects.toMatchObject({ name: 'UnauthorizedError', pending: false });
  await expect(late).rejects.toThrow(/which is over by now. Just send the request again/);
  await expect(client.callTool({ name: 'purge' })).rejects.toMatchObject({ pending: true });
});

describe('invalid_scope (R16)', () => {
  it('`invalid_scope` on the callback is typed, says what was asked for, and does not spoil the next attempt', async () => {
    const world = await worldOfTools();
    const { client, transport } = await world.connect();
    await expect(client.callTool({ name: 'purge' })).rejects.toThrow(UnauthorizedError);
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(UnauthorizedError);
    const refusal = transport.finishAuth(
      new URLSearchParams({ error: 'invalid_scope', state: world.provider.savedState() ?? '' })
    );
    await expect(refusal).rejects.toThrow(InvalidScopeError);
    await expect(refusal).rejects.toMatchObject({ code: 'invalid_scope', requestedScope: 'a e d' });
    expect(world.provider.discoveryState()?.requestedScope).toBe('a');
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(UnauthorizedError);
    expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('scope')).toBe('a d');
  });

  it('`invalid_scope` from the token endpoint is typed, too', async () => {
    const world = await worldOfTools();
    const provider = machineProvider();
    const { client } = await world.connect({}, provider);
    world.as.script.onToken = ({ scope }) =>
      scope?.includes('e') === true ? { status: 400, body: { error: 'invalid_scope' } } : undefined;
    await expect(client.callTool({ name: 'purge' })).rejects.toMatchObject({
      name: 'InvalidScopeError',
      requestedScope: 'a e'
    });
    await expect(client.callTool({ name: 'write' })).resolves.toBeDefined();
    expect(provider.tokens()?.scope).toBe('a d');
  });
});

describe('bounds (R25)', () => {
  it.each([
    ['tokens', Array.from({ length: 300 }, (_, index) => `s${index}`).join(' ')],
    ['characters', `x${'y'.repeat(9_000)}`]
  ])('Bounds on %s make a step-up fail with a typed error, and nothing grows', async (_, scope) => {
    const world = await worldOfTools();
    const { client, transport } = await world.connect();
    world.rs.script.forbidden = () => `Bearer error="insufficient_scope", scope="${scope}"`;
    await expect(client.callTool({ name: 'write' })).rejects.toMatchObject({
      name: 'OAuthClientFlowError',
      code: 'SCOPE_LIMIT'
    });
    expect((transport as unknown as { _scope?: string })._scope).toBe('a');
    world.rs.script.forbidden = undefined;
    await expect(client.callTool({ name: 'write' })).rejects.toThrow(UnauthorizedError);
    expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('scope')).toBe('a d');
  });
});

describe.each<TransportKind>(['streamable', 'sse'])('onauth over %s (R20)', transport => {
  it('`onauth` tells the story of a sign-in, a step-up, a refresh and a refusal, with no secret in it', async () => {
    const world = await worldOfTools(transport);
    const events: AuthEvent[] = [];
    const onauth = (event: AuthEvent): unknown => events.push(event);
    const connection = await world.connect({ onauth });
    await world.call(connection, 'write');
    world.as.expireAccessTokens();
    await connection.client.callTool({ name: 'write' });
    world.as.script = { grant: () => 'a d', namesScope: true };
    await world.call(connection, 'purge').catch(() => undefined);
    const told = events.map(({ type, operation }) => [type, operation?.name ?? operation?.method ?? '-'].join(' '));
    const first = transport === 'sse' ? 'GET' : 'initialize';
    expect(told).toEqual([
      `challenge ${first}`,
      `discovered ${first}`,
      `registered ${first}`,
      `authorize ${first}`,
      `redirect ${first}`,
      `granted ${first}`,
      'challenge write',
      'authorize write',
      'redirect write',
      'granted write',
      'challenge write',
      'refresh write',
      'granted write',
      'challenge purge',
      'authorize purge',
      'redirect purge',
      'granted purge',
      'challenge purge',
      'refused purge'
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'authorize', previous: 'a', added: 'd', requested: 'a d' })
    );
    expect(events.at(-1)).toMatchObject({ required: 'e', requested: 'a d e', granted: 'a d' });
    const text = JSON.stringify(events);
    for (const { access_token, refresh_token = access_token } of world.provider.savedTokens) {
      expect(text).not.toContain(access_token);
      expect(text).not.toContain(refresh_token);
    }
    expect(text).not.toContain(world.provider.codeVerifier());
  });

  it('`onauth` tells of a request that waits for another’s flow', async () => {
    const world = await worldOfTools(transport);
    const events: AuthEvent[] = [];
    const { client } = await world.connect({ onauth: event => events.push(event) });
    let open: (() => void) | undefined;
    const opened = new Promise<void>(resolve => (open = resolve));
    world.as.script.onToken = () => opened.then(() => undefined);
    world.as.expireAccessTokens();
    const calls = Promise.all([client.callTool({ name: 'x' }), client.callTool({ name: 'y' })]);
    await until(() => events.some(({ type }) => type === 'join'));
    open?.();
    await calls;
    expect(events.filter(({ type }) => type === 'refresh')).toHaveLength(1);
  });
});

describe('requests for discovery', () => {
  it('Requests for discovery are made once: a step-up and a refresh make none, though the provider keeps no discovery state', async () => {
    const world = await worldOfTools();
    Object.assign(world.provider, { discoveryState: undefined, saveDiscoveryState: undefined });
    const connection = await world.connect();
    const paths = (): string[] =>
      [...world.as.paths, ...world.rs.paths].filter(path => path.includes('well-known') || path === '/register');
    expect(paths()).toHaveLength(3);
    await world.call(connection, 'write');
    world.as.expireAccessTokens();
    await connection.client.callTool({ name: 'write' });
    expect(paths()).toHaveLength(3);
    expect(world.as.requestedScopes).toEqual(['a', 'a d']);
    expect(world.provider.tokens()?.scope).toBe('a d');
  });

  it('Requests for discovery are the fewest that the specification allows: metadata of the resource, of its server, and a registration', async () => {
    const world = await createWorld();
    await world.connect();
    expect(world.rs.paths.filter(path => path.includes('well-known'))).toEqual([
      '/.well-known/oauth-protected-resource/mcp'
    ]);
    expect(world.as.paths).toEqual(['/.well-known/oauth-authorization-server', '/register', '/authorize', '/token']);
  });
});

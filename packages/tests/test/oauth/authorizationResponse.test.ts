import { describe, expect, it } from 'vitest';
import {
  auth,
  InvalidScopeError,
  IssuerMismatchError,
  OAuthError,
  validateAuthorizationResponseIssuer,
  type AuthResult
} from '@scopeful/core';
import { authorizeResource } from '@scopeful/core/engine';
import { authorize, rejection, startWorld, without, type World } from './harness.js';

const ERROR = { error: 'access_denied', error_description: 'Call +1 555-0100 now' };

/** A world whose user was just sent to sign in. */
async function redirectedWorld(advertisesIss: boolean | string = false): Promise<World> {
  const metadata = advertisesIss === false ? {} : { authorization_response_iss_parameter_supported: advertisesIss };
  const world = await startWorld({ authorization: { metadata } });
  await auth(world.provider, { serverUrl: world.rs.url, scope: 'a' });
  return world;
}

/** Completes with the parameters of a callback. */
function complete({ provider, rs }: World, parameters: Record<string, string>): Promise<AuthResult | undefined> {
  const response = new URLSearchParams(parameters);
  return authorizeResource(provider, { serverUrl: rs.url, response, checkState: true });
}

/** The parameters of the callback after the user agreed. */
async function approval({ as, provider }: World): Promise<Record<string, string>> {
  return Object.fromEntries(await as.approve(provider.authorizationUrls.at(-1)));
}

function stateOf({ provider }: World): { state: string } {
  return { state: provider.savedState() ?? '' };
}

describe('an authorization response', () => {
  it('An authorization response with iss, state and code is exchanged (R23)', async () => {
    const world = await redirectedWorld(true);
    const result = await complete(world, await approval(world));
    expect(result).toEqual({ status: 'AUTHORIZED', resolvedScope: 'a' });
  });

  it('An authorization response of another issuer is ignored, and nothing it says is repeated (R23)', async () => {
    const world = await redirectedWorld();
    const error = await rejection(complete(world, { ...ERROR, ...stateOf(world), iss: 'https://evil.example' }));
    expect(error).toBeInstanceOf(IssuerMismatchError);
    expect(error).toMatchObject({ kind: 'authorization_response', received: 'https://evil.example' });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/access_denied|555-/);
  });

  it('An authorization response of another issuer is ignored before its state is looked at (R23)', async () => {
    const world = await redirectedWorld();
    const run = complete(world, { code: 'code', state: 'wrong', iss: 'https://evil.example' });
    await expect(run).rejects.toThrow(IssuerMismatchError);
  });

  it('An authorization response of another issuer costs neither code nor tokens (R23)', async () => {
    const world = await redirectedWorld();
    const before = world.provider.tokens();
    await expect(complete(world, { ...(await approval(world)), iss: 'https://evil.example' })).rejects.toThrow();
    expect(world.as.tokenRequests).toEqual([]);
    expect(world.provider.tokens()).toEqual(before);
    expect(world.provider.invalidations).toEqual([]);
  });

  it.each(['/', '?', '#'])(
    'An authorization response must name the issuer to the letter: %j at its end is another (R23)',
    async suffix => {
      const world = await redirectedWorld();
      const run = complete(world, { ...(await approval(world)), iss: world.as.issuer + suffix });
      await expect(run).rejects.toThrow(IssuerMismatchError);
    }
  );

  it('An authorization response must name the issuer when the server says that it does (R23)', async () => {
    const world = await redirectedWorld(true);
    const { iss: _, ...parameters } = await approval(world);
    await expect(complete(world, parameters)).rejects.toThrow(IssuerMismatchError);
    expect(world.as.tokenRequests).toEqual([]);
  });

  it('An authorization response must name the issuer when the server says so, even if it is an error (R23)', async () => {
    const world = await redirectedWorld(true);
    await expect(complete(world, { ...ERROR, ...stateOf(world) })).rejects.toThrow(IssuerMismatchError);
  });

  it('An authorization response need not name the issuer otherwise (R23)', async () => {
    const world = await redirectedWorld();
    const { iss: _, ...parameters } = await approval(world);
    await expect(complete(world, parameters)).resolves.toMatchObject({ status: 'AUTHORIZED' });
  });

  it('An authorization response need not name the issuer when the server says that it does in no boolean, and signs in all the same', async () => {
    const world = await redirectedWorld('true');
    const { iss: _, ...parameters } = await approval(world);
    await expect(complete(world, parameters)).resolves.toMatchObject({ status: 'AUTHORIZED' });
  });

  it.each([
    ['another', { code: 'code', state: 'wrong' }],
    ['none', { code: 'code' }]
  ])(
    'An authorization response with a state that was not sent is ignored: %s (R23)',
    async (_, parameters: Record<string, string>) => {
      const world = await redirectedWorld();
      const run = complete(world, parameters);
      await expect(run).rejects.toMatchObject({ code: 'STATE_MISMATCH' });
      expect(world.as.tokenRequests).toEqual([]);
    }
  );

  it('An authorization response with a state that was not sent is ignored before its error is looked at (R23)', async () => {
    const world = await redirectedWorld();
    const error = await rejection(complete(world, { ...ERROR, state: 'wrong' }));
    expect(error).toMatchObject({ code: 'STATE_MISMATCH' });
    expect(String(error)).not.toMatch(/access_denied|555-/);
  });

  it('An authorization response is taken without comparing states when the provider cannot tell the one it sent (R23)', async () => {
    const world = await redirectedWorld();
    without(world.provider, 'savedState');
    const { state: _, ...parameters } = await approval(world);
    await expect(complete(world, parameters)).resolves.toMatchObject({ status: 'AUTHORIZED' });
  });

  it('An authorization response with an error is that error', async () => {
    const world = await redirectedWorld();
    const parameters = { ...ERROR, error_uri: 'https://as.example/why', iss: world.as.issuer, ...stateOf(world) };
    const error = await rejection(complete(world, parameters));
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({
      code: 'access_denied',
      message: ERROR.error_description,
      errorUri: 'https://as.example/why'
    });
    expect(world.as.tokenRequests).toEqual([]);
  });

  it('An authorization response with invalid_scope is reported with the scope that was asked for (R16)', async () => {
    const world = await redirectedWorld();
    const error = await rejection(complete(world, { error: 'invalid_scope', ...stateOf(world) }));
    expect(error).toBeInstanceOf(InvalidScopeError);
    expect(error).toMatchObject({ code: 'invalid_scope', requestedScope: 'a' });
  });

  it('An authorization response with an error costs no tokens (R21)', async () => {
    const world = await startWorld();
    await authorize(world, { scope: 'a' });
    const before = world.provider.tokens();
    await auth(world.provider, { serverUrl: world.rs.url, scope: 'a b', forceReauthorization: true });
    await expect(complete(world, { ...ERROR, ...stateOf(world) })).rejects.toThrow(OAuthError);
    expect(world.provider.tokens()).toEqual(before);
    expect(world.provider.invalidations).toEqual([]);
  });

  it('An authorization response with neither code nor error is invalid', async () => {
    const world = await redirectedWorld();
    const run = complete(world, stateOf(world));
    await expect(run).rejects.toMatchObject({ code: 'INVALID_AUTHORIZATION_RESPONSE' });
  });
});

describe('a code without the rest of its response', () => {
  it('A code without the rest of its response is not exchanged when the iss given with it is of another issuer (R23)', async () => {
    const world = await redirectedWorld();
    const { code: authorizationCode = '' } = await approval(world);
    const options = { serverUrl: world.rs.url, authorizationCode, iss: 'https://evil.example' };
    await expect(auth(world.provider, options)).rejects.toThrow(IssuerMismatchError);
    expect(world.as.tokenRequests).toEqual([]);
  });

  it('A code without the rest of its response is not exchanged without iss when the server says that it sends it (R23)', async () => {
    const world = await redirectedWorld(true);
    const { code: authorizationCode = '' } = await approval(world);
    const run = auth(world.provider, { serverUrl: world.rs.url, authorizationCode });
    await expect(run).rejects.toThrow(IssuerMismatchError);
    expect(world.as.tokenRequests).toEqual([]);
  });

  it('A code without the rest of its response is exchanged with the iss of its issuer (R23)', async () => {
    const world = await redirectedWorld(true);
    const { code: authorizationCode = '', iss } = await approval(world);
    const run = auth(world.provider, { serverUrl: world.rs.url, authorizationCode, iss });
    await expect(run).resolves.toMatchObject({ status: 'AUTHORIZED' });
  });
});

describe('the iss of an authorization response', () => {
  const expectedIssuer = 'https://as.example';

  it.each([
    [true, expectedIssuer, true],
    [true, undefined, false],
    [true, 'https://evil.example', false],
    [false, expectedIssuer, true],
    [false, undefined, true],
    [false, 'https://evil.example', false],
    [false, 'https://AS.example', false],
    [false, 'https://as.example:443', false],
    [false, '', false]
  ])(
    'The iss of an authorization response, advertised: %s, received: %s, is acceptable: %s',
    (issParameterSupported, iss, isAcceptable) => {
      const validate = (): void => validateAuthorizationResponseIssuer({ iss, expectedIssuer, issParameterSupported });
      if (isAcceptable) expect(validate).not.toThrow();
      else expect(validate).toThrow(IssuerMismatchError);
    }
  );
});

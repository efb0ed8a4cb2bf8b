import { expect, it } from 'vitest';
import { auth, authorize } from '@scopeful/client';
import { auth as coreAuth } from '@scopeful/core';
import { createWorld } from '../../support/scriptedWorld.js';

it('auth() resolves to the status alone, which programs compare; authorize() is that of core, and tells the scope', async () => {
  const { provider, rs, as } = await createWorld({ resource: { metadata: { scopes_supported: ['a'] } } });
  const options = { serverUrl: rs.url };
  await expect(auth(provider, options)).resolves.toBe('REDIRECT');
  const callback = await as.approve(provider.authorizationUrls.at(-1));
  const authorizationCode = callback.get('code') ?? '';
  await expect(auth(provider, { ...options, authorizationCode })).resolves.toBe('AUTHORIZED');
  await expect(authorize(provider, options)).resolves.toEqual({ status: 'AUTHORIZED', resolvedScope: 'a' });
  expect(authorize).toBe(coreAuth);
});

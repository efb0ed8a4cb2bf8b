import { describe, expect, it } from 'vitest';
import {
  auth,
  discoverAuthorizationServerMetadata,
  discoverOAuthMetadata,
  discoverOAuthProtectedResourceMetadata,
  discoverOAuthServerInfo,
  exchangeAuthorization,
  fetchToken,
  refreshAuthorization,
  registerClient,
  startAuthorization,
  type OAuthClientMetadata
} from '@scopeful/core';
import { MemoryProvider } from '../../support/memoryProvider.js';

const URL_OF_NOTHING = 'no URL';
const provider = new MemoryProvider();
const clientInformation = { client_id: 'client' };
const clientMetadata: OAuthClientMetadata = { redirect_uris: [] };
const redirectUri = 'http://127.0.0.1/callback';
const code = { authorizationCode: 'code', codeVerifier: 'verifier', redirectUri };

// A caller that attaches .catch() to what it is given is not prepared for anything else.
describe('an asynchronous function rejects, and does not throw, when it is given no URL', () => {
  const calls: [string, () => Promise<unknown>][] = [
    ['auth', () => auth(provider, { serverUrl: URL_OF_NOTHING })],
    ['discoverAuthorizationServerMetadata', () => discoverAuthorizationServerMetadata(URL_OF_NOTHING)],

    ['discoverOAuthMetadata', () => discoverOAuthMetadata(URL_OF_NOTHING)],
    ['discoverOAuthProtectedResourceMetadata', () => discoverOAuthProtectedResourceMetadata(URL_OF_NOTHING)],
    ['discoverOAuthServerInfo', () => discoverOAuthServerInfo(URL_OF_NOTHING)],
    ['exchangeAuthorization', () => exchangeAuthorization(URL_OF_NOTHING, { ...code, clientInformation, iss: 'x' })],
    ['fetchToken', () => fetchToken(provider, URL_OF_NOTHING, { authorizationCode: 'code' })],
    ['refreshAuthorization', () => refreshAuthorization(URL_OF_NOTHING, { clientInformation, refreshToken: 'r' })],
    ['registerClient', () => registerClient(URL_OF_NOTHING, { clientMetadata })],
    ['startAuthorization', () => startAuthorization(URL_OF_NOTHING, { clientInformation, redirectUrl: redirectUri })]
  ];

  it.each(calls)('`%s()` rejects, and does not throw, when it is given no URL', (_, call) => {
    let result: Promise<unknown> | undefined;
    expect(() => (result = call())).not.toThrow();
    return expect(result).rejects.toThrow();
  });
});

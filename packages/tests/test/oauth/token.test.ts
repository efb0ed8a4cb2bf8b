import { describe, expect, it } from 'vitest';
import {
  assertSecureTokenEndpoint,
  AuthorizationServerMismatchError,
  exchangeAuthorization,
  fetchToken,
  InsecureTokenEndpointError,
  InvalidDocumentError,
  IssuerMismatchError,
  OAuthError,
  parseErrorResponse,
  refreshAuthorization,
  SdkHttpError,
  type OAuthClientInformationMixed,
  type OAuthTokens
} from '@scopeful/core';
import { MemoryProvider } from '../../support/memoryProvider.js';
import {
  deferred,
  machineProvider,
  metadataOf,
  startServer,
  type Answer,
  type Received,
  type TestServer
} from './harness.js';

const TOKENS = { access_token: 'access', token_type: 'Bearer' };
const CODE = { authorizationCode: 'code', codeVerifier: 'verifier', redirectUri: 'http://127.0.0.1/callback' };
const SECRET = { client_id: 'client', client_secret: 'secret' };

/** A token endpoint; it answers with tokens unless told otherwise. */
function startTokenEndpoint(answer: Answer = { body: TOKENS }): Promise<TestServer> {
  return startServer(({ path }) => (path === '/token' ? answer : undefined));
}

function exchangeAt({ origin }: TestServer, client: OAuthClientInformationMixed = SECRET): Promise<OAuthTokens> {
  return exchangeAuthorization(origin, { ...CODE, clientInformation: client });
}

/** How a client proved who it is. */
function credentialsIn({ headers, form }: Received): Record<string, string | null> {
  const basic = headers.get('authorization')?.replace('Basic ', '');
  return {
    basic: basic === undefined ? null : Buffer.from(basic, 'base64').toString(),
    client_id: form.get('client_id'),
    client_secret: form.get('client_secret')
  };
}

describe('client authentication', () => {
  const basic = { basic: 'client:secret', client_id: null, client_secret: null };
  const post = { basic: null, client_id: 'client', client_secret: 'secret' };
  const none = { basic: null, client_id: 'client', client_secret: null };
  const registered = (method: string): object => ({ ...SECRET, token_endpoint_auth_method: method });

  it.each([
    ['basic when the server lists nothing', SECRET, undefined, basic],
    ['basic before post', SECRET, ['client_secret_post', 'client_secret_basic'], basic],
    ['post when the server does not list basic', SECRET, ['client_secret_post', 'none'], post],
    ['none when that is all that is left', SECRET, ['none'], none],
    ['none without a secret', { client_id: 'client' }, undefined, none],
    ['none without a secret, whatever the server lists', { client_id: 'client' }, ['client_secret_basic'], none],
    ['the registered method', registered('client_secret_post'), undefined, post],
    [
      'the registered method before others',
      registered('client_secret_post'),
      ['client_secret_basic', 'client_secret_post'],
      post
    ],
    ['none when registered, in spite of a secret', registered('none'), ['client_secret_basic', 'none'], none],
    [
      'another when the server no longer lists the registered one',
      registered('client_secret_post'),
      ['client_secret_basic'],
      basic
    ],
    ['another when the registered one is unknown here', registered('private_key_jwt'), undefined, basic]
  ])('Client authentication is %s', async (_, client, methods, expected) => {
    const server = await startTokenEndpoint();
    const metadata = { ...metadataOf(server.origin), token_endpoint_auth_methods_supported: methods };
    await exchangeAuthorization(server.origin, {
      ...CODE,
      metadata,
      clientInformation: client as OAuthClientInformationMixed
    });
    expect(server.requests.map(credentialsIn)).toEqual([expected]);
  });

  it('Client authentication encodes Basic credentials as a form does (RFC 6749 §2.3.1)', async () => {
    const server = await startTokenEndpoint();
    await exchangeAt(server, { client_id: 'a b:c', client_secret: ':%+ ü' });
    expect(server.requests.map(credentialsIn)[0]?.['basic']).toBe('a+b%3Ac:%3A%25%2B+%C3%BC');
  });

  it('Client authentication sends a secret of any characters in a form, too', async () => {
    const server = await startTokenEndpoint();
    const client = { client_id: 'a b:c', client_secret: ':%+ ü', token_endpoint_auth_method: 'client_secret_post' };
    await exchangeAt(server, client);
    expect(server.requests.map(credentialsIn)[0]).toMatchObject({ client_id: 'a b:c', client_secret: ':%+ ü' });
  });

  it('Client authentication is the provider’s own, and nothing else, where it has one', async () => {
    const server = await startTokenEndpoint();
    await exchangeAuthorization(server.origin, {
      ...CODE,
      clientInformation: SECRET,
      addClientAuthentication: (headers, params, url) => {
        headers.set('x-proof', String(url));
        params.set('client_assertion', 'assertion');
      }
    });
    expect(server.requests.map(credentialsIn)).toEqual([{ basic: null, client_id: null, client_secret: null }]);
    expect(server.requests[0]?.headers.get('x-proof')).toBe(`${server.origin}/token`);
    expect(server.requests[0]?.form.get('client_assertion')).toBe('assertion');
  });
});

describe('a code exchange', () => {
  it('A code exchange is a form with code, verifier, redirect URI and resource', async () => {
    const server = await startTokenEndpoint();
    const resource = 'https://rs.example/mcp';
    await exchangeAuthorization(server.origin, { ...CODE, clientInformation: { client_id: 'client' }, resource });
    expect(server.requests[0]?.headers.get('content-type')).toMatch('application/x-www-form-urlencoded');
    expect(Object.fromEntries(server.requests[0]?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'code',
      code_verifier: 'verifier',
      redirect_uri: 'http://127.0.0.1/callback',
      client_id: 'client',
      resource
    });
  });

  it('A code exchange whose response came from another issuer is rejected before anything is sent (R23)', async () => {
    const server = await startTokenEndpoint();
    const metadata = metadataOf(server.origin);
    const options = { ...CODE, clientInformation: SECRET, metadata, iss: 'https://other.example' };
    const exchange = deferred(() => exchangeAuthorization(server.origin, options));
    await expect(exchange).rejects.toThrow(IssuerMismatchError);
    expect(server.requests).toEqual([]);
  });

  it('A code exchange is not redirected to another origin', async () => {
    const other = await startTokenEndpoint();
    const server = await startTokenEndpoint({ status: 307, headers: { location: `${other.origin}/token` } });
    await expect(exchangeAt(server)).rejects.toThrow(SdkHttpError);
    expect(other.requests).toEqual([]);
  });
});

describe('a token response', () => {
  it.each([200, 400, 401, 500])('A token response with an error is that error, even with HTTP %i', async status => {
    const body = { error: 'invalid_grant', error_description: 'used', error_uri: 'https://as.example/why' };
    const exchange = exchangeAt(await startTokenEndpoint({ status, body }));
    await expect(exchange).rejects.toThrow(OAuthError);
    await expect(exchange).rejects.toMatchObject({
      code: 'invalid_grant',
      message: 'used',
      errorUri: 'https://as.example/why',
      status
    });
  });

  it('A token response with an error is that error, even if a secret that was sent is a word of it', async () => {
    const server = await startTokenEndpoint({ status: 401, body: { error: 'invalid_client' } });
    const client = { client_id: 'client', client_secret: 'client', token_endpoint_auth_method: 'client_secret_post' };
    const exchange = exchangeAt(server, client);
    await expect(exchange).rejects.toMatchObject({ code: 'invalid_client' });
  });

  it('A token response with an error and null for what it leaves out is that error', async () => {
    const body = { error: 'invalid_grant', error_description: null, error_uri: null };
    const exchange = exchangeAt(await startTokenEndpoint({ status: 400, body }));
    await expect(exchange).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it.each([200, 404, 502])('A token response that is no JSON is a server_error, with HTTP %i', async status => {
    const exchange = exchangeAt(await startTokenEndpoint({ status, body: '<h1>Oops</h1>' }));
    await expect(exchange).rejects.toMatchObject({ code: 'server_error', status });
    await expect(exchange).rejects.toThrow(/<h1>Oops<\/h1>|HTTP/);
  });

  it('A token response without an access token is reported with URL and member', async () => {
    const exchange = exchangeAt(await startTokenEndpoint({ body: { token_type: 'Bearer' } }));
    await expect(exchange).rejects.toThrow(InvalidDocumentError);
    await expect(exchange).rejects.toThrow(/\/token.*access_token/s);
  });

  it('A token response may have expires_in as a string of digits', async () => {
    const server = await startTokenEndpoint({ body: { ...TOKENS, expires_in: '3600' } });
    await expect(exchangeAt(server)).resolves.toMatchObject({ expires_in: 3600 });
  });

  it('A token response may have null for what it leaves out', async () => {
    const body = { ...TOKENS, scope: null, refresh_token: null, expires_in: null, id_token: null };
    await expect(exchangeAt(await startTokenEndpoint({ body }))).resolves.toEqual(TOKENS);
  });

  it('A token response keeps members that nobody here knows', async () => {
    const body = { ...TOKENS, refresh_token_expires_in: 7 };
    await expect(exchangeAt(await startTokenEndpoint({ body }))).resolves.toEqual(body);
  });
});

describe('an error response', () => {
  it('An error response is read from a Response, with its status', async () => {
    const response = Response.json({ error: 'slow_down' }, { status: 429 });
    await expect(parseErrorResponse(response)).resolves.toMatchObject({ code: 'slow_down', status: 429 });
  });

  it('An error response is read from text', async () => {
    await expect(parseErrorResponse('{"error":"invalid_scope"}')).resolves.toMatchObject({ code: 'invalid_scope' });
  });
});

describe('a token endpoint', () => {
  it.each([
    'http://as.example/token',
    'http://127.0.0.1.example/token',
    'http://localhost.example/token',
    'http://0.0.0.0/token',
    'http://10.0.0.1/token',
    'ftp://127.0.0.1/token'
  ])('A token endpoint without TLS gets nothing: %s', async endpoint => {
    const sent: string[] = [];
    const fetchFn = (url: string | URL): Promise<Response> => {
      sent.push(String(url));
      return Promise.resolve(Response.json(TOKENS));
    };
    const metadata = {
      ...metadataOf('https://as.example'),
      token_endpoint: endpoint
    };
    const refresh = { metadata, clientInformation: SECRET, refreshToken: 'refresh', fetchFn };
    await expect(refreshAuthorization('https://as.example', refresh)).rejects.toThrow(InsecureTokenEndpointError);
    expect(sent).toEqual([]);
  });

  it.each([
    'https://as.example/token',
    'http://localhost:3000/token',
    'http://tenant.localhost/token',
    'http://127.0.0.1/token',
    'http://127.1.2.3:3000/token',
    'http://[::1]:3000/token'
  ])('A token endpoint with TLS or on this machine is fine: %s', endpoint => {
    expect(assertSecureTokenEndpoint(endpoint).href).toBe(endpoint);
  });
});

describe('fetchToken', () => {
  it('`fetchToken()` redeems a code with the verifier that the provider kept', async () => {
    const server = await startTokenEndpoint();
    const provider = new MemoryProvider({ clientInformation: { client_id: 'client' } });
    provider.saveCodeVerifier('kept');
    await expect(fetchToken(provider, server.origin, { authorizationCode: 'code' })).resolves.toEqual(TOKENS);
    expect(server.requests[0]?.form.get('code_verifier')).toBe('kept');
  });

  it('`fetchToken()` asks for the scope it is given, else for the client’s own', async () => {
    const server = await startTokenEndpoint();
    const provider = machineProvider();
    provider.clientMetadata.scope = 'own';
    await fetchToken(provider, server.origin, { scope: 'given' });
    await fetchToken(provider, server.origin);
    expect(server.requests.map(({ form }) => form.get('scope'))).toEqual(['given', 'own']);
  });

  it('`fetchToken()` needs a code or a grant of the provider’s', async () => {
    const provider = new MemoryProvider({ clientInformation: { client_id: 'client' } });
    await expect(fetchToken(provider, 'http://127.0.0.1:9')).rejects.toMatchObject({ code: 'NO_GRANT' });
  });

  it('`fetchToken()` sends no client of another authorization server (R24)', async () => {
    const server = await startTokenEndpoint();
    const provider = new MemoryProvider({ clientInformation: { ...SECRET, issuer: 'https://other.example' } });
    const run = fetchToken(provider, server.origin, { authorizationCode: 'code' });
    await expect(run).rejects.toThrow(AuthorizationServerMismatchError);
    expect(server.requests).toEqual([]);
  });
});

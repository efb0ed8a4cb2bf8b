import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { exchangeAuthorization, fetchToken, refreshAuthorization } from '@scopeful/core';
import { listenOnLoopback } from '../../support/loopback.js';
import { machineProvider, metadataOf, rejection, startServer, type Answer, type Received } from './harness.js';

const SECRETS = {
  code: 'secret-code-1',
  code_verifier: 'secret-verifier-2',
  refresh_token: 'secret-refresh-3',
  client_secret: 'secret:client/4',
  access_token: 'secret-access-5'
};
const clientInformation = {
  client_id: 'client',
  client_secret: SECRETS.client_secret,
  token_endpoint_auth_method: 'client_secret_post',
  redirect_uris: []
};

/** Everything of an error that could end up in a log. */
function everythingOf(error: unknown): string {
  const { message, stack } = error as Error;
  return [message, stack, JSON.stringify(error), inspect(error, { depth: 10, showHidden: true })].join('\n');
}

/** The error of an exchange and of a refresh at a server that answers like this. */
async function errorsAt(answer: (request: Received) => Answer): Promise<unknown[]> {
  const { origin } = await startServer(answer);
  const exchange = exchangeAuthorization(origin, {
    clientInformation,
    authorizationCode: SECRETS.code,
    codeVerifier: SECRETS.code_verifier,
    redirectUri: 'http://127.0.0.1/callback'
  });
  const refresh = refreshAuthorization(origin, { clientInformation, refreshToken: SECRETS.refresh_token });
  return [await rejection(exchange), await rejection(refresh)];
}

function expectNoSecretIn(errors: unknown[]): void {
  for (const error of errors) {
    const everything = everythingOf(error);
    for (const secret of Object.values(SECRETS)) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(encodeURIComponent(secret));
    }
  }
}

/** What the request had that nobody else should know. */
function secretsOf({ form }: Received): string {
  return Object.keys(SECRETS)
    .flatMap(name => form.getAll(name))
    .join(' and ');
}

describe('no error of a token request has a secret in it', () => {
  it.each([
    ['refuses', () => ({ status: 400, body: { error: 'invalid_grant' } })],
    ['fails', () => ({ status: 500, body: 'Oops' })],
    ['forgets the token type', () => ({ body: { access_token: SECRETS.access_token } })],
    [
      'sends a refresh token that is no string',
      () => ({ body: { ...SECRETS, token_type: 'Bearer', refresh_token: 3 } })
    ],
    ['redirects elsewhere', () => ({ status: 307, headers: { location: 'https://other.example/token' } })],
    ['answers with a form', () => ({ body: `access_token=${SECRETS.access_token}&token_type=bearer` })],
    ['answers with cut-off JSON', () => ({ body: `{"access_token":"${SECRETS.access_token}","token_ty` })],
    ['repeats the request', (request: Received) => ({ status: 500, body: `<pre>${request.body}</pre>` })],
    ['repeats the secrets', (request: Received) => ({ status: 500, body: `<pre>${secretsOf(request)}</pre>` })],
    [
      'describes what it refuses as it was sent',
      ({ body }: Received) => ({ status: 400, body: { error: 'invalid_grant', error_description: body } })
    ],
    [
      'describes what it refuses',
      (request: Received) => ({
        status: 400,
        body: { error: 'invalid_grant', error_description: `${secretsOf(request)} is not valid` }
      })
    ]
  ])(
    'No error of a token request has a secret in it when the server %s',
    async (_, answer: (request: Received) => Answer) => {
      expectNoSecretIn(await errorsAt(answer));
    }
  );

  it('No error of a token request has a secret in it when the server repeats the credentials of the Authorization field', async () => {
    const { origin } = await startServer(({ headers }) => ({
      status: 401,
      body: { error: 'invalid_client', error_description: `${headers.get('authorization')} is not valid` }
    }));
    const client = { ...clientInformation, token_endpoint_auth_method: 'client_secret_basic' };
    const options = { clientInformation: client, refreshToken: SECRETS.refresh_token };
    const error = await rejection(refreshAuthorization(origin, options));
    const basic = btoa(`client:${encodeURIComponent(SECRETS.client_secret)}`);
    expect(String(error)).toContain('is not valid');
    expect(everythingOf(error)).not.toContain(basic);
  });

  it('No error of a token request has a secret in it when the server is not there', async () => {
    const { origin, close } = await listenOnLoopback();
    await close();
    const options = { clientInformation, refreshToken: SECRETS.refresh_token };
    expectNoSecretIn([await rejection(refreshAuthorization(origin, options))]);
  });

  it('No error of a token request has a secret in it when the token endpoint is not secure', async () => {
    const metadata = metadataOf('http://as.example');
    const options = { metadata, clientInformation, refreshToken: SECRETS.refresh_token };
    expectNoSecretIn([await rejection(refreshAuthorization('http://as.example', options))]);
  });

  it('No error of a token request has a secret in it when the client belongs to another server', async () => {
    const provider = machineProvider();
    provider.saveClientInformation({ ...clientInformation, issuer: 'https://other.example' });
    expectNoSecretIn([await rejection(fetchToken(provider, 'https://as.example'))]);
  });
});

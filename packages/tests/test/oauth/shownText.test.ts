import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  auth,
  discoverAndRequestJwtAuthGrant,
  discoverAuthorizationServerMetadata,
  discoverOAuthMetadata,
  exchangeJwtAuthGrant,
  fetchToken,
  parseErrorResponse,
  registerClient,
  startAuthorization,
  validateAuthorizationResponseIssuer,
  type OAuthClientProvider
} from '@scopeful/core';
import { deferred, machineProvider, metadataOf, rejection, startServer, startWorld, type Received } from './harness.js';

function everythingOf(error: unknown): string {
  const { message, stack } = error as Error;
  return [message, stack, JSON.stringify(error), inspect(error, { depth: 10, showHidden: true })].join('\n');
}

/** Everything that a request carried, as a server repeats it that is being debugged. */
function repeat({ headers, body }: Received): string {
  return JSON.stringify({ headers: Object.fromEntries(headers), body });
}

describe('a token endpoint that repeats whatever it is sent', () => {
  const GRANTS: [string, Partial<OAuthClientProvider>][] = [
    [
      'a parameter of a grant that nobody here knows',
      {
        prepareTokenRequest: () =>
          new URLSearchParams({ grant_type: 'urn:example:device', device_code: 'the-hidden-part' })
      }
    ],
    [
      'a header that the provider adds',
      { addClientAuthentication: headers => headers.set('X-Client-Key', 'the-hidden-part') }
    ],
    [
      'a parameter that the provider adds',
      { addClientAuthentication: (_, params) => params.set('api_key', 'the-hidden-part') }
    ]
  ];

  it.each(GRANTS)(
    'A token endpoint that repeats whatever it is sent finds it shown nowhere: %s',
    async (_, methods) => {
      const { origin } = await startServer(request => ({
        status: 400,
        body: { error: 'invalid_request', error_description: repeat(request) }
      }));
      const provider = Object.assign(machineProvider(), methods);
      const error = await rejection(fetchToken(provider, origin, { metadata: metadataOf(origin) }));
      expect(String(error)).toContain('grant_type');
      expect(everythingOf(error)).not.toContain('the-hidden-part');
    }
  );

  it('A token endpoint that repeats whatever it is sent finds what is no secret shown: the grant, the scope, the resource, the client', async () => {
    const { origin } = await startServer(request => ({
      status: 400,
      body: { error: 'invalid_request', error_description: repeat(request) }
    }));
    const error = await rejection(
      fetchToken(machineProvider(), origin, { metadata: metadataOf(origin), scope: 'notes:read', resource: origin })
    );
    for (const shown of ['client_credentials', 'notes%3Aread', encodeURIComponent(origin)])
      expect(String(error)).toContain(shown);
  });
});

describe('the name of a server', () => {
  // A URL parser skips line breaks, and keeps what turns the direction of text around in a path.
  const name = 'https://as.example/a\n2026-11-27 all is well\u202e\u0085';
  const unsafe = /[\n\u0080-\u009f\u202a-\u202e]/;

  it.each<[string, () => Promise<unknown>]>([
    [
      'that does not support PKCE',
      () => {
        const { code_challenge_methods_supported: _, ...metadata } = {
          ...metadataOf('https://as.example'),
          issuer: name
        };
        return startAuthorization(name, {
          metadata,
          clientInformation: { client_id: 'c' },
          redirectUrl: 'http://127.0.0.1/'
        });
      }
    ],
    [
      'that supports another PKCE',
      () => {
        const metadata = {
          ...metadataOf('https://as.example'),
          issuer: name,
          code_challenge_methods_supported: [name]
        };
        return startAuthorization(name, {
          metadata,
          clientInformation: { client_id: 'c' },
          redirectUrl: 'http://127.0.0.1/'
        });
      }
    ],
    [
      'that has no codes',
      () => {
        const metadata = { ...metadataOf('https://as.example'), issuer: name, response_types_supported: [name] };
        return startAuthorization(name, {
          metadata,
          clientInformation: { client_id: 'c' },
          redirectUrl: 'http://127.0.0.1/'
        });
      }
    ],
    [
      'that registers nobody',
      () =>
        registerClient(name, {
          metadata: { ...metadataOf('https://as.example'), issuer: name },
          clientMetadata: { redirect_uris: [] }
        })
    ],
    [
      'that answered in place of another',
      () =>
        deferred(() => {
          validateAuthorizationResponseIssuer({
            iss: name,
            expectedIssuer: name.slice(0, -1),
            issParameterSupported: true
          });
          return Promise.resolve();
        })
    ],
    [
      'that is not protected by TLS',
      async () => {
        const authorization_servers = [name.replace('https:', 'http:')];
        const { rs, provider } = await startWorld({ resource: { metadata: { authorization_servers } } });
        return auth(provider, { serverUrl: rs.url });
      }
    ],
    [
      'that a resource is of',
      async () => {
        const { rs, provider } = await startWorld({ resource: { metadata: { resource: name } } });
        return auth(provider, { serverUrl: rs.url });
      }
    ],
    [
      'that another client belongs to',
      async () => {
        const { rs, provider } = await startWorld({
          provider: { clientInformation: { client_id: 'c', issuer: name } }
        });
        Object.assign(provider, { saveClientInformation: undefined });
        return auth(provider, { serverUrl: rs.url });
      }
    ]
  ])('%s is shown without characters that forge a line or turn it around', async (_, run) => {
    const { message } = (await rejection(run())) as Error;
    expect(message).toContain('as.example/a');
    expect(message).not.toMatch(unsafe);
  });
});

describe('the error of a registration', () => {
  it('The error of a registration holds no software statement, neither sent nor repeated', async () => {
    const statement = 'eyJhbGciOiJub25lIn0.a-software-statement.';
    const { origin } = await startServer(({ body }) => ({ status: 400, body: `you said ${body}` }));
    const clientMetadata = { redirect_uris: [], client_name: 'Shown', software_statement: statement };
    const error = await rejection(registerClient(origin, { clientMetadata }));
    expect(everythingOf(error)).not.toContain(statement);
    expect(error).toMatchObject({
      submittedMetadata: { client_name: 'Shown' },
      body: expect.stringMatching(/^you said/) as string
    });
  });
});

describe('an error that is not OAuth’s', () => {
  it('An error that is not OAuth’s is shown without what is a secret by its name, at the place where it is cut off, too', async () => {
    const secret = 's3cr3t-'.repeat(40);
    const error = await parseErrorResponse(`${'x'.repeat(400)} client_secret=${secret}`);
    expect(error.message).not.toContain('s3cr3t');
  });
});

describe('a grant of an identity provider', () => {
  const identity = {
    audience: 'https://as.example',
    resource: 'https://mcp.example',
    idToken: 'the-id-token',
    clientId: 'c'
  };

  it.each<[string, (idpUrl: string) => Promise<unknown>]>([
    [
      'discoverAndRequestJwtAuthGrant',
      idpUrl => discoverAndRequestJwtAuthGrant({ ...identity, idpUrl, fetchFn: refuse })
    ],
    ['discoverAuthorizationServerMetadata', url => discoverAuthorizationServerMetadata(url, { fetchFn: refuse })],
    ['discoverOAuthMetadata', url => discoverOAuthMetadata(url, {}, refuse)]
  ])('A grant of an identity provider is not looked for where anybody could answer: %s', async (_, run) => {
    await expect(run('http://idp.example')).rejects.toMatchObject({ code: 'INSECURE_ISSUER' });
  });

  function refuse(): Promise<Response> {
    return Promise.reject(new Error('a request was made'));
  }

  it.each(['with space', 'line\nbreak', 'ümlaut'])(
    'A grant of an identity provider brings no token that no header can carry: %j',
    async access_token => {
      const { origin } = await startServer(() => ({ body: { access_token, token_type: 'Bearer' } }));
      const options = {
        tokenEndpoint: `${origin}/token`,
        jwtAuthGrant: 'the-grant',
        clientId: 'c',
        clientSecret: 'secret'
      };
      const error = await rejection(exchangeJwtAuthGrant(options));
      expect(error).toMatchObject({ code: 'INVALID_DOCUMENT' });
      expect(everythingOf(error)).not.toContain(access_token);
    }
  );
});

describe('fetchToken()', () => {
  it('`fetchToken()` takes a client that is stamped with the URL of the server for its own, one slash or not', async () => {
    const { origin } = await startServer(() => ({ body: { access_token: 'token', token_type: 'Bearer' } }));
    const provider = machineProvider();
    provider.saveClientInformation({ client_id: 'c', issuer: `${origin}/` });
    await expect(fetchToken(provider, origin)).resolves.toMatchObject({ access_token: 'token' });
  });
});

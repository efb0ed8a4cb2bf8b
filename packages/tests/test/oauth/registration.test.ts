import { describe, expect, it } from 'vitest';
import {
  auth,
  InvalidDocumentError,
  OAuthClientFlowError,
  OAuthError,
  registerClient,
  RegistrationRejectedError,
  resolveClientMetadata,
  validateClientMetadataUrl,
  type OAuthClientMetadata,
  type OAuthMetadata
} from '@scopeful/core';
import { metadataOf, rejection, startServer, startWorld, without } from './harness.js';

const CLIENT: OAuthClientMetadata = { redirect_uris: ['http://127.0.0.1/callback'], client_name: 'test' };

function registrableAt(endpoint: string): OAuthMetadata {
  return { ...metadataOf('https://as.example'), registration_endpoint: endpoint };
}

describe('the client that is used', () => {
  it('The client that is used is the one registered before, rather than a metadata document or a new registration', async () => {
    const { as, rs, provider } = await startWorld({
      authorization: { metadata: { client_id_metadata_document_supported: true } },
      provider: { clientInformation: { client_id: 'pre-registered' } }
    });
    Object.assign(provider, { clientMetadataUrl: 'https://app.example/client.json' });
    await auth(provider, { serverUrl: rs.url });
    expect(provider.authorizationUrls[0]?.searchParams.get('client_id')).toBe('pre-registered');
    expect(as.registrations).toEqual([]);
  });

  it('The client that is used is the URL of a metadata document, rather than a new registration, where the server supports that', async () => {
    const { as, rs, provider } = await startWorld({
      authorization: { metadata: { client_id_metadata_document_supported: true } }
    });
    const clientMetadataUrl = 'https://app.example/client.json';
    Object.assign(provider, { clientMetadataUrl });
    await auth(provider, { serverUrl: rs.url });
    expect(provider.authorizationUrls[0]?.searchParams.get('client_id')).toBe(clientMetadataUrl);
    expect(provider.clientInformation()).toEqual({ client_id: clientMetadataUrl, issuer: as.issuer });
    expect(as.registrations).toEqual([]);
  });

  it.each([undefined, false])(
    'The client that is used is registered where support for metadata documents is %s',
    async supported => {
      const { as, rs, provider } = await startWorld({
        authorization: { metadata: { client_id_metadata_document_supported: supported } }
      });
      Object.assign(provider, { clientMetadataUrl: 'https://app.example/client.json' });
      await auth(provider, { serverUrl: rs.url });
      expect(provider.authorizationUrls[0]?.searchParams.get('client_id')).toBe('client-1');
      expect(as.registrations).toHaveLength(1);
    }
  );

  it('The client that is used is not registered twice', async () => {
    const { as, rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url });
    await auth(provider, { serverUrl: rs.url });
    expect(as.registrations).toHaveLength(1);
  });

  it('The client that is used survives to the callback without storage when it is the URL of a metadata document', async () => {
    const { as, rs, provider } = await startWorld({
      authorization: { metadata: { client_id_metadata_document_supported: true } }
    });
    const clientMetadataUrl = 'https://app.example/client.json';
    Object.assign(without(provider, 'saveClientInformation'), { clientMetadataUrl });
    await auth(provider, { serverUrl: rs.url });
    const authorizationCode = (await as.approve(provider.authorizationUrls[0])).get('code') ?? '';
    await expect(auth(provider, { serverUrl: rs.url, authorizationCode })).resolves.toMatchObject({
      status: 'AUTHORIZED'
    });
    expect(as.tokenRequests[0]?.parameters.get('client_id')).toBe(clientMetadataUrl);
  });

  it('The client that is used is missed with a hint when the provider has none and cannot store one', async () => {
    const { as, rs, provider } = await startWorld();
    without(provider, 'saveClientInformation');
    const run = auth(provider, { serverUrl: rs.url });
    await expect(run).rejects.toMatchObject({ code: 'CLIENT_INFORMATION_MISSING' });
    await expect(run).rejects.toThrow(/saveClientInformation/);
    expect(as.registrations).toEqual([]);
  });

  it('The client that is used is missed with a hint on the callback, where a new one could not redeem the code', async () => {
    const { as, rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url });
    provider.invalidateCredentials('client');
    const run = auth(provider, { serverUrl: rs.url, authorizationCode: 'code' });
    await expect(run).rejects.toMatchObject({ code: 'CLIENT_INFORMATION_MISSING' });
    expect(as.registrations).toHaveLength(1);
    expect(as.tokenRequests).toEqual([]);
  });

  it.each(['http://app.example/client.json', 'https://app.example', 'https://app.example/', 'client.json'])(
    'The client that is used cannot be the URL %j',
    url => {
      expect(() => validateClientMetadataUrl(url)).toThrow(OAuthError);
    }
  );
});

describe('what is registered', () => {
  it.each([
    [['http://127.0.0.1:3000/callback'], 'native'],
    [['http://localhost/callback'], 'native'],
    [['http://[::1]:3000/callback'], 'native'],
    [['com.example.app:/callback'], 'native'],
    [['https://app.example/callback', 'http://localhost/callback'], 'native'],
    [['https://app.example/callback'], 'web'],
    [['https://localhost.example/callback'], 'web'],
    [['http://127.0.0.1.example/callback'], 'web']
  ])('What is registered has the application type that its redirect URIs call for: %j', async (redirect_uris, type) => {
    const { as, rs, provider } = await startWorld({ provider: { clientMetadata: { redirect_uris } } });
    await auth(provider, { serverUrl: rs.url });
    expect(as.registrations[0]).toMatchObject({ redirect_uris, application_type: type });
  });

  it('What is registered keeps an application type that the provider gives', async () => {
    const { as, rs, provider } = await startWorld({ provider: { clientMetadata: { application_type: 'web' } } });
    await auth(provider, { serverUrl: rs.url });
    expect(as.registrations[0]).toMatchObject({ application_type: 'web' });
  });

  it('What is registered names the grants of a client with a user where the provider names none', async () => {
    const { as, rs, provider } = await startWorld({ provider: { clientMetadata: { grant_types: undefined } } });
    await auth(provider, { serverUrl: rs.url });
    expect(as.registrations[0]).toMatchObject({ grant_types: ['authorization_code', 'refresh_token'] });
  });

  it('What is registered names no grants of its own for a client without a user', () => {
    const metadata = resolveClientMetadata({ clientMetadata: CLIENT, redirectUrl: undefined });
    expect(metadata.grant_types).toBeUndefined();
  });

  it('What is registered has every scope the resource advertises and everything asked for, so that a step-up stays possible', async () => {
    const { as, rs, provider } = await startWorld({
      resource: { metadata: { scopes_supported: ['b', 'c', 'd'] } },
      provider: { clientMetadata: { scope: 'a b' } }
    });
    await auth(provider, { serverUrl: rs.url, scope: 'x b' });
    expect(as.registrations[0]).toMatchObject({ scope: 'a b x c d' });
    expect(provider.authorizationUrls[0]?.searchParams.get('scope')).toBe('x b');
  });

  it('What is registered has no advertised scope that the authorization server does not know', async () => {
    const { as, rs, provider } = await startWorld({
      authorization: { metadata: { scopes_supported: ['a'] } },
      resource: { metadata: { scopes_supported: ['a', 'unknown'] } }
    });
    await auth(provider, { serverUrl: rs.url, scope: 'asked' });
    expect(as.registrations[0]).toMatchObject({ scope: 'asked a' });
  });

  it('What is registered has no scope when there is none', async () => {
    const { as, rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url });
    expect(as.registrations[0]).not.toHaveProperty('scope');
  });
});

describe('a registration', () => {
  it('A registration is stored whole, stamped with the issuer', async () => {
    const { as, rs, provider } = await startWorld({
      authorization: {
        onRegister: sent => ({
          status: 201,
          body: { ...sent, client_id: 'new', client_secret: 's', issuer: 'https://x' }
        })
      }
    });
    await auth(provider, { serverUrl: rs.url });
    expect(provider.clientInformation()).toMatchObject({
      client_id: 'new',
      client_secret: 's',
      client_name: 'Scopeful',
      token_endpoint_auth_method: 'none',
      issuer: as.issuer
    });
  });

  it('A registration is completed with what was sent when the server answers with the client_id alone', async () => {
    const { origin } = await startServer(() => ({ status: 201, body: { client_id: 'new', client_secret: null } }));
    const metadata = registrableAt(`${origin}/register`);
    const registered = await registerClient(origin, { metadata, clientMetadata: CLIENT, scope: 'a' });
    expect(registered).toEqual({ ...CLIENT, scope: 'a', client_id: 'new' });
  });

  it('A registration that the server changes is taken as the server says', async () => {
    const { origin } = await startServer(({ body }) => ({
      body: { ...(JSON.parse(body) as object), client_id: 'new', scope: 'a' }
    }));
    const options = { metadata: registrableAt(`${origin}/register`), clientMetadata: CLIENT, scope: 'a b' };
    await expect(registerClient(origin, options)).resolves.toMatchObject({ scope: 'a' });
  });

  it('A registration that is rejected is reported with status, answer, and what was sent', async () => {
    const body = { error: 'invalid_redirect_uri', error_description: 'no loopback' };
    const { origin } = await startServer(() => ({ status: 400, body }));
    const metadata = registrableAt(`${origin}/register`);
    const error = await rejection(registerClient(origin, { metadata, clientMetadata: CLIENT }));
    expect(error).toBeInstanceOf(RegistrationRejectedError);
    expect(error).toMatchObject({ status: 400, body: JSON.stringify(body), submittedMetadata: CLIENT });
    expect(String(error)).toContain('no loopback');
  });

  it.each(['invalid_client_metadata', 'invalid_scope'])(
    'A registration that is rejected with %s is made once more with no more than the client’s own scope',
    async error => {
      const { as, rs, provider } = await startWorld({
        authorization: { onRegister: ({ scope }) => (scope === 'own' ? undefined : { status: 400, body: { error } }) },
        resource: { metadata: { scopes_supported: ['advertised'] } },
        provider: { clientMetadata: { scope: 'own' } }
      });
      await expect(auth(provider, { serverUrl: rs.url })).resolves.toMatchObject({ status: 'REDIRECT' });
      expect(as.registrations.map(({ scope }) => scope)).toEqual(['own advertised', 'own']);
    }
  );

  it('A registration that is rejected for another reason than its scope is not made again', async () => {
    const { as, rs, provider } = await startWorld({
      authorization: { onRegister: () => ({ status: 400, body: { error: 'invalid_redirect_uri' } }) },
      resource: { metadata: { scopes_supported: ['advertised'] } }
    });
    await expect(auth(provider, { serverUrl: rs.url })).rejects.toThrow(RegistrationRejectedError);
    expect(as.registrations).toHaveLength(1);
  });

  it('A registration that is rejected with no more than the client’s own scope in it is not made again', async () => {
    const { as, rs, provider } = await startWorld({
      authorization: { onRegister: () => ({ status: 400, body: { error: 'invalid_client_metadata' } }) },
      provider: { clientMetadata: { scope: 'own' } }
    });
    await expect(auth(provider, { serverUrl: rs.url })).rejects.toThrow(RegistrationRejectedError);
    expect(as.registrations).toHaveLength(1);
  });

  it('A registration answered with something else than a client is reported with the member that is missing', async () => {
    const { origin } = await startServer(() => ({ status: 201, body: { client_name: 'test' } }));
    const registration = registerClient(origin, {
      metadata: registrableAt(`${origin}/register`),
      clientMetadata: CLIENT
    });
    await expect(registration).rejects.toThrow(InvalidDocumentError);
    await expect(registration).rejects.toThrow(/client_id/);
  });

  it('A registration is impossible without an endpoint for it, and the error says what to do', async () => {
    const { as, rs, provider } = await startWorld({
      authorization: { metadata: { registration_endpoint: undefined } }
    });
    const run = auth(provider, { serverUrl: rs.url });
    await expect(run).rejects.toMatchObject({ code: 'REGISTRATION_UNSUPPORTED' });
    await expect(run).rejects.toThrow(/clientInformation\(\).*clientMetadataUrl/s);
    expect(as.registrations).toEqual([]);
  });

  it.each(['http://as.example/register', 'http://127.0.0.1.example/register', 'ftp://127.0.0.1/register'])(
    'A registration is not sent to %s',
    async endpoint => {
      const sent: string[] = [];
      const fetchFn = (url: string | URL): Promise<Response> => {
        sent.push(String(url));
        return Promise.resolve(Response.json({ client_id: 'new' }));
      };
      const options = { metadata: registrableAt(endpoint), clientMetadata: CLIENT, fetchFn };
      const registration = registerClient('https://as.example', options);
      await expect(registration).rejects.toThrow(OAuthClientFlowError);
      await expect(registration).rejects.toMatchObject({ code: 'INSECURE_REGISTRATION_ENDPOINT' });
      expect(sent).toEqual([]);
    }
  );
});

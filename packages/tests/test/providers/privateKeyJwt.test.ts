import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { auth, createPrivateKeyJwtAuth, OAuthClientFlowError, PrivateKeyJwtProvider } from '@scopeful/client';
import { createWorld } from '../../support/scriptedWorld.js';
import { KEY, PEM, rejection } from './harness.js';

type KeyOptions = Parameters<typeof createPrivateKeyJwtAuth>[0];

const client = { issuer: 'machine', subject: 'machine', alg: 'ES256' };
const publicKey = createPublicKey(KEY);
const endpoint = new URL('https://as.example/token');

/** The parameters that an authentication adds to a token request. */
async function authenticate(options: Partial<KeyOptions> = {}, issuer?: string): Promise<URLSearchParams> {
  const add = createPrivateKeyJwtAuth({ ...client, privateKey: PEM, ...options });
  const params = new URLSearchParams();
  const metadata = {
    issuer: issuer ?? '',
    authorization_endpoint: '',
    token_endpoint: '',
    response_types_supported: []
  };
  await add(new Headers(), params, endpoint, issuer === undefined ? undefined : metadata);
  return params;
}

async function assertionOf(options?: Partial<KeyOptions>, issuer?: string): Promise<string> {
  return (await authenticate(options, issuer)).get('client_assertion') ?? '';
}

describe('a client assertion', () => {
  it('A client assertion is signed by the client, for the authorization server, for five minutes', async () => {
    const params = await authenticate({}, 'https://as.example');
    expect(params.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const { payload } = await jwtVerify(params.get('client_assertion') ?? '', publicKey, {
      issuer: 'machine',
      subject: 'machine',
      audience: 'https://as.example',
      requiredClaims: ['jti', 'iat', 'exp']
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });

  it('A client assertion is for the token endpoint when there is no metadata, and for whom the caller says', async () => {
    await jwtVerify(await assertionOf(), publicKey, { audience: endpoint.href });
    await jwtVerify(await assertionOf({ audience: 'x' }, 'https://as.example'), publicKey, { audience: 'x' });
  });

  it('A client assertion is a new one each time', async () => {
    const add = createPrivateKeyJwtAuth({ ...client, privateKey: PEM });
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const params = new URLSearchParams();
        await add(new Headers(), params, endpoint);
        return (await jwtVerify(params.get('client_assertion') ?? '', publicKey)).payload.jti;
      })
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('A client assertion lives as long as, and claims what, the caller says', async () => {
    const assertion = await assertionOf({ lifetimeSeconds: 60, claims: { tenant: 't', sub: 'other' } });
    const { payload } = await jwtVerify(assertion, publicKey);
    expect(payload).toMatchObject({ tenant: 't', sub: 'other', iss: 'machine' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  });

  const der = KEY.export({ type: 'pkcs8', format: 'der' });
  it.each<[string, KeyOptions['privateKey']]>([
    ['PEM', PEM],
    ['PEM with white space around', `\n  ${PEM}\n`],
    ['PEM as bytes', new TextEncoder().encode(PEM)],
    ['DER', new Uint8Array(der)],
    ['JWK', { ...KEY.export({ format: 'jwk' }) }]
  ])('A client assertion is signed with a key as %s', async (_, privateKey) => {
    await expect(jwtVerify(await assertionOf({ privateKey }), publicKey)).resolves.toBeDefined();
  });

  it.each(['RS256', 'PS256'])('A client assertion is signed with RSA: %s', async alg => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const privateKey = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await expect(jwtVerify(await assertionOf({ privateKey, alg }), rsa.publicKey)).resolves.toBeDefined();
  });

  it('A client assertion is signed with a shared secret for HS256', async () => {
    const secret = 'a shared secret of thirty-two bytes or more';
    const assertion = await assertionOf({ privateKey: secret, alg: 'HS256' });
    await expect(jwtVerify(assertion, new TextEncoder().encode(secret))).resolves.toBeDefined();
  });

  it('A client assertion names the key when that has a name', async () => {
    const assertion = await assertionOf({ privateKey: { ...KEY.export({ format: 'jwk' }), kid: 'key-1' } });
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'ES256', kid: 'key-1' });
  });

  const rsaPem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem'
  });
  it.each<[string, Partial<KeyOptions>]>([
    ['no key', { privateKey: 'c2VjcmV0LXRleHQ=' }],
    ['of another kind', { privateKey: String(rsaPem) }],
    ['a JWK with too little in it', { privateKey: { kty: 'EC', crv: 'P-256', d: 'c2VjcmV0LXRleHQ' } }],
    ['for an algorithm that does not exist', { alg: 'ES257' }]
  ])('A client assertion cannot be signed with what is %s, and the error does not tell the key', async (_, options) => {
    const error = await rejection(authenticate(options));
    expect(error).toBeInstanceOf(OAuthClientFlowError);
    expect(error).toMatchObject({ code: 'INVALID_PRIVATE_KEY' });
    const everything = inspect(error, { depth: 10, showHidden: true });
    expect(everything).not.toContain('c2VjcmV0LXRleHQ');
    expect(everything).not.toContain(String(rsaPem).slice(100, 140));
  });
});

describe('a PrivateKeyJwtProvider', () => {
  it('A PrivateKeyJwtProvider sends its assertion in place of a secret', async () => {
    const world = await createWorld();
    const provider = new PrivateKeyJwtProvider({
      clientId: 'machine',
      privateKey: PEM,
      algorithm: 'ES256',
      jwtLifetimeSeconds: 30,
      claims: { tenant: 't' },
      scope: 'x'
    });
    await auth(provider, { serverUrl: world.rs.url });
    const [request] = world.as.tokenRequests;
    expect(request).toMatchObject({ authorization: undefined, grantType: 'client_credentials', scope: 'x' });
    const { payload } = await jwtVerify(request?.parameters.get('client_assertion') ?? '', publicKey);
    expect(payload).toMatchObject({ iss: 'machine', sub: 'machine', aud: world.as.issuer, tenant: 't' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(30);
    expect(request?.parameters.has('client_secret')).toBe(false);
  });
});

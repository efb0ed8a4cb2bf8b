import { describe, expect, it } from 'vitest';
import { DpopSession, withDpop, withDpopFromProvider } from '@scopeful/client';
import { MemoryProvider } from '../../support/memoryProvider.js';
import { startServer, type Answer, type Received, type TestServer } from '../oauth/harness.js';
import { bind, readProof } from './harness.js';

/** A server that wants the nonce `n` in proofs. */
function startNonceServer(): Promise<TestServer> {
  return startServer(({ headers }): Answer => {
    const [, payload = ''] = (headers.get('dpop') ?? '').split('.');
    const hasNonce = Buffer.from(payload, 'base64url').toString().includes('"nonce":"n"');
    if (hasNonce) return { body: 'welcome' };
    return { status: 401, headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n' } };
  });
}

function proofOf({ headers }: Received): ReturnType<typeof readProof> {
  return readProof(headers.get('dpop') ?? '');
}

describe('withDpop', () => {
  it('`withDpop()` sends the token with a proof in place of whatever was there', async () => {
    const server = await startServer(() => ({ body: 'welcome' }));
    const session = await DpopSession.create();
    const send = withDpop(session, () => 'token')(fetch);
    const headers = { authorization: 'Bearer other', 'x-own': '1' };
    await send(`${server.origin}/path?q`, { method: 'PUT', headers, body: 'text' });
    const [request] = server.requests;
    expect(request?.headers.get('authorization')).toBe('DPoP token');
    expect([request?.headers.get('x-own'), request?.body]).toEqual(['1', 'text']);
    await expect(proofOf(request as Received)).resolves.toMatchObject({ htm: 'PUT', htu: `${server.origin}/path` });
  });

  it('`withDpop()` sends the request again with the nonce that the server wants, once', async () => {
    const server = await startNonceServer();
    const session = await DpopSession.create();
    const send = withDpop(
      () => session,
      () => Promise.resolve('token')
    )(fetch);
    await expect(send(server.origin, { method: 'POST', body: 'text' })).resolves.toMatchObject({ status: 200 });
    expect(server.requests.map(({ body }) => body)).toEqual(['text', 'text']);
    const [first, second] = await Promise.all(server.requests.map(proofOf));
    expect(first?.jti).not.toBe(second?.jti);
    await send(server.origin);
    expect(server.requests).toHaveLength(3);
  });

  it('`withDpop()` sends a body that can be read only once, once', async () => {
    const server = await startNonceServer();
    const session = await DpopSession.create();
    const send = withDpop(session, () => 'token')(fetch);
    const post = (): Promise<Response> => {
      const init = { method: 'POST', body: new Blob(['text']).stream(), duplex: 'half' };
      return send(server.origin, init);
    };
    await expect(post()).resolves.toMatchObject({ status: 401 });
    await expect(post()).resolves.toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(2);
  });

  it('`withDpop()` leaves a request alone while there is no token or no session', async () => {
    const server = await startServer(() => ({ body: 'welcome' }));
    const session = await DpopSession.create();
    const headers = { authorization: 'Bearer other' };
    await withDpop(session, () => undefined)(fetch)(server.origin, { headers });
    await withDpop(
      () => undefined,
      () => 'token'
    )(fetch)(server.origin, { headers });
    for (const request of server.requests) {
      expect(request.headers.get('authorization')).toBe('Bearer other');
      expect(request.headers.get('dpop')).toBeNull();
    }
  });
});

describe('withDpopFromProvider', () => {
  it.each([
    ['DPoP', 'DPoP token'],
    ['dpop', 'DPoP token'],
    ['Bearer', 'Bearer token']
  ])('`withDpopFromProvider()` presents tokens of the type %s as %s', async (token_type, expected) => {
    const server = await startServer(() => ({ body: 'welcome' }));
    const provider = bind(new MemoryProvider(), await DpopSession.create());
    provider.saveTokens({ access_token: 'token', token_type });
    await withDpopFromProvider(provider)(fetch)(server.origin, { headers: { authorization: 'Bearer token' } });
    expect(server.requests[0]?.headers.get('authorization')).toBe(expected);
  });

  it('`withDpopFromProvider()` leaves requests alone for a provider without session or tokens', async () => {
    const server = await startServer(() => ({ body: 'welcome' }));
    const provider = new MemoryProvider();
    await withDpopFromProvider(provider)(fetch)(server.origin);
    await withDpopFromProvider(bind(provider, await DpopSession.create()))(fetch)(server.origin);
    expect(server.requests.map(({ headers }) => headers.get('authorization'))).toEqual([null, null]);
  });
});

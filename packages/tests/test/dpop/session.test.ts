import { inspect } from 'node:util';
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  accessTokenHash,
  DPOP_SUPPORTED_ALGS,
  DpopSession,
  generateDpopKeyPair,
  isDpopNonceChallenge,
  type DpopAlg
} from '@scopeful/client';
import { readProof } from './harness.js';

const request = { htm: 'POST', htu: 'https://mcp.example/mcp' };

describe('a key pair', () => {
  it.each(DPOP_SUPPORTED_ALGS)('A key pair for %s signs proofs that verify with the key in them', async alg => {
    const session = await DpopSession.create({ alg });
    const proof = await session.buildProof(request);
    const { thumbprint } = await readProof(proof);
    expect(thumbprint).toBe(session.thumbprint);
    expect(await calculateJwkThumbprint(session.publicJwk as Record<string, string>)).toBe(session.thumbprint);
    expect(decodeProtectedHeader(proof)).toMatchObject({ alg, typ: 'dpop+jwt' });
    expect(session.alg).toBe(alg);
  });

  it('A key pair cannot be exported unless that is asked for', async () => {
    const { privateKey } = await generateDpopKeyPair();
    expect(privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
    const exportable = await generateDpopKeyPair({ extractable: true });
    await expect(crypto.subtle.exportKey('jwk', exportable.privateKey)).resolves.toMatchObject({ kty: 'EC' });
  });

  it('A key pair is of an asymmetric algorithm', async () => {
    await expect(generateDpopKeyPair({ alg: 'HS256' as DpopAlg })).rejects.toThrow('"HS256"');
  });

  it('A key pair can be brought along, and never tells its private part', async () => {
    const keyPair = await generateDpopKeyPair({ extractable: true });
    const privateJwk = await crypto.subtle.exportKey('jwk', keyPair.privateKey);
    const session = await DpopSession.create({ keyPair: { ...keyPair, publicJwk: privateJwk } });
    const proof = await session.buildProof(request);
    expect(session.thumbprint).toBe(keyPair.thumbprint);
    expect(Object.keys(decodeProtectedHeader(proof).jwk ?? {}).sort()).toEqual(['crv', 'kty', 'x', 'y']);
    const everything = inspect(session, { depth: 10, showHidden: true }) + JSON.stringify([session, session.publicJwk]);
    expect(everything).not.toContain(privateJwk.d);
  });
});

describe('a proof', () => {
  it('A proof is for one method, and one URL without query and fragment', async () => {
    const session = await DpopSession.create();
    const htu = 'https://user:password@MCP.example:443/a/b?c=d#e';
    const proof = await readProof(await session.buildProof({ htm: 'post', htu }));
    expect(proof).toMatchObject({ htm: 'POST', htu: 'https://mcp.example/a/b' });
    expect(proof.ath).toBeUndefined();
    expect(proof.nonce).toBeUndefined();
  });

  it('A proof is never the same', async () => {
    const session = await DpopSession.create();
    const proofs = await Promise.all(
      Array.from({ length: 50 }, async () => readProof(await session.buildProof(request)))
    );
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(50);
  });

  it('A proof names the access token it goes with (the example of RFC 9449 §7.1)', async () => {
    const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
    const ath = 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo';
    await expect(accessTokenHash(accessToken)).resolves.toBe(ath);
    const session = await DpopSession.create();
    await expect(readProof(await session.buildProof({ ...request, accessToken }))).resolves.toMatchObject({ ath });
  });

  it('A proof has the last nonce of the server it is for, and nobody else’s', async () => {
    const session = await DpopSession.create();
    session.rememberNonce('https://mcp.example/x', 'one');
    session.observeNonce(new Response(null, { headers: { 'dpop-nonce': 'two' } }), 'https://mcp.example/y');
    session.observeNonce(new Response(), 'https://mcp.example/y');
    expect(session.nonceFor(request.htu)).toBe('two');
    expect(session.nonceFor('https://as.example')).toBeUndefined();
    const nonceFor = async (url: string, nonce?: string): Promise<unknown> =>
      (await readProof(await session.buildProof({ htm: 'GET', htu: url, nonce }))).nonce;
    await expect(nonceFor(request.htu)).resolves.toBe('two');
    await expect(nonceFor('https://mcp.example:8443/')).resolves.toBeUndefined();
    await expect(nonceFor(request.htu, 'three')).resolves.toBe('three');
  });
});

it.each([
  [401, 'DPoP error="use_dpop_nonce"', true],
  [401, 'Bearer realm="x", dpop algs="ES256", error=use_dpop_nonce', true],
  [401, 'Bearer error="use_dpop_nonce"', false],
  [401, 'DPoP error="invalid_token"', false],
  [401, undefined, false],
  [400, 'DPoP error="use_dpop_nonce"', false]
])('a %i response with %s is a challenge for a nonce: %s', (status, field, expected) => {
  const headers: Record<string, string> = field === undefined ? {} : { 'www-authenticate': field };
  expect(isDpopNonceChallenge(new Response(null, { status, headers }))).toBe(expected);
});

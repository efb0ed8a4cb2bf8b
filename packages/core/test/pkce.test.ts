import { calculatePKCECodeChallenge } from 'oauth4webapi';
import { describe, expect, it } from 'vitest';
import { startAuthorization } from '@scopeful/core';

async function start(): Promise<{ challenge: string | null; method: string | null; verifier: string }> {
  const { authorizationUrl, codeVerifier } = await startAuthorization('https://as.example', {
    clientInformation: { client_id: 'client' },
    redirectUrl: 'http://127.0.0.1/callback'
  });
  const query = authorizationUrl.searchParams;
  return {
    challenge: query.get('code_challenge'),
    method: query.get('code_challenge_method'),
    verifier: codeVerifier
  };
}

describe('PKCE', () => {
  it('PKCE sends the S256 challenge of the verifier, as another implementation calculates it', async () => {
    const requests = await Promise.all(Array.from({ length: 50 }, start));
    for (const { challenge, method, verifier } of requests) {
      expect(method).toBe('S256');
      expect(challenge).toBe(await calculatePKCECodeChallenge(verifier));
    }
  });

  it('PKCE has a new verifier each time, of the characters and length that RFC 7636 §4.1 allows', async () => {
    const verifiers = (await Promise.all(Array.from({ length: 50 }, start))).map(({ verifier }) => verifier);
    expect(new Set(verifiers).size).toBe(50);
    for (const verifier of verifiers) expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
  });
});

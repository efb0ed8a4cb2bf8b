import { base64url, sha256 } from './base64url.js';

/** What a proof can be signed with: asymmetric algorithms only (RFC 9449 §11.6). */
export const DPOP_SUPPORTED_ALGS = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA'
] as const;

/** A JWS algorithm of {@link DPOP_SUPPORTED_ALGS}. */
export type DpopAlg = (typeof DPOP_SUPPORTED_ALGS)[number];

/** A key pair that proofs are signed with. */
export interface DpopKeyPair {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** The public key as every proof carries it. */
  publicJwk: JsonWebKey;
  /** RFC 7638 SHA-256 thumbprint of the public key: what tokens are bound to. */
  thumbprint: string;
  alg: DpopAlg;
}

/** Configures {@link generateDpopKeyPair}. */
export interface GenerateDpopKeyPairOptions {
  /** `'ES256'` by default. */
  alg?: DpopAlg;
  /** Lets the private key be exported, to be stored. Not so by default: a key that cannot leave cannot be stolen. */
  extractable?: boolean;
}

const RSA_MODULUS_LENGTH = 2048;
const RSA_EXPONENT = new Uint8Array([1, 0, 1]);
const CURVES: Record<string, string> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** Translates an algorithm into Web Crypto's name and parameters (RFC 7518 §3.1, RFC 8037 §3.1). */
function cryptoAlgorithm(alg: DpopAlg): Algorithm & { hash: string; saltLength: number; namedCurve?: string } {
  const bits = Number(alg.slice(2));
  const common = { hash: `SHA-${bits}`, saltLength: bits / 8 };
  if (alg === 'EdDSA') return { ...common, name: 'Ed25519' };
  if (alg.startsWith('ES')) return { ...common, name: 'ECDSA', namedCurve: CURVES[alg] };
  return { ...common, name: alg.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5' };
}

/** Returns the members of a public key that make it up, in the order that its thumbprint wants (RFC 7638 §3.2). */
export function publicMembers({ kty, crv, x, y, n, e }: JsonWebKey): JsonWebKey {
  if (kty === 'RSA') return { e, kty, n };
  return y === undefined ? { crv, kty, x } : { crv, kty, x, y };
}

/**
 * Generates a key pair for DPoP proofs.
 * @param options the algorithm, and whether the private key may be exported
 * @returns the keys; with them the public one as proofs carry it, and its thumbprint
 * @throws {TypeError} when the algorithm is none of {@link DPOP_SUPPORTED_ALGS}
 * @see RFC 9449 §4.2; RFC 7638
 */
export async function generateDpopKeyPair(options: GenerateDpopKeyPairOptions = {}): Promise<DpopKeyPair> {
  const { alg = 'ES256', extractable = false } = options;
  if (!DPOP_SUPPORTED_ALGS.includes(alg)) {
    throw new TypeError(
      `DPoP proofs cannot be signed with ${JSON.stringify(alg)}; use one of ${DPOP_SUPPORTED_ALGS.join(', ')}`
    );
  }
  const rsa = { modulusLength: RSA_MODULUS_LENGTH, publicExponent: RSA_EXPONENT };
  const algorithm = { ...rsa, ...cryptoAlgorithm(alg) };
  const keys = await crypto.subtle.generateKey(algorithm, extractable, ['sign', 'verify']);
  const publicJwk = publicMembers(await crypto.subtle.exportKey('jwk', keys.publicKey));
  const { privateKey, publicKey } = keys;
  return { privateKey, publicKey, publicJwk, thumbprint: await sha256(JSON.stringify(publicJwk)), alg };
}

/** Signs a text; the signature is base64url-encoded. */
export async function signWith({ privateKey, alg }: DpopKeyPair, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return base64url(new Uint8Array(await crypto.subtle.sign(cryptoAlgorithm(alg), privateKey, bytes)));
}

import { base64url, sha256 } from './base64url.js';
import { generateDpopKeyPair, publicMembers, signWith, type DpopAlg, type DpopKeyPair } from './dpopKeys.js';

/** What one proof is for (RFC 9449 §4.2). */
export interface DpopProofRequest {
  /** HTTP method. */
  htm: string;
  /** URL; its query and fragment are left out. */
  htu: string | URL;
  /** The access token that the request carries, if any. */
  accessToken?: string;
  /** Default: the last one that the server of `htu` gave. */
  nonce?: string;
}

/**
 * Computes the `ath` of a proof, which says which access token it goes with.
 * @param accessToken as it is sent
 * @returns its SHA-256 hash, base64url-encoded
 * @see RFC 9449 §4.2
 */
export function accessTokenHash(accessToken: string): Promise<string> {
  return sha256(accessToken);
}

function encode(part: object): string {
  return base64url(new TextEncoder().encode(JSON.stringify(part)));
}

function withoutQuery(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/**
 * Proves that whoever uses a token is who got it: signs a proof for each request, and remembers the nonces of servers.
 * Return the same session from `OAuthClientProvider.dpop()` for as long as its tokens are used; to use them after a
 * restart, store the key pair.
 * @see RFC 9449
 */
export class DpopSession {
  /** Behind a function, so that no console shows them. */
  private readonly _keys: () => DpopKeyPair;
  /** By origin: servers count on theirs not to be shown to others (RFC 9449 §8, §9). */
  private readonly _nonces = new Map<string, string>();

  private constructor(keys: DpopKeyPair) {
    this._keys = () => keys;
  }

  /**
   * Makes a session with a key pair of the caller's, or with a new one.
   * @param options the key pair, or the algorithm of a new one (`'ES256'` by default)
   * @returns the session, which knows no nonces yet
   * @throws {TypeError} when the algorithm cannot sign proofs
   */
  static async create(options: { alg?: DpopAlg; keyPair?: DpopKeyPair } = {}): Promise<DpopSession> {
    return new DpopSession(options.keyPair ?? (await generateDpopKeyPair({ alg: options.alg })));
  }

  /** RFC 7638 SHA-256 thumbprint of the public key: what tokens are bound to. */
  get thumbprint(): string {
    return this._keys().thumbprint;
  }

  get alg(): DpopAlg {
    return this._keys().alg;
  }

  /** The public key as every proof carries it. */
  get publicJwk(): JsonWebKey {
    return publicMembers(this._keys().publicJwk);
  }

  /**
   * Tells the last nonce that a server gave.
   * @param url any URL of the server
   * @returns the nonce; undefined when it gave none
   * @see RFC 9449 §8, §9
   */
  nonceFor(url: string | URL): string | undefined {
    return this._nonces.get(new URL(url).origin);
  }

  /**
   * Notes a nonce that a server gave, in place of the last.
   * @param url any URL of the server
   * @param nonce as the server gave it
   * @see RFC 9449 §8.2
   */
  rememberNonce(url: string | URL, nonce: string): void {
    this._nonces.set(new URL(url).origin, nonce);
  }

  /**
   * Notes the nonce that a response carries, if any; every response may.
   * @param response its body is not read
   * @param url of the request
   * @see RFC 9449 §8.2
   */
  observeNonce(response: Response, url: string | URL): void {
    const nonce = response.headers.get('dpop-nonce');
    if (nonce !== null && nonce !== '') this.rememberNonce(url, nonce);
  }

  /**
   * Signs a proof for one request. No two are the same.
   * @param request the request that it is for
   * @returns a signed JWT, for the header field `DPoP`
   * @see RFC 9449 §4.2
   */
  async buildProof({ htm, htu, accessToken, nonce = this.nonceFor(htu) }: DpopProofRequest): Promise<string> {
    const header = { typ: 'dpop+jwt', alg: this.alg, jwk: this.publicJwk };
    const payload = {
      jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
      htm: htm.toUpperCase(),
      htu: withoutQuery(htu),
      iat: Math.floor(Date.now() / 1000),
      ...(accessToken !== undefined && { ath: await accessTokenHash(accessToken) }),
      ...(nonce !== undefined && { nonce })
    };
    const signed = `${encode(header)}.${encode(payload)}`;
    return `${signed}.${await signWith(this._keys(), signed)}`;
  }
}

import type { AddClientAuthentication } from '@scopeful/core';
import { OAuthClientFlowError } from '@scopeful/core/engine';
import type { CryptoKey, JWK } from 'jose';
import { MachineProvider, tokenRequest } from './machineProvider.js';

/** RFC 7523 §2.2. */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const DEFAULT_LIFETIME = 300;

/** A PKCS #8 key as PEM (text or bytes) or DER, a JWK, or, for the HMAC algorithms, a secret. */
type PrivateKey = string | Uint8Array | Record<string, unknown>;

/** Configures {@link createPrivateKeyJwtAuth}. */
interface PrivateKeyJwtAuthOptions {
  /** `iss` of the assertions: the client's id. */
  issuer: string;
  /** `sub` of the assertions: the client's id. */
  subject: string;
  /** A PKCS #8 key as PEM (text or bytes) or DER, a JWK, or, for the HMAC algorithms, a secret. */
  privateKey: PrivateKey;
  /** JWS algorithm, as `'ES256'`. */
  alg: string;
  /** `aud` of the assertions; the authorization server's issuer, or without metadata its token endpoint, by default. */
  audience?: string | URL;
  /** How long an assertion is good, in seconds; default 300. */
  lifetimeSeconds?: number;
  /** Further claims; those above can be replaced, too. */
  claims?: Record<string, unknown>;
}

function pem(bytes: Uint8Array): string {
  // A TextDecoder will not do: what the Encoding Standard calls latin1 is windows-1252.
  const text = String.fromCharCode(...bytes);
  return text.startsWith('-----') ? text : `-----BEGIN PRIVATE KEY-----\n${btoa(text)}\n-----END PRIVATE KEY-----`;
}

async function importKey(privateKey: PrivateKey, alg: string): Promise<CryptoKey | Uint8Array> {
  const { importJWK, importPKCS8 } = await import('jose');
  const isText = typeof privateKey === 'string';
  if (!isText && !(privateKey instanceof Uint8Array)) return importJWK(privateKey as JWK, alg);
  if (alg.startsWith('HS')) return isText ? new TextEncoder().encode(privateKey) : privateKey;
  return importPKCS8(isText ? privateKey.trim() : pem(privateKey), alg);
}

function unusableKey(alg: string, cause: unknown): OAuthClientFlowError {
  const forms = 'a PKCS #8 key as PEM or DER, or a JWK';
  const message = `The private key cannot sign with ${JSON.stringify(alg)}. It must be ${forms}, of the kind for that algorithm.`;
  return new OAuthClientFlowError(message, 'INVALID_PRIVATE_KEY', { cause });
}

/**
 * Makes client authentication with a JWT that is signed for each token request, to be a provider's
 * `addClientAuthentication`.
 * What it returns throws an {@link OAuthClientFlowError} with `INVALID_PRIVATE_KEY` for a key that cannot sign.
 * @param options the client, its key, and what the assertions say; `lifetimeSeconds` in seconds
 * @returns the authentication; the key is imported when it is first used
 * @see RFC 7523 §2.2, §3
 */
export function createPrivateKeyJwtAuth(options: PrivateKeyJwtAuthOptions): AddClientAuthentication {
  const { issuer, subject, privateKey, alg, audience, lifetimeSeconds = DEFAULT_LIFETIME, claims } = options;
  const kid = typeof privateKey === 'object' && 'kid' in privateKey ? privateKey.kid : undefined;
  const header = { alg, ...(typeof kid === 'string' && { kid }) };
  let imported: Promise<CryptoKey | Uint8Array> | undefined;
  return async (_headers, params, url, metadata) => {
    const { SignJWT } = await import('jose');
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: issuer,
      sub: subject,
      aud: String(audience ?? metadata?.issuer ?? url),
      iat: now,
      exp: now + lifetimeSeconds,
      jti: crypto.randomUUID(),
      ...claims
    };
    try {
      imported ??= importKey(privateKey, alg);
      const assertion = await new SignJWT(payload).setProtectedHeader(header).sign(await imported);
      authenticateWith(params, subject, assertion);
    } catch (cause) {
      throw unusableKey(alg, cause);
    }
  };
}

function authenticateWith(params: URLSearchParams, clientId: string, assertion: string): void {
  // Optional by RFC 7521 §4.2, and demanded by some servers.
  params.set('client_id', clientId);
  params.set('client_assertion', assertion);
  params.set('client_assertion_type', ASSERTION_TYPE);
}

/** Configures a {@link PrivateKeyJwtProvider}. */
export interface PrivateKeyJwtProviderOptions {
  clientId: string;
  /** A PKCS #8 key as PEM (text or bytes) or DER, or a JWK. It is never sent. */
  privateKey: PrivateKey;
  /** JWS algorithm, as `'ES256'`. */
  algorithm: string;
  clientName?: string;
  /** How long an assertion is good, in seconds; default 300. */
  jwtLifetimeSeconds?: number;
  /** The scope to ask for when neither challenge nor metadata names one. */
  scope?: string;
  /** Further claims of the assertions; the standard ones can be replaced, too. */
  claims?: Record<string, unknown>;
  /** The issuer of the authorization server that knows this client: assertions go to no other. */
  expectedIssuer?: string;
}

const REGISTRATION = { grantType: 'client_credentials', authMethod: 'private_key_jwt' };

/**
 * A client that acts for itself, with a private key.
 * @see RFC 7523 §2.2; MCP extension `io.modelcontextprotocol/oauth-client-credentials`
 */
export class PrivateKeyJwtProvider extends MachineProvider {
  addClientAuthentication: AddClientAuthentication;

  constructor(options: PrivateKeyJwtProviderOptions & { expectedIssuer: string });
  /** @deprecated Pass `expectedIssuer`, too: assertions go wherever the MCP server says otherwise. */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- only the second one is deprecated
  constructor(options: PrivateKeyJwtProviderOptions);
  constructor(options: PrivateKeyJwtProviderOptions) {
    super(options, REGISTRATION);
    this.addClientAuthentication = createPrivateKeyJwtAuth({
      issuer: options.clientId,
      subject: options.clientId,
      privateKey: options.privateKey,
      alg: options.algorithm,
      lifetimeSeconds: options.jwtLifetimeSeconds,
      claims: options.claims
    });
  }

  /**
   * Makes the body of a token request.
   * @param scope what to ask for; nothing in particular when undefined
   * @returns the grant and the scope, without the client's credentials
   * @see RFC 6749 §4.4.2
   */
  prepareTokenRequest(scope?: string): URLSearchParams {
    return tokenRequest({ grant_type: 'client_credentials' }, scope);
  }
}

/** Configures a {@link StaticPrivateKeyJwtProvider}. */
export interface StaticPrivateKeyJwtProviderOptions {
  clientId: string;
  /** The assertion, signed by somebody else. */
  jwtBearerAssertion: string;
  clientName?: string;
  /** The scope to ask for when neither challenge nor metadata names one. */
  scope?: string;
  /** The issuer of the authorization server that the assertion is for: it goes to no other. */
  expectedIssuer?: string;
}

/** A client that acts for itself, with an assertion that it was given. */
export class StaticPrivateKeyJwtProvider extends MachineProvider {
  addClientAuthentication: AddClientAuthentication;

  constructor(options: StaticPrivateKeyJwtProviderOptions & { expectedIssuer: string });
  /** @deprecated Pass `expectedIssuer`, too: the assertion goes wherever the MCP server says otherwise. */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- only the second one is deprecated
  constructor(options: StaticPrivateKeyJwtProviderOptions);
  constructor(options: StaticPrivateKeyJwtProviderOptions) {
    super(options, REGISTRATION);
    const { clientId, jwtBearerAssertion } = options;
    this.addClientAuthentication = (_headers, params) => authenticateWith(params, clientId, jwtBearerAssertion);
  }

  /**
   * Makes the body of a token request.
   * @param scope what to ask for; nothing in particular when undefined
   * @returns the grant and the scope, without the client's credentials
   * @see RFC 6749 §4.4.2
   */
  prepareTokenRequest(scope?: string): URLSearchParams {
    return tokenRequest({ grant_type: 'client_credentials' }, scope);
  }
}

import { base64url, sha256 } from './base64url.js';
import type { AuthorizationServerMetadata, OAuthClientInformationMixed } from './schemas.js';
import { OAuthClientFlowError } from './errors.js';
import { isSecureEndpoint } from './http.js';
import { quoted } from './redaction.js';
import { scopeTokens } from './scope.js';

/**
 * Makes a mark of the issuer, so that the verifier says by itself where its code may be redeemed, in another process,
 * too.
 */
async function markOf(issuer: string): Promise<string> {
  return (await sha256(issuer.replace(/\/$/, ''))).slice(0, 22);
}

/**
 * Makes a PKCE verifier of 256 random bits and the mark of the issuer, and its S256 challenge (RFC 7636 §4.1, §4.2).
 */
async function createPkce(issuer: string): Promise<{ verifier: string; challenge: string }> {
  const verifier = `${base64url(crypto.getRandomValues(new Uint8Array(32)))}.${await markOf(issuer)}`;
  return { verifier, challenge: await sha256(verifier) };
}

/** Tells whether a verifier was made for another issuer; one without a mark is not known to be. */
export async function isForAnotherIssuer(verifier: string, issuer: string): Promise<boolean> {
  const [, mark] = verifier.split('.');
  return mark !== undefined && mark !== (await markOf(issuer));
}

const ALLOW_MISSING_PKCE_METADATA = 'SCOPEFUL_ALLOW_MISSING_PKCE_METADATA';

/** Tells whether whoever runs the program knows better than the metadata. Deno would ask for a permission. */
function isAllowedByEnvironment(): boolean {
  const { process, Deno } = globalThis as { process?: { env?: Record<string, string | undefined> }; Deno?: unknown };
  return Deno === undefined && process?.env?.[ALLOW_MISSING_PKCE_METADATA] === '1';
}

/** PKCE is not optional for MCP, and metadata is the only sign of it (MCP 2026-07-28, Authorization Code Protection). */
function assertPkceSupport(metadata: AuthorizationServerMetadata, allowMissing: boolean): void {
  const methods = metadata.code_challenge_methods_supported;
  if (methods === undefined) {
    if (allowMissing || isAllowedByEnvironment()) return;
    throw new OAuthClientFlowError(
      `The authorization server ${quoted(metadata.issuer)} does not say that it supports PKCE (code_challenge_methods_supported is ` +
        'missing). If you know that it does, as Microsoft Entra ID, set allowMissingPkceMetadata: true; for a program that ' +
        `cannot be changed, ${ALLOW_MISSING_PKCE_METADATA}=1 in its environment (Node).`,
      'PKCE_UNSUPPORTED'
    );
  }
  if (methods.includes('S256')) return;
  throw new OAuthClientFlowError(
    `The authorization server ${quoted(metadata.issuer)} does not support PKCE with S256 (only ${quoted(methods.join(' '))}).`,
    'PKCE_UNSUPPORTED'
  );
}

function authorizationEndpoint(
  authorizationServerUrl: string | URL,
  metadata: AuthorizationServerMetadata | undefined
): URL {
  const url = new URL(metadata?.authorization_endpoint ?? new URL('/authorize', authorizationServerUrl));
  if (isSecureEndpoint(url)) return url;
  throw new OAuthClientFlowError(
    `Refusing to send the user to ${url.href}: it is neither https: nor on this machine.`,
    'INSECURE_AUTHORIZATION_ENDPOINT'
  );
}

/** Configures {@link startAuthorization}. */
export interface StartAuthorizationOptions {
  metadata?: AuthorizationServerMetadata;
  clientInformation: OAuthClientInformationMixed;
  redirectUrl: string | URL;
  scope?: string;
  state?: string;
  /** RFC 8707 resource. */
  resource?: string | URL;
  /** Proceed although metadata does not mention PKCE. **Weakens security** where the server in fact ignores it. */
  allowMissingPkceMetadata?: boolean;
}

/**
 * Builds an authorization request with PKCE (S256).
 * @param authorizationServerUrl the issuer; its `/authorize` is the endpoint when there is no metadata
 * @param options the client, where the user returns to, and what is asked for
 * @returns the URL to send the user agent to, and the verifier to keep for the code exchange
 * @throws {OAuthClientFlowError} with `PKCE_UNSUPPORTED`, `RESPONSE_TYPE_UNSUPPORTED` or
 *   `INSECURE_AUTHORIZATION_ENDPOINT`
 * @see RFC 6749 §4.1.1; RFC 7636 §4; RFC 8707 §2.1; MCP 2025-03-26, §2.3.3
 */
export async function startAuthorization(
  authorizationServerUrl: string | URL,
  options: StartAuthorizationOptions
): Promise<{ authorizationUrl: URL; codeVerifier: string }> {
  const { metadata, clientInformation, redirectUrl, scope, state, resource } = options;
  if (metadata !== undefined) {
    assertPkceSupport(metadata, options.allowMissingPkceMetadata === true);
    if (!metadata.response_types_supported.includes('code')) {
      throw new OAuthClientFlowError(
        `The authorization server ${quoted(metadata.issuer)} does not support authorization codes (response_types_supported is ` +
          `${quoted(metadata.response_types_supported.join(', '))}).`,
        'RESPONSE_TYPE_UNSUPPORTED'
      );
    }
  }
  const authorizationUrl = authorizationEndpoint(authorizationServerUrl, metadata);
  const pkce = await createPkce(metadata?.issuer ?? String(authorizationServerUrl));
  const query = authorizationUrl.searchParams;
  query.set('response_type', 'code');
  query.set('client_id', clientInformation.client_id);
  query.set('code_challenge', pkce.challenge);
  query.set('code_challenge_method', 'S256');
  query.set('redirect_uri', String(redirectUrl));
  if (scope !== undefined) query.set('scope', scope);
  if (state !== undefined) query.set('state', state);
  if (resource !== undefined) query.set('resource', String(resource));
  // OpenID Connect Core §11: offline_access is ignored unless consent is asked for.
  if (scopeTokens(scope).includes('offline_access')) query.set('prompt', 'consent');
  return { authorizationUrl, codeVerifier: pkce.verifier };
}

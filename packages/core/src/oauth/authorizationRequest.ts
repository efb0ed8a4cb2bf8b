import { base64url, sha256 } from './base64url.js';
import type { AuthorizationServerMetadata, OAuthClientInformationMixed } from './schemas.js';
import { OAuthClientFlowError, OAuthError } from './errors.js';
import { IssuerMismatchError } from './flowErrors.js';
import { isSecureEndpoint } from './http.js';
import { scopeTokens } from './scope.js';

/** A PKCE verifier of 256 random bits and its S256 challenge (RFC 7636 §4.1, §4.2). */
async function createPkce(): Promise<{ verifier: string; challenge: string }> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  return { verifier, challenge: await sha256(verifier) };
}

/** PKCE is not optional for MCP, and metadata is the only sign of it (MCP 2026-07-28, Authorization Code Protection). */
function assertPkceSupport(metadata: AuthorizationServerMetadata, allowMissing: boolean): void {
  const methods = metadata.code_challenge_methods_supported;
  if (methods === undefined) {
    if (allowMissing) return;
    throw new OAuthClientFlowError(
      `The authorization server ${metadata.issuer} does not say that it supports PKCE (code_challenge_methods_supported is ` +
        'missing). If you know that it does, as Microsoft Entra ID, set allowMissingPkceMetadata: true.',
      'PKCE_UNSUPPORTED'
    );
  }
  if (methods.includes('S256')) return;
  throw new OAuthClientFlowError(
    `The authorization server ${metadata.issuer} does not support PKCE with S256 (only ${JSON.stringify(methods)}).`,
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

/** What {@link startAuthorization} accepts. */
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
 * Builds an authorization request with PKCE (S256). Keep `codeVerifier` for the code exchange.
 * @throws {OAuthClientFlowError} when the server cannot do authorization codes with S256, or its endpoint is not secure
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
        `The authorization server ${metadata.issuer} does not support authorization codes (response_types_supported is ` +
          `${JSON.stringify(metadata.response_types_supported)}).`,
        'RESPONSE_TYPE_UNSUPPORTED'
      );
    }
  }
  const authorizationUrl = authorizationEndpoint(authorizationServerUrl, metadata);
  const pkce = await createPkce();
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

/**
 * Checks the `iss` of an authorization response (RFC 9207 §2.4): identical to the recorded issuer, and present when the
 * server said that it sends it.
 * @throws {IssuerMismatchError} otherwise
 */
export function validateAuthorizationResponseIssuer(response: {
  iss: string | undefined;
  expectedIssuer: string | undefined;
  issParameterSupported: boolean;
}): void {
  const { iss, expectedIssuer, issParameterSupported } = response;
  const acceptable = iss === undefined ? !issParameterSupported : iss === expectedIssuer;
  if (!acceptable) throw new IssuerMismatchError('authorization_response', expectedIssuer, iss);
}

/**
 * The code of an authorization response. `iss` is checked before anything else is read: a response from elsewhere must
 * not be shown, let alone acted upon. Then `state`, when the provider can tell the one it sent, then the error, if any.
 */
export function readAuthorizationResponse(
  params: URLSearchParams,
  expected: { issuer: string | undefined; issParameterSupported: boolean; state: string | undefined }
): string {
  validateAuthorizationResponseIssuer({
    iss: params.get('iss') ?? undefined,
    expectedIssuer: expected.issuer,
    issParameterSupported: expected.issParameterSupported
  });
  if (expected.state !== undefined && params.get('state') !== expected.state) {
    throw new OAuthClientFlowError(
      'The authorization response does not carry the state that was sent. It was ignored; start the authorization again.',
      'STATE_MISMATCH'
    );
  }
  const error = params.get('error');
  if (error !== null) {
    throw new OAuthError(error, params.get('error_description') ?? error, params.get('error_uri') ?? undefined);
  }
  const code = params.get('code');
  if (code !== null) return code;
  throw new OAuthClientFlowError(
    'The authorization response has neither code nor error.',
    'INVALID_AUTHORIZATION_RESPONSE'
  );
}

import { OAuthClientFlowError } from './errors.js';
import { IssuerMismatchError } from './flowErrors.js';
import { errorOf } from './tokenForm.js';

/**
 * Checks the `iss` of an authorization response: it has to be identical to the recorded issuer, and present when the
 * server
 * said that it sends it.
 * @param response the `iss` that came, the issuer of the metadata, and its
 *   `authorization_response_iss_parameter_supported`
 * @throws {IssuerMismatchError} when the response may be another server's; it must not be read any further
 * @see RFC 9207 §2.4
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
 * Returns the code of an authorization response. `iss` is checked before anything else is read: a response from
 * elsewhere must not be shown, let alone acted upon. Then `state`, when the provider can tell the one it sent, then the
 * error, if any.
 */
export function readAuthorizationResponse(
  params: URLSearchParams,
  expected: {
    issuer: string | undefined;
    issParameterSupported: boolean;
    state: string | undefined;
    /** What must not be shown, should the response repeat it. */
    secrets: readonly (string | undefined)[];
  }
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
    const secrets = [...expected.secrets, params.get('state'), params.get('code')].filter(secret => secret != null);
    const [description, uri] = ['error_description', 'error_uri'].map(name => params.get(name) ?? undefined);
    throw errorOf(error, description, uri, undefined, secrets);
  }
  const code = params.get('code');
  if (code !== null) return code;
  throw new OAuthClientFlowError(
    'The authorization response has neither code nor error.',
    'INVALID_AUTHORIZATION_RESPONSE'
  );
}

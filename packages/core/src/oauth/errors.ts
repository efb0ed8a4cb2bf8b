import { BrandedError, branded } from '../branded.js';
import type { OAuthErrorResponse } from './schemas.js';

/** Error codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750, RFC 7591, RFC 8707 and RFC 9449. */
export enum OAuthErrorCode {
  InvalidRequest = 'invalid_request',
  InvalidClient = 'invalid_client',
  InvalidGrant = 'invalid_grant',
  UnauthorizedClient = 'unauthorized_client',
  UnsupportedGrantType = 'unsupported_grant_type',
  InvalidScope = 'invalid_scope',
  AccessDenied = 'access_denied',
  ServerError = 'server_error',
  TemporarilyUnavailable = 'temporarily_unavailable',
  UnsupportedResponseType = 'unsupported_response_type',
  UnsupportedTokenType = 'unsupported_token_type',
  InvalidToken = 'invalid_token',
  MethodNotAllowed = 'method_not_allowed',
  TooManyRequests = 'too_many_requests',
  InvalidClientMetadata = 'invalid_client_metadata',
  InvalidRedirectUri = 'invalid_redirect_uri',
  InsufficientScope = 'insufficient_scope',
  InvalidTarget = 'invalid_target',
  InvalidDpopProof = 'invalid_dpop_proof',
  UseDpopNonce = 'use_dpop_nonce'
}

/** An error that an authorization server answered with. */
export class OAuthError extends BrandedError {
  /** An {@link OAuthErrorCode}, or whatever else the server sent. */
  readonly code: OAuthErrorCode | string;
  readonly errorUri?: string;
  /** HTTP status of the response, when there was one. */
  readonly status?: number;

  constructor(code: OAuthErrorCode | string, message: string, errorUri?: string, status?: number) {
    super(message);
    this.code = code;
    if (errorUri !== undefined) this.errorUri = errorUri;
    if (status !== undefined) this.status = status;
  }

  /**
   * Writes the error as the body that it has on the wire.
   * @returns `error`, `error_description`, and `error_uri` where there is one
   * @see RFC 6749 §5.2
   */
  toResponseObject(): OAuthErrorResponse {
    return {
      error: this.code,
      error_description: this.message,
      ...(this.errorUri !== undefined && { error_uri: this.errorUri })
    };
  }

  /**
   * Makes the error that a body says.
   * @param response the body, checked
   * @param status of the HTTP response, if there was one
   * @returns the error; nothing is thrown
   * @see RFC 6749 §5.2
   */
  static fromResponse(response: OAuthErrorResponse, status?: number): OAuthError {
    return new OAuthError(response.error, response.error_description ?? response.error, response.error_uri, status);
  }
}
branded(OAuthError, 'OAuthError');

/** Tells whether an error is an authorization server's, with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof OAuthError && codes.includes(error.code);
}

/** The base of everything that stops an authorization on the client's side. `code` is stable. */
export class OAuthClientFlowError extends BrandedError {
  readonly code: string;

  constructor(message: string, code = 'OAUTH_CLIENT_FLOW', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
branded(OAuthClientFlowError, 'OAuthClientFlowError');

/** The user has to authorize before the request can be sent again. */
export class UnauthorizedError extends BrandedError {
  readonly code = 'UNAUTHORIZED';
  /** Whether the user has been sent to the authorization server, so that a callback can come. */
  readonly pending: boolean;

  constructor(message = 'Unauthorized', options?: ErrorOptions & { pending?: boolean }) {
    super(message, options);
    this.pending = options?.pending === true;
  }
}
branded(UnauthorizedError, 'UnauthorizedError');

/** What a request was about: refusals are remembered, and reported, per operation. */
export interface Operation {
  /** URL of the protected resource. */
  resource: string;
  /** JSON-RPC method; `GET` for the server's own stream, `DELETE` for ending a session. */
  method: string;
  /** `params.name` or `params.uri` of the request, when its method has one. */
  name?: string;
}

/** What an {@link InsufficientScopeError} is made of; the scopes are white-space separated sets. */
export interface InsufficientScopeDetails {
  operation?: Operation;
  requiredScope?: string;
  requestedScope?: string;
  grantedScope?: string;
  missingScope?: string;
  resourceMetadataUrl?: URL;
  errorDescription?: string;
}

/**
 * The access token lacks a scope that the operation needs, and asking (again) is not allowed or cannot help. What the
 * challenge said (`requiredScope`, `errorDescription`, `resourceMetadataUrl`) is the server's text: untrusted.
 */
export class InsufficientScopeError extends OAuthClientFlowError {
  readonly operation?: Operation;
  /** The scope the challenge names. */
  readonly requiredScope?: string;
  /** Everything asked of the authorization server so far. */
  readonly requestedScope?: string;
  /** What the current token carries. */
  readonly grantedScope?: string;
  /** What is required and not granted. */
  readonly missingScope?: string;
  readonly resourceMetadataUrl?: URL;
  readonly errorDescription?: string;

  constructor(details: InsufficientScopeDetails) {
    const { operation, missingScope: missing, requiredScope, errorDescription } = details;
    const what =
      operation === undefined ? 'the operation' : [operation.method, operation.name].filter(Boolean).join(' ');
    const wanted =
      missing === undefined
        ? requiredScope && `: the server wants ${JSON.stringify(requiredScope)}, which was asked for before`
        : `: the token lacks ${JSON.stringify(missing)}`;
    super(
      `Insufficient scope for ${JSON.stringify(what)}${wanted ?? ''}` +
        (errorDescription === undefined ? '' : ` (server: ${JSON.stringify(errorDescription)})`) +
        '. To ask the user again, call auth(provider, { serverUrl, scope, forceReauthorization: true }).',
      'INSUFFICIENT_SCOPE'
    );
    Object.assign(this, details);
  }
}
branded(InsufficientScopeError, 'InsufficientScopeError');

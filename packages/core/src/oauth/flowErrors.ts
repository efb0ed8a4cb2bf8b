import { branded } from '../branded.js';
import type { OAuthClientMetadata } from './schemas.js';
import { OAuthClientFlowError, OAuthError } from './errors.js';
import { BLANK, quoted } from './redaction.js';

// What ends a flow before it has a token.

/** The authorization server refused the scope it was asked for (`invalid_scope`). */
export class InvalidScopeError extends OAuthError {
  /** What was asked for. */
  readonly requestedScope?: string;

  constructor(refusal: OAuthError, requestedScope: string | undefined) {
    super(
      refusal.code,
      `${refusal.message} (asked for: ${quoted(requestedScope ?? '')})`,
      refusal.errorUri,
      refusal.status
    );
    this.cause = refusal;
    if (requestedScope !== undefined) this.requestedScope = requestedScope;
  }
}
branded(InvalidScopeError, 'InvalidScopeError');

/**
 * An issuer that is not the expected one: in metadata (RFC 8414 §3.3), or in the `iss` of an authorization response
 * (RFC 9207 §2.4). `received` may come from an attacker: do not show it to the user.
 */
export class IssuerMismatchError extends OAuthClientFlowError {
  readonly kind: 'metadata' | 'authorization_response';
  readonly expected: string | undefined;
  readonly received: string | undefined;

  constructor(kind: 'metadata' | 'authorization_response', expected: string | undefined, received: string | undefined) {
    const quote = (issuer: string | undefined): string => (issuer === undefined ? 'none' : quoted(issuer));
    super(
      kind === 'metadata'
        ? `Authorization server metadata names issuer ${quote(received)}, expected ${quote(expected)} (RFC 8414 §3.3). ` +
            'Correct the server, or, for a server known to be misconfigured, set skipIssuerMetadataValidation.'
        : `The authorization response names issuer ${quote(received)}, expected ${quote(expected)} (RFC 9207 §2.4). ` +
            'It was ignored; start the authorization again.',
      'ISSUER_MISMATCH'
    );
    this.kind = kind;
    this.expected = expected;
    this.received = received;
  }
}
branded(IssuerMismatchError, 'IssuerMismatchError');

/** The protected resource metadata is for another resource than the one being used (RFC 9728 §3.3). */
export class ResourceMismatchError extends OAuthClientFlowError {
  /** The MCP server being used. */
  readonly serverUrl: string;
  /** The `resource` that the metadata names. */
  readonly resource: string;

  constructor(serverUrl: string, resource: string) {
    super(
      `The protected resource metadata is for ${quoted(resource)}, not for ${serverUrl}. ` +
        'No token was requested: it could be used elsewhere. Correct the server, or implement validateResourceURL().',
      'RESOURCE_MISMATCH'
    );
    this.serverUrl = serverUrl;
    this.resource = resource;
  }
}
branded(ResourceMismatchError, 'ResourceMismatchError');

/** A metadata, token or registration document that cannot be used. */
export class InvalidDocumentError extends OAuthClientFlowError {
  readonly url: string;

  constructor(url: string | URL, what: string, options?: ErrorOptions) {
    super(`The document at ${String(url)} cannot be used: ${what}`, 'INVALID_DOCUMENT', options);
    this.url = String(url);
  }
}
branded(InvalidDocumentError, 'InvalidDocumentError');

/**
 * It could not be told which authorization server is in charge of a resource, or what its metadata says, and may be told
 * later: nothing of what was known is given up for it. `cause` is what stood in the way, where there was more than a 404.
 */
export class MetadataUnavailableError extends OAuthClientFlowError {
  /** The authorization server that the resource has moved to, when its metadata is what could not be had. */
  readonly movedTo: string | undefined;

  constructor(serverUrl: string | URL, movedTo: string | undefined, cause?: unknown) {
    const { origin, pathname } = new URL(serverUrl);
    const what =
      movedTo === undefined
        ? 'the metadata that says how to authorize'
        : `the metadata of its authorization server ${quoted(movedTo)}`;
    super(`${origin}${pathname}: ${what} cannot be had now. Try again later.`, 'METADATA_UNAVAILABLE', { cause });
    this.movedTo = movedTo;
  }
}
branded(MetadataUnavailableError, 'MetadataUnavailableError');

/** The authorization server refused a dynamic client registration. `body` is its answer, without secrets. */
export class RegistrationRejectedError extends OAuthClientFlowError {
  readonly status: number;
  readonly body: string;
  readonly submittedMetadata: OAuthClientMetadata;

  constructor(args: { status: number; body: string; submittedMetadata: OAuthClientMetadata }) {
    super(
      `The authorization server rejected the client registration (HTTP ${args.status}): ${JSON.stringify(args.body.slice(0, 500))}. ` +
        'Adjust clientMetadata (redirect_uris, application_type, scope), or use a pre-registered client.',
      'REGISTRATION_REJECTED'
    );
    this.status = args.status;
    this.body = args.body;
    const { software_statement: statement } = args.submittedMetadata;
    // A software statement is a credential (RFC 7591 §2.3), and this error may be logged.
    this.submittedMetadata = {
      ...args.submittedMetadata,
      ...(statement !== undefined && { software_statement: BLANK })
    };
  }
}
branded(RegistrationRejectedError, 'RegistrationRejectedError');

/** A token endpoint without TLS on a host that is not loopback (OAuth 2.1 §1.5). */
export class InsecureTokenEndpointError extends OAuthClientFlowError {
  readonly tokenEndpoint: string;

  constructor(tokenEndpoint: string) {
    super(
      `Refusing to send credentials to ${tokenEndpoint}: it is neither https: nor on this machine. Use the server's https: URL.`,
      'INSECURE_TOKEN_ENDPOINT'
    );
    this.tokenEndpoint = tokenEndpoint;
  }
}
branded(InsecureTokenEndpointError, 'InsecureTokenEndpointError');

/** A credential is bound to another authorization server than the one in use. */
export class AuthorizationServerMismatchError extends OAuthClientFlowError {
  readonly recordedIssuer: string;
  readonly currentIssuer: string;

  constructor(recordedIssuer: string, currentIssuer: string) {
    super(
      `The credentials (client, or authorization code) belong to the authorization server ${quoted(recordedIssuer)}, ` +
        `but the resource now names ${quoted(currentIssuer)}. They were not sent. Start a new authorization; a ` +
        'pre-registered client has to be registered there first.',
      'AUTHORIZATION_SERVER_MISMATCH'
    );
    this.recordedIssuer = recordedIssuer;
    this.currentIssuer = currentIssuer;
  }
}
branded(AuthorizationServerMismatchError, 'AuthorizationServerMismatchError');

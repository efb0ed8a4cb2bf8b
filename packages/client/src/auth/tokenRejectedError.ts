import { branded, SdkErrorCode, SdkHttpError } from '@scopeful/core/engine';

/**
 * The resource rejects the tokens that its authorization server issues to this client, those of a new authorization, too.
 * Asking the user again would bring another of their kind, so it is not done, until `auth()` is called with
 * `forceReauthorization: true`. As a rule the tokens are meant for another audience (RFC 8707 §2).
 */
export class TokenRejectedError extends SdkHttpError {
  /** The authorization server that issued the tokens. */
  readonly issuer: string | undefined;
  /** URL of the MCP server that rejects them. */
  readonly resource: string;

  constructor(request: string, resource: string, issuer: string | undefined, status: number) {
    super(
      SdkErrorCode.ClientHttpAuthentication,
      `${request} was answered with HTTP ${status}: ${resource} does not accept the tokens of ${issuer ?? 'its authorization server'}, ` +
        'newly issued ones included. They are probably meant for another audience: check the resource that its metadata ' +
        'names. To ask the user all the same, call auth(provider, { serverUrl, forceReauthorization: true }).',
      { status }
    );
    this.issuer = issuer;
    this.resource = resource;
  }
}
branded(TokenRejectedError, 'TokenRejectedError');

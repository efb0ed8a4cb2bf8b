import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  StoredOAuthClientInformation,
  StoredOAuthTokens
} from '@scopeful/client';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** A client of a workload whose platform says who it is: that is the grant (RFC 7523 §2.1). */
export class WorkloadProvider implements OAuthClientProvider {
  readonly redirectUrl = undefined;
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'scopeful-conformance',
    redirect_uris: [],
    grant_types: [GRANT_TYPE],
    token_endpoint_auth_method: 'none'
  };
  readonly #clientId: string;
  readonly #platformToken: string;
  #tokens: StoredOAuthTokens | undefined;

  constructor(clientId: string, platformToken: string) {
    this.#clientId = clientId;
    this.#platformToken = platformToken;
  }

  prepareTokenRequest(scope?: string): URLSearchParams {
    const parameters = { grant_type: GRANT_TYPE, assertion: this.#platformToken };
    return new URLSearchParams({ ...parameters, ...(scope !== undefined && { scope }) });
  }

  clientInformation(): StoredOAuthClientInformation {
    return { client_id: this.#clientId };
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(): void {
    throw new Error('a workload has no user to send anywhere');
  }

  saveCodeVerifier(): void {
    return;
  }

  codeVerifier(): string {
    throw new Error('a workload has no authorization code');
  }
}

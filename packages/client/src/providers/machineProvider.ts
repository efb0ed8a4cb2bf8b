import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  StoredOAuthClientInformation,
  StoredOAuthTokens
} from '@scopeful/core';

/** What every client without a user is told. */
export interface MachineOptions {
  clientId: string;
  clientSecret?: string;
  clientName?: string;
  scope?: string;
  expectedIssuer?: string;
}

/** What it registers as, if it could. */
interface Registration {
  grantType: string;
  authMethod: string;
}

/** A client that acts without a user: fixed credentials, and tokens that are kept in memory. One for each MCP server. */
export abstract class MachineProvider implements OAuthClientProvider {
  private readonly _metadata: OAuthClientMetadata;
  /** What it has: behind a function, so that no console shows it. */
  private readonly _secrets: () => {
    readonly client: StoredOAuthClientInformation;
    tokens: StoredOAuthTokens | undefined;
  };

  constructor(options: MachineOptions, { grantType, authMethod }: Registration) {
    const { clientId, clientSecret, clientName = 'mcp-client', scope, expectedIssuer } = options;
    const client: StoredOAuthClientInformation = {
      client_id: clientId,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
      ...(expectedIssuer !== undefined && { issuer: expectedIssuer })
    };
    const secrets: ReturnType<MachineProvider['_secrets']> = { client, tokens: undefined };
    this._secrets = () => secrets;
    this._metadata = {
      client_name: clientName,
      redirect_uris: [],
      grant_types: [grantType],
      token_endpoint_auth_method: authMethod,
      ...(scope !== undefined && { scope })
    };
  }

  /** There is no user agent. */
  get redirectUrl(): undefined {
    return undefined;
  }

  get clientMetadata(): OAuthClientMetadata {
    return this._metadata;
  }

  clientInformation(): StoredOAuthClientInformation {
    return this._secrets().client;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this._secrets().tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this._secrets().tokens = tokens;
  }

  redirectToAuthorization(): void {
    throw withoutUser('redirectToAuthorization');
  }

  /** Does nothing: there is no authorization code. */
  saveCodeVerifier(): void {
    return;
  }

  codeVerifier(): string {
    throw withoutUser('codeVerifier');
  }

  abstract prepareTokenRequest(scope?: string): URLSearchParams | Promise<URLSearchParams>;
}

function withoutUser(method: string): Error {
  return new Error(`${method}() was called, but this client acts without a user.`);
}

/** Makes a token request with the scope that is wanted, if any. */
export function tokenRequest(parameters: Record<string, string>, scope: string | undefined): URLSearchParams {
  return new URLSearchParams({ ...parameters, ...(scope !== undefined && scope !== '' && { scope }) });
}

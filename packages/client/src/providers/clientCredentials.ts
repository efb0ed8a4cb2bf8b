import { MachineProvider, tokenRequest } from './machineProvider.js';

/** Configures a {@link ClientCredentialsProvider}. */
export interface ClientCredentialsProviderOptions {
  clientId: string;
  clientSecret: string;
  clientName?: string;
  /** The scope to ask for when neither challenge nor metadata names one. */
  scope?: string;
  /** The issuer of the authorization server that knows these credentials: they go to no other. */
  expectedIssuer?: string;
}

/**
 * A client that acts for itself, with a secret.
 * @see RFC 6749 §4.4; MCP extension `io.modelcontextprotocol/oauth-client-credentials`
 */
export class ClientCredentialsProvider extends MachineProvider {
  constructor(options: ClientCredentialsProviderOptions & { expectedIssuer: string });
  /** @deprecated Pass `expectedIssuer`, too: the secret goes wherever the MCP server says otherwise. */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- only the second one is deprecated
  constructor(options: ClientCredentialsProviderOptions);
  constructor(options: ClientCredentialsProviderOptions) {
    super(options, { grantType: 'client_credentials', authMethod: 'client_secret_basic' });
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

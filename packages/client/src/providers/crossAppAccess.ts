import type { FetchLike } from '@scopeful/core';
import { JWT_BEARER_GRANT, OAuthClientFlowError } from '@scopeful/core/engine';
import { MachineProvider, tokenRequest } from './machineProvider.js';

/** What an {@link AssertionCallback} has to know of the MCP server. */
export interface CrossAppAccessContext {
  /** Its authorization server: the `audience` of the grant. */
  authorizationServerUrl: string;
  /** The MCP server: the `resource` of the grant. */
  resourceUrl: string;
  /** What is asked for: after a scope challenge, everything asked for before, too. */
  scope?: string;
  /** For the requests to the identity provider. */
  fetchFn: FetchLike;
}

/** Obtains a JWT authorization grant (ID-JAG) for an MCP server. */
export type AssertionCallback = (context: CrossAppAccessContext) => string | Promise<string>;

/** Configures a {@link CrossAppAccessProvider}. */
export interface CrossAppAccessProviderOptions {
  /** Obtains a grant from the identity provider, as with {@link discoverAndRequestJwtAuthGrant}; once per token request. */
  assertion: AssertionCallback;
  /** The client, as the MCP server's authorization server knows it. */
  clientId: string;
  clientSecret: string;
  clientName?: string;
  /** What `assertion` is given for its requests; the global `fetch` by default. */
  fetchFn?: FetchLike;
  /** The issuer of the authorization server that knows these credentials: they go to no other. */
  expectedIssuer?: string;
}

/**
 * A client whose user's identity provider decides what it may do at an MCP server: a grant of that provider's is
 * exchanged for each token.
 * @see MCP extension `io.modelcontextprotocol/enterprise-managed-authorization`; RFC 7523 §2.1
 */
export class CrossAppAccessProvider extends MachineProvider {
  private readonly _assertion: AssertionCallback;
  private readonly _fetch: FetchLike;
  private _authorizationServerUrl: string | undefined;
  private _resourceUrl: string | undefined;

  constructor(options: CrossAppAccessProviderOptions & { expectedIssuer: string });
  /** @deprecated Pass `expectedIssuer`, too: the secret goes wherever the MCP server says otherwise. */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- only the second one is deprecated
  constructor(options: CrossAppAccessProviderOptions);
  constructor(options: CrossAppAccessProviderOptions) {
    super(options, { grantType: JWT_BEARER_GRANT, authMethod: 'client_secret_basic' });
    this._assertion = options.assertion;
    this._fetch = options.fetchFn ?? ((url, init) => fetch(url, init));
  }

  /**
   * Notes the audience of the grants to come.
   * @param authorizationServerUrl the issuer that discovery settled on
   */
  saveAuthorizationServerUrl(authorizationServerUrl: string): void {
    this._authorizationServerUrl = authorizationServerUrl;
  }

  /**
   * Tells what was noted.
   * @returns the issuer; undefined before discovery
   */
  authorizationServerUrl(): string | undefined {
    return this._authorizationServerUrl;
  }

  /**
   * Notes the resource of the grants to come.
   * @param resourceUrl the MCP server, as its metadata names it
   */
  saveResourceUrl(resourceUrl: string): void {
    this._resourceUrl = resourceUrl;
  }

  /**
   * Tells what was noted.
   * @returns the resource; undefined before discovery
   */
  resourceUrl(): string | undefined {
    return this._resourceUrl;
  }

  /**
   * Obtains a grant, and makes the body of a token request of it.
   * @param scope what to ask for; nothing in particular when undefined
   * @returns the grant and the scope, without the client's credentials
   * @throws {OAuthClientFlowError} with `RESOURCE_UNKNOWN` when the MCP server publishes no metadata that names its
   *   authorization server
   * @throws whatever `assertion` throws
   * @see RFC 7523 §2.1
   */
  async prepareTokenRequest(scope?: string): Promise<URLSearchParams> {
    const authorizationServerUrl = this._authorizationServerUrl;
    const resourceUrl = this._resourceUrl;
    if (authorizationServerUrl === undefined || resourceUrl === undefined) {
      throw new OAuthClientFlowError(
        'A grant is for one resource and its authorization server, and the MCP server does not tell them: it publishes no ' +
          'protected resource metadata (RFC 9728).',
        'RESOURCE_UNKNOWN'
      );
    }
    const context = { authorizationServerUrl, resourceUrl, fetchFn: this._fetch };
    const assertion = await this._assertion(scope === undefined ? context : { ...context, scope });
    return tokenRequest({ grant_type: JWT_BEARER_GRANT, assertion }, scope);
  }
}

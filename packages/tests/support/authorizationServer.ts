import { randomBytes, webcrypto } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { AccessToken, Client, Provider, ProviderContext } from 'oidc-provider';
import { interactionPages } from './interactionPages.js';
import { listenOnLoopback } from './loopback.js';
import { createProvider } from './oidcProvider.js';

export interface AuthorizationServerOptions {
  /** Every scope that resources here know, separated by spaces. */
  scopes?: string;
  accessTokenFormat?: 'jwt' | 'opaque';
  accessTokenSeconds?: number;
  refreshTokenSeconds?: number;
  /** Lists `offline_access` in the metadata. Refresh tokens are issued either way. */
  offlineAccess?: boolean;
  /** Passwords by login. */
  accounts?: Readonly<Record<string, string>>;
  /** Clients that are known without registering, as registration metadata with a `client_id`. */
  clients?: readonly object[];
}

interface AuthorizationRequest {
  readonly clientId: string | undefined;
  readonly scope: string | undefined;
  readonly resource: string | undefined;
  readonly prompt: string | undefined;
}

interface TokenRequest {
  readonly grantType: string | undefined;
  /** As asked for. */
  readonly scope: string | undefined;
  readonly resource: string | undefined;
  readonly status: number;
  readonly grantedScope: string | undefined;
}

export interface VerifiedToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

export interface AuthorizationServer {
  readonly issuer: string;
  readonly accessTokenFormat: 'jwt' | 'opaque';
  readonly authorizationRequests: readonly AuthorizationRequest[];
  readonly tokenRequests: readonly TokenRequest[];
  /** Looks an opaque access token up; `undefined` when it is unknown, expired, or meant for another audience. */
  findToken(token: string, audience: string): Promise<VerifiedToken | undefined>;
  close(): Promise<void>;
}

export const DEFAULT_ACCOUNT = { login: 'alice', password: 'through-the-looking-glass' };

/** A certified OAuth 2.0 authorization server on loopback, with real login and consent pages. */
export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const accounts = options.accounts ?? { [DEFAULT_ACCOUNT.login]: DEFAULT_ACCOUNT.password };
  const signingKey = await createSigningKey();

  const server = await listenOnLoopback();
  const provider = createProvider(server.origin, configuration(options, signingKey));
  const records = recordRequests(provider);
  server.serve(listener(provider, accounts));
  provider.on('server_error', (_context, error) => console.error(error));

  return {
    issuer: server.origin,
    accessTokenFormat: options.accessTokenFormat ?? 'jwt',
    ...records,
    findToken: async (token, audience) => verified(await provider.AccessToken.find(token), audience),
    close: () => server.close()
  };
}

function listener(provider: Provider, accounts: Readonly<Record<string, string>>): RequestListener {
  const pages = interactionPages(provider, accounts);
  const endpoints = provider.callback();
  return (request, response) => {
    if (request.url?.startsWith('/interaction/')) void pages(request, response);
    else endpoints(request, response);
  };
}

async function createSigningKey(): Promise<object> {
  const { privateKey } = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
  const { kty, crv, x, y, d } = await webcrypto.subtle.exportKey('jwk', privateKey);
  return { kty, crv, x, y, d, use: 'sig', alg: 'ES256' };
}

function configuration(options: AuthorizationServerOptions, signingKey: object): object {
  const { scopes = 'mcp:connect notes:read notes:write notes:admin', accessTokenFormat = 'jwt' } = options;
  const day = 24 * 60 * 60;
  return {
    clients: options.clients ?? [],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [signingKey] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: options.offlineAccess === true ? ['offline_access'] : [],
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientBasedCORS: () => true,
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: ProviderContext, resource: string) => ({
          scope: scopes,
          audience: resource,
          accessTokenFormat
        })
      }
    },
    // Each authorization starts from nothing, so that a token carries what this request asked for and the user allowed.
    loadExistingGrant: async (context: ProviderContext & { oidc: { provider: Provider } }) => {
      const grantId = context.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : context.oidc.provider.Grant.find(grantId);
    },
    findAccount: (_context: ProviderContext, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId })
    }),
    issueRefreshToken: (_context: ProviderContext, client: Client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: options.accessTokenSeconds ?? 60 * 60,
      AuthorizationCode: 60,
      Grant: day,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: options.refreshTokenSeconds ?? day,
      Session: day
    },
    renderError: (context: ProviderContext, answer: Record<string, string>) => {
      context.type = 'text';
      context.body = Object.entries(answer)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n');
    }
  };
}

function recordRequests(provider: Provider): Pick<AuthorizationServer, 'authorizationRequests' | 'tokenRequests'> {
  const authorizationRequests: AuthorizationRequest[] = [];
  const tokenRequests: TokenRequest[] = [];
  provider.use(async (context, next) => {
    if (context.path === '/auth') {
      // Read from the query: the provider removes scopes from its own copy of the parameters.
      const parameter = (name: string): string | undefined => [context.query[name]].flat()[0];
      authorizationRequests.push({
        clientId: parameter('client_id'),
        scope: parameter('scope'),
        resource: parameter('resource'),
        prompt: parameter('prompt')
      });
    }
    await next();
    if (context.path === '/token' && context.method === 'POST') {
      const { params = {} } = context.oidc;
      tokenRequests.push({
        grantType: params.grant_type,
        scope: params.scope,
        resource: params.resource,
        status: context.status,
        grantedScope: (context.body as { scope?: string }).scope
      });
    }
  });
  return { authorizationRequests, tokenRequests };
}

function verified(token: AccessToken | undefined, audience: string): VerifiedToken | undefined {
  if (!token?.isValid || ![token.aud].flat().includes(audience)) return undefined;
  return { clientId: token.clientId, scopes: token.scope?.split(' ') ?? [] };
}

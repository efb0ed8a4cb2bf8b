import { randomBytes, webcrypto } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as oauth from 'oauth4webapi';
import { onTestFinished } from 'vitest';
import { DEFAULT_ACCOUNT } from '../../support/authorizationServer.js';
import { interactionPages } from '../../support/interactionPages.js';
import { listenOnLoopback } from '../../support/loopback.js';
import { createProvider } from '../../support/oidcProvider.js';

const SCOPES = 'notes:read notes:write';
const INSECURE = { [oauth.allowInsecureRequests]: true };

async function signingKey(): Promise<object> {
  const { privateKey } = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
  const { kty, crv, x, y, d } = await webcrypto.subtle.exportKey('jwk', privateKey);
  return { kty, crv, x, y, d, use: 'sig', alg: 'ES256' };
}

/** A certified authorization server that binds tokens to keys, and wants nonces in proofs. */
export async function startCertifiedServer(clients: object[]): Promise<{ issuer: string }> {
  const server = await listenOnLoopback();
  onTestFinished(() => server.close());
  const provider = createProvider(server.origin, {
    clients,
    jwks: { keys: [await signingKey()] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { clientAuthSigningAlgValues: ['ES256'] },
    clientAuthMethods: ['none', 'client_secret_basic', 'private_key_jwt'],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: SCOPES.split(' '),
    responseTypes: ['code'],
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_: unknown, resource: string) => ({
          scope: SCOPES,
          audience: resource,
          accessTokenFormat: 'jwt'
        })
      }
    },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    issueRefreshToken: () => true,
    ttl: {
      AccessToken: 600,
      ClientCredentials: 600,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 600,
      Session: 600
    }
  });
  const pages = interactionPages(provider, { [DEFAULT_ACCOUNT.login]: DEFAULT_ACCOUNT.password });
  const endpoints = provider.callback();
  server.serve((request, response) => {
    if (request.url?.startsWith('/interaction/') === true) void pages(request, response);
    else endpoints(request, response);
  });
  return { issuer: server.origin };
}

export interface JudgingResource {
  url: URL;
  /** The claims of the tokens that came with a good proof. */
  accepted: oauth.JWTAccessTokenClaims[];
  /** Turns the next token away, as though it had expired. */
  expireNext: boolean;
}

/** An MCP server that leaves the judgement on tokens and proofs to an independent library. */
export async function startJudgingResource(issuer: string): Promise<JudgingResource> {
  const server = await listenOnLoopback();
  onTestFinished(() => server.close());
  const url = new URL('/mcp', server.origin);
  const resource: JudgingResource = { url, accepted: [], expireNext: false };
  const discovered = await oauth.discoveryRequest(new URL(issuer), INSECURE);
  const as = await oauth.processDiscoveryResponse(new URL(issuer), discovered);

  const refuse = (response: ServerResponse, status: number, parameters: string): void => {
    const metadata = `resource_metadata="${server.origin}/.well-known/oauth-protected-resource/mcp"`;
    response
      .writeHead(status, { 'www-authenticate': `DPoP ${metadata}, ${parameters}`, 'dpop-nonce': 'nonce-rs' })
      .end();
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (incoming.url?.startsWith('/.well-known/oauth-protected-resource') === true) {
      const metadata = { resource: url.href, authorization_servers: [issuer], scopes_supported: ['notes:read'] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
      return;
    }
    const { method = '' } = incoming;
    if (method === 'GET') return void response.writeHead(405).end();
    const message = JSON.parse(await text(incoming)) as {
      id?: number;
      method: string;
      params: { protocolVersion?: string };
    };
    if (incoming.headers.authorization === undefined) return refuse(response, 401, 'algs="ES256"');
    const request = new Request(new URL(incoming.url ?? '', server.origin), {
      method,
      headers: incoming.headers as Record<string, string>
    });
    const claims = await oauth.validateJwtAccessToken(as, request, url.href, { requireDPoP: true, ...INSECURE });
    const proof = Buffer.from(String(incoming.headers['dpop']).split('.')[1] ?? '', 'base64url').toString();
    if (!proof.includes('"nonce":"nonce-rs"')) return refuse(response, 401, 'error="use_dpop_nonce"');
    if (resource.expireNext) {
      resource.expireNext = false;
      return refuse(response, 401, 'error="invalid_token"');
    }
    resource.accepted.push(claims);
    if (message.method === 'tools/call' && claims.scope?.includes('notes:write') !== true) {
      return refuse(response, 403, 'error="insufficient_scope", scope="notes:write"');
    }
    if (message.id === undefined) return void response.writeHead(202).end();
    const { protocolVersion } = message.params;
    const capabilities = { tools: {} };
    const result =
      message.method === 'initialize'
        ? { protocolVersion, capabilities, serverInfo: { name: 'judge', version: '1' } }
        : { content: [{ type: 'text', text: 'done' }] };
    const body = JSON.stringify({ jsonrpc: '2.0', id: message.id, result });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  };
  server.serve((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  return resource;
}

import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOnLoopback, type LoopbackServer } from './loopback.js';

/** What the authorization server is to do that a certified one would not do on demand. */
export interface AuthorizationScript {
  /** Members of the metadata document to add or, with `undefined`, to leave out. */
  metadata?: Record<string, unknown>;
  /** What is granted of what was asked for; everything by default. */
  grant?: (requested: string | undefined) => string | undefined;
  /** What a refresh grants of what was granted; everything by default. */
  grantOnRefresh?: (granted: string | undefined) => string | undefined;
  /** Whether token responses name the scope; never, by default: RFC 6749 §5.1 allows that when all was granted. */
  namesScope?: boolean | 'refresh' | 'exchange';
  /** The type of access tokens; `Bearer` by default. */
  tokenType?: string;
  /** Whether refresh tokens are issued; yes by default. */
  issuesRefreshTokens?: boolean;
  /** Whether each refresh invalidates the refresh token used; no by default. */
  rotates?: boolean;
  /** Answers a token request in place of the server. */
  onToken?: (request: TokenRequest) => ScriptedAnswer | Promise<ScriptedAnswer | undefined> | undefined;
  /** Answers a registration in place of the server. */
  onRegister?: (metadata: Record<string, unknown>) => ScriptedAnswer | undefined;
  /** Answers every request for metadata in place of the document. */
  outage?: ScriptedAnswer | undefined;
  /** Parameters of authorization responses to add or change. */
  response?: Record<string, string>;
}

export interface ScriptedAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface AuthorizationRequest {
  clientId: string | null;
  scope: string | undefined;
  resource: string | undefined;
  parameters: URLSearchParams;
}

export interface TokenRequest {
  grantType: string | null;
  scope: string | undefined;
  resource: string | undefined;
  parameters: URLSearchParams;
  authorization: string | undefined;
  headers: IncomingMessage['headers'];
}

/** Tokens that were issued together. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly scope: string | undefined;
  /** The resource that the authorization request named. */
  readonly resource: string | undefined;
}

interface Grant {
  scope: string | undefined;
  clientId: string | null;
  resource: string | undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function answer(response: ServerResponse, { status, body, headers }: ScriptedAnswer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const contentType = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(text);
}

/** An authorization server on loopback that does what its script says and records what it is asked. */
export class ScriptedAuthorizationServer {
  readonly registrations: Record<string, unknown>[] = [];
  readonly authorizations: AuthorizationRequest[] = [];
  readonly tokenRequests: TokenRequest[] = [];
  /** Everything that was issued, in order, valid or not. */
  readonly issued: IssuedTokens[] = [];
  /** Every path requested. */
  readonly paths: string[] = [];
  script: AuthorizationScript = {};

  readonly #server: LoopbackServer;
  readonly #codes = new Map<string, Grant & { challenge: string | null }>();
  readonly #refreshTokens = new Map<string, Grant>();
  readonly #accessTokens = new Map<string, string | undefined>();

  constructor(server: LoopbackServer) {
    this.#server = server;
    server.serve((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        answer(response, { status: 500, body: { error: 'server_error', error_description: String(error) } });
      });
    });
  }

  static async start(script: AuthorizationScript = {}): Promise<ScriptedAuthorizationServer> {
    const server = new ScriptedAuthorizationServer(await listenOnLoopback());
    server.script = script;
    return server;
  }

  get issuer(): string {
    return this.#server.origin;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** The scopes each authorization request asked for, in order. */
  get requestedScopes(): (string | undefined)[] {
    return this.authorizations.map(({ scope }) => scope);
  }

  /** Whether an access token is valid, and its scope. */
  introspect(token: string | undefined): { scope: string | undefined } | undefined {
    return token !== undefined && this.#accessTokens.has(token) ? { scope: this.#accessTokens.get(token) } : undefined;
  }

  /** Lets every access token expire. */
  expireAccessTokens(): void {
    this.#accessTokens.clear();
  }

  knowsRefreshToken(token: string): boolean {
    return this.#refreshTokens.has(token);
  }

  revokeRefreshTokens(): void {
    this.#refreshTokens.clear();
  }

  /** Plays the user who agrees: follows an authorization URL and returns the parameters of the callback. */
  async approve(authorizationUrl: URL | undefined): Promise<URLSearchParams> {
    if (authorizationUrl === undefined) throw new Error('there was no redirect');
    const response = await fetch(authorizationUrl, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`no redirect but HTTP ${response.status}: ${await response.text()}`);
    return new URL(location).searchParams;
  }

  metadata(): Record<string, unknown> {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      registration_endpoint: `${issuer}/register`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      ...this.script.metadata
    };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer);
    this.paths.push(url.pathname);
    if (url.pathname.startsWith('/.well-known/') && this.script.outage !== undefined)
      return answer(response, this.script.outage);
    if (url.pathname === '/.well-known/oauth-authorization-server')
      return answer(response, { status: 200, body: this.metadata() });
    if (url.pathname === '/register')
      return answer(response, this.#register(JSON.parse(await readBody(request)) as Record<string, unknown>));
    if (url.pathname === '/authorize') return this.#authorize(url.searchParams, response);
    if (url.pathname === '/token') {
      return answer(response, await this.#token(new URLSearchParams(await readBody(request)), request.headers));
    }
    answer(response, { status: 404, body: 'not found' });
  }

  #register(metadata: Record<string, unknown>): ScriptedAnswer {
    this.registrations.push(metadata);
    const scripted = this.script.onRegister?.(metadata);
    return scripted ?? { status: 201, body: { ...metadata, client_id: `client-${this.registrations.length}` } };
  }

  #authorize(parameters: URLSearchParams, response: ServerResponse): void {
    const scope = parameters.get('scope') ?? undefined;
    const clientId = parameters.get('client_id');
    const resource = parameters.get('resource') ?? undefined;
    this.authorizations.push({ clientId, scope, resource, parameters });
    const code = randomUUID();
    this.#codes.set(code, { clientId, scope, resource, challenge: parameters.get('code_challenge') });
    const callback = new URL(parameters.get('redirect_uri') ?? '');
    callback.searchParams.set('code', code);
    callback.searchParams.set('iss', this.issuer);
    const state = parameters.get('state');
    if (state !== null) callback.searchParams.set('state', state);
    for (const [name, value] of Object.entries(this.script.response ?? {})) callback.searchParams.set(name, value);
    response.writeHead(302, { location: callback.href }).end();
  }

  async #token(parameters: URLSearchParams, headers: IncomingMessage['headers']): Promise<ScriptedAnswer> {
    const request = {
      grantType: parameters.get('grant_type'),
      scope: parameters.get('scope') ?? undefined,
      resource: parameters.get('resource') ?? undefined,
      parameters,
      authorization: headers.authorization,
      headers
    };
    this.tokenRequests.push(request);
    const scripted = await this.script.onToken?.(request);
    if (scripted !== undefined) return scripted;
    const grant = this.#redeem(request);
    return grant === undefined
      ? { status: 400, body: { error: 'invalid_grant' } }
      : this.#issue(grant, request.grantType);
  }

  #redeem({ grantType, parameters, scope, resource }: TokenRequest): Grant | undefined {
    if (grantType === 'client_credentials' || grantType === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      return { scope, resource, clientId: parameters.get('client_id') };
    }
    if (grantType === 'refresh_token') {
      const used = parameters.get('refresh_token') ?? '';
      const grant = this.#refreshTokens.get(used);
      const { rotates = false, issuesRefreshTokens = true } = this.script;
      if (rotates && issuesRefreshTokens) this.#refreshTokens.delete(used);
      return grant;
    }
    const code = this.#codes.get(parameters.get('code') ?? '');
    this.#codes.delete(parameters.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(parameters.get('code_verifier') ?? '')
      .digest('base64url');
    return code?.challenge === verifier ? code : undefined;
  }

  #issue(grant: Grant, grantType: string | null): ScriptedAnswer {
    const { namesScope = false, issuesRefreshTokens = true, rotates = false, tokenType } = this.script;
    const isRefresh = grantType === 'refresh_token';
    const narrow = isRefresh ? this.script.grantOnRefresh : this.script.grant;
    const scope = narrow === undefined ? grant.scope : narrow(grant.scope);
    const accessToken = `access-${randomUUID()}`;
    this.#accessTokens.set(accessToken, scope);
    const body: Record<string, unknown> = {
      access_token: accessToken,
      token_type: tokenType ?? 'Bearer',
      expires_in: 3600
    };
    if (namesScope === true || namesScope === (isRefresh ? 'refresh' : 'exchange')) body['scope'] = scope;
    const refreshToken = issuesRefreshTokens && (!isRefresh || rotates) ? `refresh-${randomUUID()}` : undefined;
    if (refreshToken !== undefined) {
      this.#refreshTokens.set(refreshToken, { ...grant, scope });
      body['refresh_token'] = refreshToken;
    }
    this.issued.push({ accessToken, refreshToken, scope, resource: grant.resource });
    return { status: 200, body };
  }
}

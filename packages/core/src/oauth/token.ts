import type { FetchLike } from '../fetch.js';
import { authenticateClient, selectClientAuthMethod } from './clientAuth.js';
import {
  OAuthErrorResponseSchema,
  OAuthTokensSchema,
  type AuthorizationServerMetadata,
  type OAuthClientInformationMixed,
  type OAuthTokens
} from './schemas.js';
import type { DpopSession } from './dpop.js';
import { hasCode, OAuthClientFlowError, OAuthError, OAuthErrorCode } from './errors.js';
import { isBearerToken } from './bearerToken.js';
import { AuthorizationServerMismatchError, InsecureTokenEndpointError, InvalidDocumentError } from './flowErrors.js';
import { checkDocument, isSecureEndpoint, parseJson, readBody, withoutNulls } from './http.js';
import { sameIssuer } from './issuer.js';
import type { AddClientAuthentication, OAuthClientProvider } from './provider.js';
import { cleanText, withoutSecretMembers } from './redaction.js';
import { createTokenForm, errorOf, postTokenForm } from './tokenForm.js';
import { validateAuthorizationResponseIssuer } from './authorizationResponse.js';

/**
 * Checks a token endpoint before credentials go there.
 * @param tokenEndpoint as metadata names it
 * @returns its URL
 * @throws {InsecureTokenEndpointError} when it is neither https nor on this machine
 * @see RFC 6749 §3.2
 */
export function assertSecureTokenEndpoint(tokenEndpoint: string | URL): URL {
  const url = new URL(tokenEndpoint);
  if (!isSecureEndpoint(url)) throw new InsecureTokenEndpointError(url.href);
  return url;
}

function errorFrom(text: string, status: number | undefined): OAuthError {
  const body = OAuthErrorResponseSchema.safeParse(withoutNulls(parseJson(text)));
  if (body.success) return errorOf(body.data.error, body.data.error_description, body.data.error_uri, status, []);
  const where = status === undefined ? '' : ` HTTP ${status}`;
  return new OAuthError(
    OAuthErrorCode.ServerError,
    `The authorization server answered${where} with no OAuth error: ${JSON.stringify(cleanText(withoutSecretMembers(text)).slice(0, 500))}`,
    undefined,
    status
  );
}

/**
 * Reads the error in an answer of an authorization server.
 * @param input the response, whose body is read, or the body's text
 * @returns the error that it says; `server_error` when that is none of RFC 6749 §5.2
 * @see RFC 6749 §5.2
 */
export async function parseErrorResponse(input: Response | string): Promise<OAuthError> {
  return typeof input === 'string' ? errorFrom(input, undefined) : errorFrom(await readBody(input), input.status);
}

interface TokenRequest {
  metadata?: AuthorizationServerMetadata;
  clientInformation?: OAuthClientInformationMixed;
  resource?: string | URL;
  addClientAuthentication?: AddClientAuthentication;
  /** Binds the tokens to its key. */
  dpop?: DpopSession;
  fetchFn?: FetchLike;
}

/** Requests tokens; once more when the server wants a nonce in the proof, which it names (RFC 9449 §8). */
async function requestTokens(
  authorizationServerUrl: string | URL,
  params: URLSearchParams,
  request: TokenRequest
): Promise<OAuthTokens> {
  try {
    return await requestTokensOnce(authorizationServerUrl, params, request);
  } catch (error) {
    if (request.dpop === undefined || !hasCode(error, OAuthErrorCode.UseDpopNonce)) throw error;
    return requestTokensOnce(authorizationServerUrl, params, request);
  }
}

async function requestTokensOnce(
  authorizationServerUrl: string | URL,
  params: URLSearchParams,
  request: TokenRequest
): Promise<OAuthTokens> {
  const { metadata, clientInformation, resource } = request;
  const form = createTokenForm(params);
  const url = assertSecureTokenEndpoint(metadata?.token_endpoint ?? new URL('/token', authorizationServerUrl));
  const { headers } = form;
  if (resource !== undefined) params.set('resource', String(resource));
  if (request.addClientAuthentication !== undefined) {
    await request.addClientAuthentication(headers, params, url, metadata);
  } else if (clientInformation !== undefined) {
    const method = selectClientAuthMethod(clientInformation, metadata?.token_endpoint_auth_methods_supported ?? []);
    authenticateClient(method, clientInformation, headers, params);
  }
  return usableTokens(
    checkDocument(OAuthTokensSchema, await postTokenForm(url, form, request.fetchFn, request.dpop), url),
    url
  );
}

/**
 * Makes sure that tokens can be used: a token that no header can carry is found out here, and not shown.
 * @throws {InvalidDocumentError} when the access token has characters outside RFC 6750 §2.1
 */
export function usableTokens(tokens: OAuthTokens, url: URL): OAuthTokens {
  const { refresh_token: refreshToken, ...others } = tokens;
  if (isBearerToken(tokens.access_token)) return refreshToken === '' ? others : tokens;
  throw new InvalidDocumentError(
    url,
    'its access_token has characters that RFC 6750 §2.1 does not allow. It was discarded.'
  );
}

/**
 * Makes the body of a code exchange.
 * @param authorizationCode of the authorization response
 * @param codeVerifier of the authorization request
 * @param redirectUri the very one of the authorization request
 * @returns the parameters, without the client's credentials
 * @see RFC 6749 §4.1.3; RFC 7636 §4.5
 */
export function prepareAuthorizationCodeRequest(
  authorizationCode: string,
  codeVerifier: string,
  redirectUri: string | URL
): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'authorization_code',
    code: authorizationCode,
    code_verifier: codeVerifier,
    redirect_uri: String(redirectUri)
  });
}

function assertResponseIssuer(metadata: AuthorizationServerMetadata | undefined, iss: string | undefined): void {
  validateAuthorizationResponseIssuer({
    iss,
    expectedIssuer: metadata?.issuer,
    issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true
  });
}

/**
 * Exchanges an authorization code for tokens.
 * @param authorizationServerUrl the issuer; its `/token` is the endpoint when there is no metadata
 * @param options the client, the code, and what the authorization request had
 * @returns the tokens as the server gave them; `expires_in` in seconds
 * @throws {IssuerMismatchError} before anything is sent, when `iss` is not the metadata's issuer (RFC 9207 §2.4)
 * @throws {OAuthError} when the server refuses
 * @throws {InvalidDocumentError} when its answer has no token that can be sent
 * @throws {InsecureTokenEndpointError} when its endpoint is neither https nor on this machine
 * @see RFC 6749 §4.1.3; RFC 7636 §4.5; RFC 8707 §2.2
 */
export async function exchangeAuthorization(
  authorizationServerUrl: string | URL,
  options: TokenRequest & {
    clientInformation: OAuthClientInformationMixed;
    authorizationCode: string;
    /** `iss` of the authorization response. */
    iss?: string;
    codeVerifier: string;
    redirectUri: string | URL;
  }
): Promise<OAuthTokens> {
  assertResponseIssuer(options.metadata, options.iss);
  const params = prepareAuthorizationCodeRequest(options.authorizationCode, options.codeVerifier, options.redirectUri);
  return requestTokens(authorizationServerUrl, params, options);
}

/**
 * Exchanges a refresh token for new tokens.
 * @param authorizationServerUrl the issuer; its `/token` is the endpoint when there is no metadata
 * @param options the client, and the refresh token; most servers rotate it, so that it can be used once
 * @returns the tokens; with the old refresh token, and a `scope` that was sent, where the response has none
 * @throws {OAuthError} when the server refuses; with `invalid_grant` when the refresh token is no good any more
 * @throws {InvalidDocumentError} when its answer has no token that can be sent
 * @throws {InsecureTokenEndpointError} when its endpoint is neither https nor on this machine
 * @see RFC 6749 §6; RFC 8707 §2.2
 */
export async function refreshAuthorization(
  authorizationServerUrl: string | URL,
  options: TokenRequest & {
    clientInformation: OAuthClientInformationMixed;
    refreshToken: string;
    /** Sent only when given: without it the server keeps the scope already granted. */
    scope?: string;
  }
): Promise<OAuthTokens> {
  const params = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: options.refreshToken });
  const scope = options.scope === '' ? undefined : options.scope;
  if (scope !== undefined) params.set('scope', scope);
  const tokens = await requestTokens(authorizationServerUrl, params, options);
  return { ...tokens, refresh_token: tokens.refresh_token ?? options.refreshToken, scope: tokens.scope ?? scope };
}

/** Configures {@link fetchToken}. */
export interface FetchTokenOptions {
  metadata?: AuthorizationServerMetadata;
  resource?: string | URL;
  /** For the default grant. */
  authorizationCode?: string;
  /** The PKCE verifier that belongs to it; the provider's by default. */
  codeVerifier?: string;
  /** `iss` of the authorization response. */
  iss?: string;
  /** Handed to `prepareTokenRequest`. */
  scope?: string;
  fetchFn?: FetchLike;
}

async function defaultTokenRequest(
  provider: OAuthClientProvider,
  { authorizationCode, codeVerifier }: FetchTokenOptions
): Promise<URLSearchParams> {
  if (authorizationCode === undefined || provider.redirectUrl === undefined) {
    throw new OAuthClientFlowError(
      'There is no authorization code to exchange, and the provider names no other grant: implement prepareTokenRequest().',
      'NO_GRANT'
    );
  }
  const verifier = codeVerifier ?? (await provider.codeVerifier());
  return prepareAuthorizationCodeRequest(authorizationCode, verifier, provider.redirectUrl);
}

/** Makes a token request of a provider, and says what it asked for: the `scope` parameter as it was sent. */
export async function requestProviderToken(
  provider: OAuthClientProvider,
  authorizationServerUrl: string | URL,
  clientInformation: OAuthClientInformationMixed | undefined,
  options: FetchTokenOptions
): Promise<{ tokens: OAuthTokens; sentScope: string | undefined }> {
  const params =
    (await provider.prepareTokenRequest?.(options.scope)) ?? (await defaultTokenRequest(provider, options));
  const sentScope = params.get('scope') ?? undefined;
  const tokens = await requestTokens(authorizationServerUrl, params, {
    metadata: options.metadata,
    resource: options.resource,
    fetchFn: options.fetchFn,
    clientInformation,
    addClientAuthentication: provider.addClientAuthentication?.bind(provider),
    dpop: await provider.dpop?.()
  });
  return { tokens, sentScope };
}

/**
 * Requests tokens with whatever grant the provider prepares; with an authorization code by default.
 * @param provider who the client is, and how it asks
 * @param authorizationServerUrl the issuer; its `/token` is the endpoint when there is no metadata
 * @param options the code and its verifier, where that is the grant, and what to ask for
 * @returns the tokens as the server gave them, which are not stored; `expires_in` in seconds
 * @throws {AuthorizationServerMismatchError} when the client is registered with another authorization server
 * @throws {IssuerMismatchError} when `iss` is not the metadata's issuer
 * @throws {OAuthClientFlowError} with `NO_GRANT` when there is neither a code nor another grant
 * @throws {OAuthError} when the server refuses
 * @see RFC 6749 §4; RFC 8707 §2.2
 */
export async function fetchToken(
  provider: OAuthClientProvider,
  authorizationServerUrl: string | URL,
  options: FetchTokenOptions = {}
): Promise<OAuthTokens> {
  if (options.authorizationCode !== undefined) assertResponseIssuer(options.metadata, options.iss);
  const issuer = options.metadata?.issuer ?? String(authorizationServerUrl);
  const client = await provider.clientInformation({ issuer });
  if (client?.issuer !== undefined && !sameIssuer(client.issuer, issuer)) {
    throw new AuthorizationServerMismatchError(client.issuer, issuer);
  }
  const scope = options.scope ?? provider.clientMetadata.scope;
  const { tokens } = await requestProviderToken(provider, authorizationServerUrl, client, { ...options, scope });
  return tokens;
}

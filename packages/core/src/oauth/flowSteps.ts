import { readAuthorizationResponse, startAuthorization } from './authorizationRequest.js';
import { tokensFor } from './clientSelection.js';
import type { OAuthClientInformationMixed, StoredOAuthTokens } from './schemas.js';
import { hasCode, OAuthError, OAuthErrorCode } from './errors.js';
import { AuthorizationServerMismatchError } from './flowErrors.js';
import { saveDiscovery, saveTokens, type AuthResult, type Flow } from './flowContext.js';
import { missingScope } from './scope.js';
import { refreshAuthorization, requestProviderToken } from './token.js';

/** The code of the authorization response that the flow has, once `iss` and `state` are found to be right. */
export async function readCode(flow: Flow, response: URLSearchParams): Promise<string> {
  const { provider, options, server, issuer, requestedIssuer } = flow;
  if (requestedIssuer !== undefined && requestedIssuer !== issuer) {
    throw new AuthorizationServerMismatchError(requestedIssuer, issuer);
  }
  const metadata = server.authorizationServerMetadata;
  return readAuthorizationResponse(response, {
    issuer: metadata?.issuer,
    issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
    state: options.checkState === true ? await provider.savedState?.() : undefined
  });
}

/** Redeems a code. A failure deletes no stored token: the code failed, not they. */
export async function exchangeCode(
  flow: Flow,
  client: OAuthClientInformationMixed,
  authorizationCode: string
): Promise<AuthResult> {
  const { provider, options, server, ledger, requestedScope } = flow;
  options.signal?.throwIfAborted();
  const { tokens } = await requestProviderToken(provider, server.authorizationServerUrl, client, {
    metadata: server.authorizationServerMetadata,
    resource: flow.resource,
    authorizationCode,
    scope: requestedScope,
    fetchFn: options.fetchFn
  });
  const granted = await saveTokens(flow, tokens, requestedScope, requestedScope);
  ledger.authorized = requestedScope;
  return { status: 'AUTHORIZED', resolvedScope: requestedScope ?? granted };
}

/** A grant that needs no user: `client_credentials`, `jwt-bearer`. */
export async function requestWithoutUser(flow: Flow, client: OAuthClientInformationMixed): Promise<AuthResult> {
  const { provider, options, server, ledger } = flow;
  options.signal?.throwIfAborted();
  const scope = flow.scope();
  options.onEvent?.({
    type: 'authorize',
    previous: ledger.asked,
    added: missingScope(scope, ledger.asked),
    requested: scope
  });
  const { tokens, sentScope } = await requestProviderToken(provider, server.authorizationServerUrl, client, {
    metadata: server.authorizationServerMetadata,
    resource: flow.resource,
    scope,
    fetchFn: options.fetchFn
  });
  await saveTokens(flow, tokens, sentScope, sentScope);
  ledger.authorized = sentScope;
  return { status: 'AUTHORIZED', resolvedScope: sentScope };
}

/** Whether a failed refresh may succeed later: then the refresh token is worth more than a new prompt. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof OAuthError)) return true;
  const passing = [OAuthErrorCode.TemporarilyUnavailable, OAuthErrorCode.TooManyRequests, OAuthErrorCode.UseDpopNonce];
  if (hasCode(error, ...passing)) return true;
  const { status = 0 } = error;
  if (status >= 400) return status >= 500 || status === 429;
  return hasCode(error, OAuthErrorCode.ServerError);
}

/** Refreshes; `undefined` when there is nothing to refresh with, or the server will not have it any more. */
export async function refresh(flow: Flow, client: OAuthClientInformationMixed): Promise<AuthResult | undefined> {
  const { provider, ledger, issuer } = flow;
  const previous = await tokensFor(provider, issuer);
  const token = previous?.refresh_token;
  if (previous === undefined || token === undefined) return undefined;
  // One use per refresh token, whoever asks: a second one looks like theft to servers that rotate (RFC 9700 §4.14.2).
  if (ledger.refreshing?.token === token) return ledger.refreshing.result;
  const result = refreshWith(flow, client, previous, token).finally(() => {
    ledger.refreshing = undefined;
  });
  ledger.refreshing = { token, result };
  return result;
}

async function refreshWith(
  flow: Flow,
  client: OAuthClientInformationMixed,
  previous: StoredOAuthTokens,
  refreshToken: string
): Promise<AuthResult | undefined> {
  const { provider, options, server } = flow;
  options.signal?.throwIfAborted();
  options.onEvent?.({ type: 'refresh', scope: previous.scope });
  try {
    const tokens = await refreshAuthorization(server.authorizationServerUrl, {
      metadata: server.authorizationServerMetadata,
      clientInformation: client,
      refreshToken,
      scope: await provider.scopeForRefresh?.(previous),
      resource: flow.resource,
      addClientAuthentication: provider.addClientAuthentication?.bind(provider),
      dpop: await provider.dpop?.(),
      fetchFn: options.fetchFn
    });
    return { status: 'AUTHORIZED', resolvedScope: await saveTokens(flow, tokens, previous.scope, undefined) };
  } catch (error) {
    return await afterRefusedRefresh(flow, refreshToken, error);
  }
}

/** Decides what a failed refresh means: somebody else's newer tokens, a new authorization, or the error itself. */
async function afterRefusedRefresh(
  { provider, issuer, ledger }: Flow,
  refused: string,
  error: unknown
): Promise<AuthResult | undefined> {
  if (isTransient(error) || hasCode(error, OAuthErrorCode.InvalidClient)) throw error;
  if (hasCode(error, OAuthErrorCode.UnauthorizedClient) && provider.saveClientInformation !== undefined) throw error;
  if (!hasCode(error, OAuthErrorCode.InvalidGrant)) return undefined;
  const current = await tokensFor(provider, issuer);
  if (current !== undefined && current.refresh_token !== refused) {
    ledger.grant(current.scope);
    return { status: 'AUTHORIZED', resolvedScope: current.scope };
  }
  await provider.invalidateCredentials?.('tokens');
  return undefined;
}

/** Sends the user agent to the authorization server, once what its callback needs is stored. */
export async function redirect(flow: Flow, client: OAuthClientInformationMixed): Promise<AuthResult> {
  const { provider, options, server, ledger } = flow;
  const state = await provider.state?.();
  options.signal?.throwIfAborted();
  const scope = flow.scope();
  options.onEvent?.({
    type: 'authorize',
    previous: ledger.asked,
    added: missingScope(scope, ledger.asked),
    requested: scope
  });
  const { authorizationUrl, codeVerifier } = await startAuthorization(server.authorizationServerUrl, {
    metadata: server.authorizationServerMetadata,
    clientInformation: client,
    redirectUrl: provider.redirectUrl as string | URL,
    scope,
    state,
    resource: flow.resource,
    allowMissingPkceMetadata: options.allowMissingPkceMetadata
  });
  await saveDiscovery(provider, ledger, { ...server, requestedScope: scope, requestedIssuer: flow.issuer });
  await provider.saveCodeVerifier(codeVerifier);
  options.signal?.throwIfAborted();
  ledger.ask(scope);
  ledger.isRedirecting = true;
  try {
    await provider.redirectToAuthorization(authorizationUrl);
  } finally {
    ledger.isRedirecting = false;
  }
  ledger.setBack();
  options.onEvent?.({ type: 'redirect', requested: scope });
  return { status: 'REDIRECT', resolvedScope: scope };
}

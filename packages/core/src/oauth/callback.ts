import type { AuthResult } from './authResult.js';
import { isForAnotherIssuer } from './authorizationRequest.js';
import { readAuthorizationResponse } from './authorizationResponse.js';
import { hasCode, OAuthErrorCode } from './errors.js';
import type { Flow, WithClient } from './flowContext.js';
import { AuthorizationServerMismatchError } from './flowErrors.js';
import { isTransient, report, storeTokens, withScope } from './flowSteps.js';
import { sameIssuer } from './issuer.js';
import { operationKey } from './operationKey.js';
import type { PendingAuthorization } from './pendingAuthorizations.js';
import { missingScope } from './scope.js';
import { requestProviderToken } from './token.js';
import { drawTicket } from './tokenStorage.js';

/**
 * Completes an authorization with the response that its callback brought, once: the same response again has the same
 * outcome (R33).
 */
export function finish(flow: Flow, response: URLSearchParams, withClient: WithClient): Promise<AuthResult> {
  // A code says all there is to say; a denial has none.
  const key = response.get('code') ?? JSON.stringify([response.get('state'), response.get('error')]);
  const progress = { isSent: false, isRedeemed: false };
  return flow.pending.redeem(
    key,
    () => redeem(flow, response, withClient, progress),
    // What was turned away unread, or never reached the server, is as good as new.
    error => !progress.isSent || (!progress.isRedeemed && isTransient(error))
  );
}

/** How far the redemption of a code has come. */
interface Progress {
  isSent: boolean;
  isRedeemed: boolean;
}

async function redeem(
  flow: Flow,
  response: URLSearchParams,
  withClient: WithClient,
  progress: Progress
): Promise<AuthResult> {
  const { provider, identity, options, server, issuer, ledger, pending, stored } = flow;
  const { request, state, isCertain } = await answeredRequest(flow, response);
  const scope = request === undefined ? stored.scope : request.scope;
  const recordedIssuer = request?.issuer ?? stored.issuer;
  if (recordedIssuer !== undefined && !sameIssuer(recordedIssuer, issuer)) {
    throw new AuthorizationServerMismatchError(recordedIssuer, issuer);
  }
  const metadata = server.authorizationServerMetadata;
  const asked = { ...flow, id: request?.flow ?? flow.id, options: withOperation(flow, request) };
  try {
    return await withScope(asked, scope, async () => {
      const authorizationCode = readAuthorizationResponse(response, {
        issuer: metadata?.issuer,
        issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
        state,
        secrets: [request?.verifier]
      });
      options.signal?.throwIfAborted();
      const codeVerifier = request?.verifier ?? (await storedVerifier(flow));
      const ticket = drawTicket(identity, ledger);
      progress.isSent = true;
      const { tokens } = await withClient(client =>
        requestProviderToken(provider, server.authorizationServerUrl, client, {
          metadata,
          resource: flow.resource,
          authorizationCode,
          codeVerifier,
          scope,
          fetchFn: options.fetchFn
        })
      );
      progress.isRedeemed = true;
      if (request !== undefined) {
        request.isGranted = true;
        pending.close(request);
        pending.supersede(request, (wider, other) => missingScope(other, wider) === undefined);
      }
      const granted = await storeTokens(asked, ticket, tokens, { by: 'authorization', implied: scope, sent: scope });
      return { status: 'AUTHORIZED', resolvedScope: scope ?? granted };
    });
  } catch (error) {
    const isAnswer = hasCode(error, OAuthErrorCode.AccessDenied, OAuthErrorCode.InvalidScope);
    if (isAnswer && isCertain && request !== undefined) pending.close(request);
    if (hasCode(error, OAuthErrorCode.AccessDenied)) noteDenial(asked, isCertain ? request : undefined, scope);
    throw error;
  }
}

/**
 * Returns the verifier that another process stored, if this is its kind of grant.
 * @throws {AuthorizationServerMismatchError} when nothing else tells where the code was asked for, and it was elsewhere
 */
async function storedVerifier({ provider, issuer, stored }: Flow): Promise<string | undefined> {
  if (provider.prepareTokenRequest !== undefined) return undefined;
  const verifier = await provider.codeVerifier();
  if (stored.issuer === undefined && (await isForAnotherIssuer(verifier, issuer)))
    throw new AuthorizationServerMismatchError('another one', issuer);
  return verifier;
}

/** A callback is part of the story of the request that it answers. */
function withOperation({ options }: Flow, request: PendingAuthorization | undefined): Flow['options'] {
  return { ...options, operation: request?.operations[0]?.operation ?? options.operation };
}

/** An authorization request, the `state` that its response must have, and whether the response can be no other's. */
interface Answered {
  request: PendingAuthorization | undefined;
  state: string | undefined;
  isCertain: boolean;
}

/** Finds the authorization request that a response answers. */
async function answeredRequest(
  { provider, options, pending, ledger }: Flow,
  response: URLSearchParams
): Promise<Answered> {
  const newest = pending.newest(ledger.resource);
  if (options.checkState !== true) return { request: newest, state: undefined, isCertain: true };
  const state = response.get('state') ?? undefined;
  const request = state === undefined ? undefined : pending.withState(state);
  if (request !== undefined) return { request, state, isCertain: true };
  // Another process may have begun it.
  const saved = await provider.savedState?.();
  if (saved !== undefined) return { request: undefined, state: saved, isCertain: false };
  // A response without state is read all the same, since its code is bound to the verifier; but anybody can make one up.
  return {
    request: newest,
    state: state === undefined ? undefined : newest?.state,
    isCertain: newest?.state === state
  };
}

/** Remembers, for each operation that the prompt was for, that the user said no (R14, R33). */
function noteDenial(flow: Flow, request: PendingAuthorization | undefined, requested: string | undefined): void {
  const { ledger } = flow;
  for (const { operation } of request?.operations ?? [])
    ledger.apply({ type: 'refused', operation: operationKey(operation), scope: requested });
  report(flow, { type: 'refused', requested, granted: ledger.state.token?.granted });
}

import { untilAborted } from '../abort.js';
import type { AuthResult } from './authResult.js';
import { startAuthorization } from './authorizationRequest.js';
import { finish } from './callback.js';
import type { Flow, WithClient } from './flowContext.js';
import { assertHelpful, isAnswered, neededNow, report, reportRequest } from './flowSteps.js';
import type { Prompt } from './flowLane.js';
import { assertBounded } from './ledger.js';
import { PROMPT_LIFETIME, type PendingAuthorization } from './pendingAuthorizations.js';
import type { OAuthClientInformationMixed } from './schemas.js';
import { mergeScopes, missingScope } from './scope.js';
import { saveDiscovery } from './serverLookup.js';
import { withOfflineAccess } from './neededScope.js';
import { currentTokens } from './tokenStorage.js';

/**
 * Asks whoever decides; resolves to the scope that was agreed to, or to undefined when nobody has to be asked: what is
 * needed is then settled when the request is built.
 */
export async function approvedScope(flow: Flow): Promise<string | undefined> {
  const { options, ledger, sources, turn } = flow;
  assertHelpful(flow);
  const { approve } = options;
  if (approve === undefined) return undefined;
  const scope = await turn.outside(() => waitForPerson(flow, () => approve(neededNow(flow), ledger.state.sent)));
  options.signal?.throwIfAborted();
  return withOfflineAccess(ledger.state, scope, sources);
}

function waitForPerson<T>({ options }: Flow, wait: () => Promise<T>): Promise<T> {
  return options.person === undefined ? wait() : options.person(wait);
}

/** Tells whether a prompt has to be waited for before another is opened (R13, R31). */
function mustWaitFor(prompt: Prompt, scope: string | undefined, { openings }: Flow['options']): boolean {
  if (!prompt.isFixed) return true;
  if (prompt.isOpen && Date.now() - prompt.openedAt > PROMPT_LIFETIME) return false;
  const wasSentBefore = openings !== undefined && (!prompt.isOpen || prompt.opening > openings);
  return wasSentBefore || missingScope(scope, prompt.scope) === undefined;
}

/**
 * Sends the user agent to the authorization server, or waits for the outcome of a prompt that asks for no less, or was
 * opened since the request was sent.
 */
export async function askUser(flow: Flow, withClient: WithClient, agreed: string | undefined): Promise<AuthResult> {
  const { lane, turn, options, provider, ledger, identity } = flow;
  const scope = (): string | undefined => agreed ?? neededNow(flow);
  for (let open = lane.prompt; open !== undefined && mustWaitFor(open, scope(), options); open = lane.prompt) {
    const prompt = open;
    report(flow, { type: 'join' });
    prompt.operations.push(...ownOperation(flow));
    const wait = (): Promise<AuthResult> => untilAborted(prompt.result, options.signal);
    const outcome = await turn
      .outside(() => waitForPerson(flow, wait))
      .catch((error: unknown) => {
        // Who began the prompt has given it up: it is this flow's turn.
        if (prompt.isGivenUp && options.signal?.aborted !== true) return undefined;
        throw error;
      });
    const isEnough = outcome?.status === 'REDIRECT' || missingScope(scope(), prompt.scope) === undefined;
    if (outcome !== undefined && isEnough) return outcome;
    if (isAnswered(flow, await currentTokens(provider, ledger, identity)))
      return { status: 'AUTHORIZED', resolvedScope: ledger.state.token?.granted };
  }
  // While somebody decided about this request, the user was sent away for another (R13).
  if (lane.lastRedirect > (options.openings ?? lane.openings)) return { status: 'REDIRECT' };
  return withClient(client => prompt(flow, client, withClient, agreed));
}

function ownOperation({ options: { operation, demand } }: Flow): Prompt['operations'] {
  return operation === undefined ? [] : [{ operation, scope: demand?.scope }];
}

async function prompt(
  flow: Flow,
  client: OAuthClientInformationMixed,
  withClient: WithClient,
  agreed: string | undefined
): Promise<AuthResult> {
  const { lane, options } = flow;
  const own: Prompt = {
    scope: agreed,
    isFixed: agreed !== undefined,
    isOpen: false,
    opening: 0,
    isGivenUp: false,
    joined: 0,
    openedAt: 0,
    operations: ownOperation(flow),
    result: undefined as never
  };
  lane.prompt = own;
  own.result = sendAway(flow, client, withClient, own).finally(() => {
    own.isGivenUp ||= options.signal?.aborted === true;
    if (lane.prompt === own) lane.prompt = undefined;
  });
  own.result.catch(() => undefined);
  return own.result;
}

/** Tells whether, while storage was slow, another authorization brought all that this one would ask for. */
function hasBeenGranted({ ledger, options, authorizations }: Flow, scope: string | undefined): boolean {
  const { state } = ledger;
  const isForced = options.forceReauthorization === true && options.rejected === undefined;
  if (isForced || state.authorizations <= authorizations) return false;
  return missingScope(scope, mergeScopes(state.token?.sent, state.token?.granted)) === undefined;
}

async function sendAway(
  flow: Flow,
  client: OAuthClientInformationMixed,
  withClient: WithClient,
  own: Prompt
): Promise<AuthResult> {
  const { provider, identity, options, server, ledger, turn, lane, pending } = flow;
  const isWanted = (): void => {
    options.signal?.throwIfAborted();
    if (own.joined > 0 || options.isWanted?.() !== false) return;
    own.isGivenUp = true;
    throw new DOMException('Nobody waits for the authorization', 'AbortError');
  };
  const begin = async (): Promise<[PendingAuthorization, URLSearchParams | undefined] | undefined> => {
    const state = await provider.state?.();
    isWanted();
    // From here on the scope is what it is: what is challenged for later is asked for later.
    const scope = own.isFixed ? own.scope : neededNow(flow);
    assertBounded(mergeScopes(ledger.state.wanted, scope));
    own.scope = scope;
    own.isFixed = true;
    reportRequest(flow, scope);
    const { authorizationUrl, codeVerifier } = await startAuthorization(server.authorizationServerUrl, {
      metadata: server.authorizationServerMetadata,
      clientInformation: client,
      redirectUrl: provider.redirectUrl as string | URL,
      scope,
      state,
      resource: flow.resource,
      allowMissingPkceMetadata: options.allowMissingPkceMetadata
    });
    const { invalid: invalidScope } = ledger.state;
    await saveDiscovery(provider, ledger, {
      ...server,
      requestedScope: scope,
      requestedIssuer: flow.issuer,
      invalidScope
    });
    await provider.saveCodeVerifier(codeVerifier);
    isWanted();
    if (hasBeenGranted(flow, scope)) return undefined;
    ledger.apply({ type: 'sent', scope });
    const request: PendingAuthorization = {
      flow: flow.id,
      resource: ledger.resource,
      state,
      verifier: codeVerifier,
      scope,
      issuer: flow.issuer,
      operations: own.operations,
      begunAt: Date.now(),
      isGranted: false
    };
    pending.add(request);
    own.isOpen = true;
    own.opening = ++lane.openings;
    own.openedAt = request.begunAt;
    const answer = provider.redirectToAuthorization(authorizationUrl);
    report(flow, { type: 'redirect', requested: scope });
    const response = await waitForPerson(flow, async () => answer);
    return [request, response ?? undefined];
  };
  const begun = await turn.outside(() => untilAborted(begin(), options.signal));
  if (begun === undefined) return { status: 'AUTHORIZED', resolvedScope: ledger.state.token?.granted };
  const [request, response] = begun;
  // A wider grant may have come while this one was waited for: it is not replaced by a narrower one.
  if (response !== undefined && pending.has(request))
    return finish({ ...flow, options: { ...options, checkState: true } }, response, withClient);
  const tokens = await currentTokens(provider, ledger, identity);
  if (request.isGranted || isAnswered(flow, tokens)) return { status: 'AUTHORIZED', resolvedScope: request.scope };
  lane.lastRedirect = own.opening;
  lane.setBack();
  return { status: 'REDIRECT', resolvedScope: request.scope };
}

import type { Operation, OAuthServerInfo } from '@scopeful/core';
import {
  InsufficientScopeError,
  mergeScopes,
  missingScope,
  type ScopeChallenge,
  type ScopeLedger
} from '@scopeful/core/engine';

/** What an {@link InsufficientScopePolicy} function is told. Scopes are white-space separated sets. */
export interface InsufficientScopeContext {
  operation: Operation;
  /** What was asked for before. */
  previous?: string;
  /** What would be asked for in addition. */
  added?: string;
  /** What would be asked for. */
  requested?: string;
  /** What the server said. Untrusted. */
  challenge: { scope?: string; error?: string; errorDescription?: string; resourceMetadataUrl?: URL };
}

/** Ask for more, give up, or ask for this instead. */
export type InsufficientScopeDecision = 'reauthorize' | 'throw' | { scope: string };

/** How a transport answers a scope challenge. A function is asked before anything is sent to the authorization server. */
export type InsufficientScopePolicy =
  | 'reauthorize'
  | 'throw'
  | ((context: InsufficientScopeContext) => InsufficientScopeDecision | Promise<InsufficientScopeDecision>);

/** One scope challenge, and what is known about it. */
export interface StepUp {
  challenge: ScopeChallenge;
  operation: Operation;
  ledger: ScopeLedger;
  granted: string | undefined;
  /** The ledger's generation when `granted` was read. */
  generation: number;
}

/** Refusals are remembered under this. */
export function operationKey({ method, name }: Operation): string {
  return JSON.stringify([method, name]);
}

/** The error for a challenge that is not, or cannot be, met. */
export function insufficientScope({ challenge, operation, ledger, granted }: StepUp): InsufficientScopeError {
  return new InsufficientScopeError({
    operation,
    requiredScope: challenge.scope,
    requestedScope: ledger.requested,
    grantedScope: granted,
    missingScope: missingScope(challenge.scope, granted),
    resourceMetadataUrl: challenge.resourceMetadataUrl ?? ledger.resourceMetadataUrl,
    errorDescription: challenge.errorDescription
  });
}

/**
 * Whether asking again cannot help. Compare request with request, not with the grant: a server that grants less than it
 * is asked for would be asked for ever.
 */
export function isPointless({ challenge, operation, ledger, granted }: StepUp): boolean {
  const key = operationKey(operation);
  if (ledger.refusals.has(key)) {
    const refused = ledger.refusals.get(key);
    if (missingScope(challenge.scope, mergeScopes(refused, granted)) === undefined) return true;
  }
  const asked = mergeScopes(ledger.authorized, granted);
  return challenge.scope !== undefined && missingScope(challenge.scope, asked) === undefined;
}

/**
 * What to ask for: everything asked for before, everything granted, and what the challenge names; when it names nothing,
 * what the resource metadata lists.
 * @throws {InsufficientScopeError} when that is no more than was asked for the current token
 */
export function scopeToRequest(stepUp: StepUp, server: OAuthServerInfo): string | undefined {
  const { challenge, ledger } = stepUp;
  // Of another issuer's grant nothing counts.
  const granted = ledger.generation === stepUp.generation ? stepUp.granted : undefined;
  const named = challenge.scope ?? mergeScopes(...(server.resourceMetadata?.scopes_supported ?? []));
  const needed = mergeScopes(ledger.requested, granted, named);
  if (missingScope(needed, mergeScopes(ledger.authorized, granted)) === undefined) throw insufficientScope(stepUp);
  return needed;
}

/**
 * Asks the policy.
 * @returns the scope to ask for when the policy names one, `undefined` to ask for what is needed
 * @throws {InsufficientScopeError} when the policy says so
 */
export async function decide(policy: InsufficientScopePolicy, stepUp: StepUp): Promise<string | undefined> {
  if (typeof policy === 'string') return undefined;
  const { challenge, operation, ledger, granted } = stepUp;
  const { scope, error, errorDescription, resourceMetadataUrl } = challenge;
  const requested = mergeScopes(ledger.requested, granted, scope);
  const decision = await policy({
    operation,
    previous: ledger.asked,
    added: missingScope(requested, ledger.asked),
    requested,
    challenge: { scope, error, errorDescription, resourceMetadataUrl }
  });
  if (decision === 'throw') throw insufficientScope(stepUp);
  return decision === 'reauthorize' ? requested : decision.scope;
}

import { isPointless, type ScopeDemand } from '@scopeful/core/challenges';
import { mergeScopes, missingScope, type ScopeState } from '@scopeful/core/engine';

/** How often one send may be repeated, and by which means it has been tried to get a token that is accepted. */
export class RetryBudget {
  readonly tried = new Set<Renewal>();
  /** Retries with a token that another request obtained meanwhile. */
  newerTokens = 2;

  constructor(public stepUps: number) {}
}

/**
 * - `refresh`: by refresh, else by a new authorization
 * - `authorize`: by a new authorization, after a fresh look at who is in charge
 * - `refreshOnly`: by refresh, and by nothing that would disturb the user
 * - `move`: by a new authorization, should another authorization server be in charge
 */
export type Renewal = 'refresh' | 'authorize' | 'refreshOnly' | 'move';

export type Step =
  | { do: 'retry' }
  | { do: 'renew'; how: Renewal }
  | { do: 'stepUp' }
  | { fail: 'insufficientScope' | 'rejectedToken' | 'unauthorized' | 'overtaken' };

/** One rejection, the token that it was for, and the token there is now. */
export interface Situation {
  readonly demand: ScopeDemand;
  /** Under which the operation is remembered. */
  readonly operation: string;
  readonly rejectedToken: string | undefined;
  readonly currentToken: string | undefined;
  /** Whether tokens come from an OAuth client, which can refresh, step up and sign in, or are only handed over. */
  readonly isOAuth: boolean;
  /** Whether a new authorization needs a person. */
  readonly hasUser: boolean;
  /** Whether policy and options allow a step-up at all. */
  readonly mayStepUp: boolean;
  /** Whether, since the request was sent, a flow failed or sent the user away: this one must begin no other (R13). */
  readonly overtakenBy: 'failure' | 'redirect' | undefined;
}

const MINUTE = 60_000;

/** How long a token is good at least, in milliseconds, when the server does not say: later it may have expired. */
const SHORTEST_LIFETIME = 5 * MINUTE;

/**
 * Decides what to do about a request that was turned away: send it again with the token that another request obtained,
 * renew the token, ask for more scope, or give up (R11 to R15, R37).
 * @param state the record, the rejection noted
 * @param now milliseconds since the epoch
 */
export function nextStep(situation: Situation, state: ScopeState, budget: RetryBudget, now: number): Step {
  const { demand, operation, rejectedToken, currentToken, isOAuth, hasUser, overtakenBy } = situation;
  const isStepUp = demand.kind === 'insufficient_scope';
  const isNewer = currentToken !== undefined && currentToken !== rejectedToken;
  const mayDo = !isStepUp || missingScope(demand.scope, state.token?.granted) === undefined;
  if (isNewer && mayDo && budget.newerTokens > 0) return { do: 'retry' };
  if (overtakenBy !== undefined) {
    // A refresh disturbs nobody; one that has just brought a token no better than the last is no help.
    const canRefresh =
      !isFresh(state, now) &&
      overtakenBy === 'redirect' &&
      !isStepUp &&
      isOAuth &&
      hasUser &&
      !budget.tried.has('refreshOnly') &&
      !budget.tried.has('refresh');
    return canRefresh ? { do: 'renew', how: 'refreshOnly' } : { fail: 'overtaken' };
  }
  if (isStepUp) {
    const canHelp = situation.mayStepUp && budget.stepUps > 0 && !isPointless(state, demand, operation);
    return canHelp ? { do: 'stepUp' } : { fail: 'insufficientScope' };
  }
  const how = renewals(situation, state, now).find(renewal => !budget.tried.has(renewal));
  if (how !== undefined) return { do: 'renew', how };
  return { fail: isOAuth ? 'rejectedToken' : 'unauthorized' };
}

/** Returns the ways to a token that is accepted, each to be tried once for a send, in this order. */
function renewals(situation: Situation, state: ScopeState, now: number): Renewal[] {
  if (!situation.isOAuth) return ['refresh'];
  if (isUnacceptable(situation, state, now)) return isFresh(state, now) ? ['move'] : ['refreshOnly', 'move'];
  return isFresh(state, now) ? ['authorize'] : ['refresh', 'authorize'];
}

/**
 * Tells whether a refresh has just brought the token, which nothing has accepted: another would bring no better one
 * now.
 */
function isFresh({ token }: ScopeState, now: number): boolean {
  return token?.via === 'refresh' && !token.isAccepted && now - token.obtainedAt < MINUTE;
}

/**
 * Tells whether the person has signed in for this token, and the resource will not have it all the same: asking once
 * more would bring another of its kind (R37). Expiry is another matter, and so is a challenge that names a new scope
 * (R38).
 */
function isUnacceptable({ demand, operation }: Situation, state: ScopeState, now: number): boolean {
  const { token, authorizations, rejections } = state;
  if (token === undefined || token.via === 'elsewhere') return false;
  if (now >= (token.expiresAt ?? token.obtainedAt + SHORTEST_LIFETIME)) return false;
  if (missingScope(demand.scope, mergeScopes(token.sent, token.granted)) !== undefined) return false;
  const isRefusedHere = (rejections.get(operation) ?? authorizations) < authorizations;
  return isRefusedHere || !(token.isAccepted || token.wasAccepted);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextStep, type Renewal, RetryBudget, type Situation, type Step } from '../src/auth/nextStep.js';
import { next, NOTHING_KNOWN, type ScopeEvent, type ScopeState } from '../../core/src/oauth/scopeState.js';

const NOW = 1_000_000;

function after(...events: ScopeEvent[]): ScopeState {
  return events.reduce(next, NOTHING_KNOWN);
}

function granted(
  by: 'authorization' | 'refresh',
  token: string,
  scope?: string,
  at = NOW,
  expiresAt?: number
): ScopeEvent {
  return { type: 'granted', by, token, scope, sent: scope, at, expiresAt };
}

const rejected: ScopeEvent = { type: 'rejected', operation: 'op' };
const accepted = (token: string): ScopeEvent => ({ type: 'accepted', token, operation: 'op' });

/** A request with token `t`, which is the current one, turned away with a 401. */
function situation(changes: Partial<Situation> = {}): Situation {
  return {
    demand: { kind: 'unauthorized' },
    operation: 'op',
    rejectedToken: 't',
    currentToken: 't',
    isOAuth: true,
    hasUser: true,
    mayStepUp: true,
    overtakenBy: undefined,
    ...changes
  };
}

const renew = (how: Renewal): Step => ({ do: 'renew', how });
const stepUp = (scope?: string): Partial<Situation> => ({ demand: { kind: 'insufficient_scope', scope } });

interface Row {
  state?: ScopeState;
  at?: Partial<Situation>;
  tried?: Renewal[];
  stepUps?: number;
  newerTokens?: number;
  expected: Step;
}

function decide({ state = NOTHING_KNOWN, at, tried = [], stepUps = 1, newerTokens = 2 }: Row): Step {
  const budget = new RetryBudget(stepUps);
  budget.newerTokens = newerTokens;
  for (const how of tried) budget.tried.add(how);
  return nextStep(situation(at), state, budget, NOW);
}

const known = after({ type: 'seen', token: 't', isOwn: true });

describe('a 401', () => {
  it.each<[string, Row]>([
    ['is answered with a refresh first (R11)', { state: known, expected: renew('refresh') }],
    [
      'without any token is, too',
      { at: { rejectedToken: undefined, currentToken: undefined }, expected: renew('refresh') }
    ],
    [
      'for an older token is retried with the newer one (R13)',
      { at: { currentToken: 'u' }, expected: { do: 'retry' } }
    ],
    [
      'is not retried with newer tokens for ever (R14)',
      { state: known, at: { currentToken: 'u' }, newerTokens: 0, expected: renew('refresh') }
    ],
    [
      'for a token that a refresh just brought leads to a new authorization',
      { state: after(granted('refresh', 't')), expected: renew('authorize') }
    ],
    [
      'for a token that a refresh brought a while ago leads to a refresh',
      { state: after(granted('refresh', 't', undefined, NOW - 61_000)), expected: renew('refresh') }
    ],
    [
      'for a token that was accepted before leads to a refresh',
      { state: after(granted('refresh', 't'), accepted('t')), expected: renew('refresh') }
    ],
    [
      'ends when everything was tried (R14)',
      { state: known, tried: ['refresh', 'authorize'], expected: { fail: 'rejectedToken' } }
    ]
  ])('A 401 %s', (_, row) => {
    expect(decide(row)).toEqual(row.expected);
  });
});

describe('a token that the user has just signed in for', () => {
  const never = after(rejected, granted('authorization', 't', 'a'), rejected);

  it.each<[string, Row]>([
    [
      'and that is rejected is refreshed once, which disturbs nobody (R37)',
      { state: never, expected: renew('refreshOnly') }
    ],
    [
      'is asked for anew only if the resource has moved (R37)',
      { state: never, tried: ['refreshOnly'], expected: renew('move') }
    ],
    [
      'ends in an error that says so (R37)',
      { state: never, tried: ['refreshOnly', 'move'], expected: { fail: 'rejectedToken' } }
    ],
    [
      'is not asked for again by an operation that it did not help, though others accept it (R37)',
      {
        state: next(never, { type: 'accepted', token: 't', operation: 'other' }),
        tried: ['refreshOnly'],
        expected: renew('move')
      }
    ],
    [
      'is not refreshed again when that has just brought another',
      { state: next(never, granted('refresh', 't', 'a')), expected: renew('move') }
    ],
    [
      'and has expired is renewed like any other',
      { state: after(rejected, granted('authorization', 't', 'a', NOW - 10_000, NOW - 1)), expected: renew('refresh') }
    ],
    [
      'and may have expired, though the server did not say when, is renewed like any other',
      { state: after(rejected, granted('authorization', 't', 'a', NOW - 300_000)), expected: renew('refresh') }
    ],
    [
      'is renewed for a challenge that names something new (R38)',
      { state: never, at: { demand: { kind: 'unauthorized', scope: 'b' } }, expected: renew('refresh') }
    ],
    [
      'and that the operation accepted once is renewed like any other',
      { state: next(next(never, accepted('t')), rejected), expected: renew('refresh') }
    ],
    [
      'is asked for again when the host forces it',
      { state: next(next(never, { type: 'pardoned' }), accepted('t')), expected: renew('refresh') }
    ],
    [
      'without a user is not asked for again either',
      { state: never, at: { hasUser: false }, tried: ['refreshOnly'], expected: renew('move') }
    ]
  ])('A token that the user has just signed in for %s', (_, row) => {
    expect(decide(row)).toEqual(row.expected);
  });
});

describe('a 403 for lack of scope', () => {
  const signedIn = after(granted('authorization', 't', 'a'), accepted('t'));

  it.each<[string, Row]>([
    ['is stepped up for (R12)', { state: signedIn, at: stepUp('d'), expected: { do: 'stepUp' } }],
    [
      'is retried when a newer token has the scope (R13)',
      {
        state: after(granted('authorization', 'u', 'a d')),
        at: { ...stepUp('d'), currentToken: 'u' },
        expected: { do: 'retry' }
      }
    ],
    [
      'is not retried when a newer token lacks the scope, too',
      {
        state: after(granted('authorization', 'u', 'a')),
        at: { ...stepUp('d'), currentToken: 'u' },
        expected: { do: 'stepUp' }
      }
    ],
    [
      'fails when no step-up is allowed (R18)',
      { at: { ...stepUp('d'), mayStepUp: false }, expected: { fail: 'insufficientScope' } }
    ],
    [
      'fails when the send has stepped up before (R14)',
      { at: stepUp('d'), stepUps: 0, expected: { fail: 'insufficientScope' } }
    ],
    [
      'fails when the authorization behind the token asked for it (R14)',
      { state: signedIn, at: stepUp('a'), expected: { fail: 'insufficientScope' } }
    ],
    [
      'is never answered with a refresh (R12)',
      { state: after(granted('refresh', 't', 'a')), at: stepUp('d'), expected: { do: 'stepUp' } }
    ]
  ])('A 403 for lack of scope %s', (_, row) => {
    expect(decide(row)).toEqual(row.expected);
  });
});

describe('a request that was sent before a redirect or a failure (R13)', () => {
  it.each<[string, Row]>([
    ['opens no second tab', { at: { ...stepUp('d'), overtakenBy: 'redirect' }, expected: { fail: 'overtaken' } }],
    [
      'may be refreshed for beside the tab',
      { state: known, at: { overtakenBy: 'redirect' }, expected: renew('refreshOnly') }
    ],
    [
      'ends when that brought nothing',
      { state: known, at: { overtakenBy: 'redirect' }, tried: ['refreshOnly'], expected: { fail: 'overtaken' } }
    ],
    [
      'is not refreshed for again when that has just brought the token that was rejected',
      { state: after(granted('refresh', 't')), at: { overtakenBy: 'redirect' }, expected: { fail: 'overtaken' } }
    ],
    ['shares the failure', { state: known, at: { overtakenBy: 'failure' }, expected: { fail: 'overtaken' } }],
    [
      'uses the token that has come all the same',
      { at: { currentToken: 'u', overtakenBy: 'redirect' }, expected: { do: 'retry' } }
    ]
  ])('A request that was sent before a redirect or a failure %s', (_, row) => {
    expect(decide(row)).toEqual(row.expected);
  });
});

it('A token that is only handed over is asked for once, and then given up', () => {
  expect(decide({ at: { isOAuth: false, hasUser: false }, expected: renew('refresh') })).toEqual(renew('refresh'));
  expect(decide({ at: { isOAuth: false, hasUser: false }, tried: ['refresh'], expected: renew('refresh') })).toEqual({
    fail: 'unauthorized'
  });
});

it('Every send ends, whatever the servers do: each means is tried once', () => {
  const scope = fc.option(fc.constantFrom('a', 'b', 'a b'), { nil: undefined });
  const answer = fc.record({
    kind: fc.constantFrom('unauthorized' as const, 'insufficient_scope' as const),
    scope,
    brings: fc.constantFrom('authorization' as const, 'refresh' as const, 'nothing' as const),
    isNewer: fc.boolean(),
    isOAuth: fc.boolean(),
    hasUser: fc.boolean()
  });
  fc.assert(
    fc.property(
      fc.array(answer, { minLength: 20, maxLength: 20 }),
      fc.integer({ min: 0, max: 3 }),
      (answers, stepUps) => {
        const budget = new RetryBudget(stepUps);
        let state = NOTHING_KNOWN;
        let token = 0;
        for (const { kind, scope: named, brings, isNewer, isOAuth, hasUser } of answers) {
          if (kind === 'unauthorized') state = next(state, rejected);
          const currentToken = `t${isNewer ? ++token : token}`;
          const at = situation({ demand: { kind, scope: named }, rejectedToken: 't0', currentToken, isOAuth, hasUser });
          const step = nextStep(at, state, budget, NOW);
          if ('fail' in step) return;
          if (step.do === 'retry') budget.newerTokens--;
          else if (step.do === 'stepUp') budget.stepUps--;
          else budget.tried.add(step.how);
          if (brings !== 'nothing') state = next(state, granted(brings, `t${++token}`, named));
        }
        throw new Error('twenty answers have not ended it');
      }
    )
  );
});

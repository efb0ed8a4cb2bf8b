import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { next, NOTHING_KNOWN, type ScopeEvent, type ScopeState } from '../src/oauth/scopeState.js';
import {
  addsNothing,
  durableScope,
  isPointless,
  neededScope,
  type ScopeDemand,
  type ScopeSources
} from '../src/oauth/neededScope.js';

const NO_SOURCES: ScopeSources = { advertised: [], clientScope: undefined, hasOfflineAccess: false };

function after(...events: ScopeEvent[]): ScopeState {
  return events.reduce(next, NOTHING_KNOWN);
}

const challenged = (scope?: string): ScopeEvent => ({ type: 'challenged', scope });
const sent = (scope?: string): ScopeEvent => ({ type: 'sent', scope });
const seen = (token: string | undefined, scope?: string, isOwn = true): ScopeEvent => ({
  type: 'seen',
  token,
  scope,
  isOwn
});
const refused = (operation: string, scope?: string): ScopeEvent => ({ type: 'refused', operation, scope });
const authorized = (token: string, scope?: string, asked?: string): ScopeEvent => ({
  type: 'granted',
  by: 'authorization',
  token,
  scope,
  sent: asked,
  at: 0,
  expiresAt: undefined
});
const refreshed = (token: string, scope?: string): ScopeEvent => ({
  type: 'granted',
  by: 'refresh',
  token,
  scope,
  sent: undefined,
  at: 0,
  expiresAt: undefined
});

const stepUp = (scope?: string): ScopeDemand => ({ kind: 'insufficient_scope', scope });
const signIn = (scope?: string): ScopeDemand => ({ kind: 'unauthorized', scope });

describe('the scope that is needed', () => {
  const advertised = { ...NO_SOURCES, advertised: ['x', 'y'], clientScope: 'c' };
  const signedIn = [sent('a b'), authorized('t', 'a b', 'a b')];

  it.each<[string, ScopeEvent[], ScopeDemand | undefined, ScopeSources, string | undefined]>([
    ['at first is what the challenge names (R2)', [challenged('a')], signIn('a'), advertised, 'a'],
    [
      'at first is what the resource advertises, when the challenge names nothing (R2)',
      [],
      signIn(),
      advertised,
      'x y'
    ],
    [
      'at first is the client’s own, when nothing is advertised (R2)',
      [],
      signIn(),
      { ...advertised, advertised: [] },
      'c'
    ],
    ['at first may be nothing at all (R2)', [], undefined, NO_SOURCES, undefined],
    ['later is everything sent, and nothing advertised (R4, R6)', signedIn, signIn(), advertised, 'a b'],
    [
      'later is everything sent and challenged for (R5)',
      [...signedIn, challenged('d')],
      signIn('d'),
      NO_SOURCES,
      'a b d'
    ],
    ['of a step-up is everything and what the challenge names (R12)', signedIn, stepUp('d'), advertised, 'a b d'],
    [
      'of a step-up without scope is everything and what is advertised (R15)',
      signedIn,
      stepUp(),
      advertised,
      'a b x y'
    ],
    [
      'of a step-up is also what was granted and never asked for (R12)',
      [authorized('t', 'z', 'a')],
      stepUp('d'),
      NO_SOURCES,
      'a z d'
    ],
    [
      'has offline_access where it is offered (R2)',
      [],
      signIn('a'),
      { ...NO_SOURCES, hasOfflineAccess: true },
      'a offline_access'
    ],
    ['is no offline_access alone (R2)', [], signIn(), { ...NO_SOURCES, hasOfflineAccess: true }, undefined],
    [
      'is not a list of what is advertised that is beyond all bounds (R25)',
      [],
      signIn(),
      { ...advertised, advertised: Array.from({ length: 300 }, (_, index) => `s${index}`) },
      'c'
    ]
  ])('The scope that is needed %s', (_, events, demand, sources, expected) => {
    expect(neededScope(after(...events), demand, sources)).toBe(expected);
  });
});

describe('a step-up', () => {
  it.each<[string, ScopeEvent[], ScopeDemand, boolean]>([
    ['for what was never asked for can help', [authorized('t', 'a', 'a')], stepUp('d'), false],
    [
      'for what the authorization behind the token asked for cannot (R14)',
      [authorized('t', 'a', 'a d')],
      stepUp('d'),
      true
    ],
    ['for what the token carries cannot (R14)', [seen('t', 'a d')], stepUp('d'), true],
    [
      'for what another token’s authorization asked for can (R14)',
      [authorized('t', 'a', 'a d'), seen('u', 'a')],
      stepUp('d'),
      false
    ],
    [
      'for what an authorization asked for before a refresh cannot (R14)',
      [authorized('t', 'a', 'a d'), refreshed('u', 'a')],
      stepUp('d'),
      true
    ],
    [
      'is tried again when the host wants that',
      [authorized('t', 'a', 'a d'), { type: 'pardoned' }],
      stepUp('d'),
      false
    ],
    ['that the user refused cannot help (R14)', [authorized('t', 'a', 'a'), refused('op', 'a d')], stepUp('d'), true],
    [
      'that was refused to another operation can',
      [authorized('t', 'a', 'a'), refused('other', 'a d')],
      stepUp('d'),
      false
    ],
    [
      'that names something new can, though the user refused (R38)',
      [authorized('t', 'a', 'a'), refused('op', 'a d')],
      stepUp('d e'),
      false
    ],
    [
      'can, when the user has agreed to something else since (R38)',
      [refused('op', 'd'), authorized('t', 'e', 'e')],
      stepUp('d'),
      false
    ],
    ['without scope is not known to be of no use', [authorized('t', 'a', 'a')], stepUp(), false]
  ])('A step-up %s', (_, events, demand, expected) => {
    expect(isPointless(after(...events), demand, 'op')).toBe(expected);
  });

  it('A step-up without scope adds nothing when all that is advertised was asked for (R15)', () => {
    const state = after(sent('a'), authorized('t', 'a', 'a'));
    expect(addsNothing(state, stepUp(), { ...NO_SOURCES, advertised: ['a'], hasOfflineAccess: true })).toBe(true);
    expect(addsNothing(state, stepUp(), { ...NO_SOURCES, advertised: ['a', 'b'] })).toBe(false);
  });
});

describe('invalid_scope (R16)', () => {
  it('`invalid_scope` drops what was never granted and is not in the current challenge', () => {
    const state = after(sent('a'), authorized('t', 'a', 'a'), sent('a typo'), challenged('d'), {
      type: 'invalidScope',
      sent: 'a typo d'
    });
    expect(state.wanted).toBe('a d');
    expect(durableScope(state)).toBe('a');
  });

  it('`invalid_scope` drops what the challenge alone kept, as soon as another challenge does not name it', () => {
    const state = after(challenged('d'), { type: 'invalidScope', sent: 'd' }, challenged('e'));
    expect(state.wanted).toBe('e');
  });

  it('What left with the last challenge was not asked for either (R16)', () => {
    const state = after(challenged('d'), sent('c d'), { type: 'invalidScope', sent: undefined }, challenged('e'));
    expect([state.sent, state.wanted]).toEqual([undefined, 'e']);
  });

  it('`invalid_scope` keeps what was called invalid and granted later', () => {
    const state = after(
      challenged('d'),
      { type: 'invalidScope', sent: 'd' },
      authorized('t', 'd', 'd'),
      challenged('e')
    );
    expect(state.wanted).toBe('d e');
  });

  it('`invalid_scope` keeps what was called invalid and another process was granted', () => {
    const state = after(challenged('d'), { type: 'invalidScope', sent: 'd' }, seen('t', 'd'), challenged());
    expect(state.wanted).toBe('d');
  });

  it('`invalid_scope` keeps offline_access from being added again', () => {
    const state = after(challenged('a'), { type: 'invalidScope', sent: 'a offline_access' });
    expect(neededScope(state, signIn('a'), { ...NO_SOURCES, hasOfflineAccess: true })).toBe('a');
  });

  it('`invalid_scope` keeps what is advertised from being chosen again', () => {
    const state = after(sent('x y'), { type: 'invalidScope', sent: 'x y' });
    expect(neededScope(state, signIn(), { ...NO_SOURCES, advertised: ['x', 'y'] })).toBeUndefined();
  });

  it('`invalid_scope` lets a scope be asked for, and chosen, again that a challenge names', () => {
    const state = after(sent('x y'), { type: 'invalidScope', sent: 'x y' }, challenged('x'));
    expect(neededScope(state, signIn('x'), NO_SOURCES)).toBe('x');
    const later = next(next(state, { type: 'invalidScope', sent: 'x' }), challenged());
    expect(neededScope(later, stepUp(), { ...NO_SOURCES, advertised: ['x', 'y'] })).toBe('x');
  });
});

describe('another issuer', () => {
  it('Another issuer is asked for nothing but what the resource has just named (R7, R24)', () => {
    const state = after(
      { type: 'issuer', issuer: 'one' },
      sent('a'),
      authorized('t', 'a', 'a'),
      refused('op', 'b'),
      challenged('d'),
      { type: 'issuer', issuer: 'two' }
    );
    expect(state).toEqual({ ...NOTHING_KNOWN, issuer: 'two', wanted: 'd', challenged: 'd' });
  });

  it('An issuer that becomes known first is no other issuer', () => {
    expect(after(sent('a'), { type: 'issuer', issuer: 'one' }).wanted).toBe('a');
  });
});

describe('what storage says', () => {
  it('What storage says counts as asked for, in a process that runs already, too (R10)', () => {
    expect(after(sent('a'), authorized('t', 'a', 'a'), seen('u', 'a b')).wanted).toBe('a b');
  });

  it('What storage says of another resource counts as granted, and is not asked for by itself (R24)', () => {
    const state = after(seen('t', 'a', false));
    expect(state.wanted).toBeUndefined();
    expect(neededScope(state, stepUp('d'), NO_SOURCES)).toBe('a d');
  });

  it('What storage says is ignored after the host asked to forget (R7)', () => {
    const state = after({ type: 'forgotten' }, seen('t', 'a'), {
      type: 'restored',
      issuer: 'one',
      sent: 'b',
      invalid: undefined
    });
    expect(neededScope(state, stepUp('d'), NO_SOURCES)).toBe('d');
  });

  it('What storage says may show a token again that was just replaced, and nothing is lost by it', () => {
    const state = after(authorized('t', 'a', 'a d'), seen('old', 'a'), seen('t', undefined));
    expect(state.token).toMatchObject({ value: 't', sent: 'a d', granted: 'a', via: 'authorization' });
  });
});

describe('operations that are remembered', () => {
  it('Operations that are remembered are no more than 256', () => {
    const state = after(...Array.from({ length: 300 }, (_, index) => refused(`op${index}`)));
    expect(state.refusals.size).toBe(256);
    expect(state.refusals.has('op299')).toBe(true);
    expect(state.refusals.has('op0')).toBe(false);
  });
});

const scope = fc.option(
  fc.subarray(['a', 'b', 'c', 'd']).map(tokens => tokens.join(' ')),
  { nil: undefined }
);
const token = fc.constantFrom('t1', 't2', 't3');
const event: fc.Arbitrary<ScopeEvent> = fc.oneof(
  scope.map(challenged),
  scope.map(sent),
  fc.tuple(token, scope, scope).map(args => authorized(...args)),
  fc.tuple(token, scope).map(args => refreshed(...args)),
  fc.tuple(fc.option(token, { nil: undefined }), scope, fc.boolean()).map(args => seen(...args)),
  scope.map((value): ScopeEvent => ({ type: 'invalidScope', sent: value })),
  scope.map(value => refused('op', value)),
  fc.constant<ScopeEvent>({ type: 'rejected', operation: 'op' }),
  fc.constant<ScopeEvent>({ type: 'pardoned' })
);
const history = fc.array(event, { maxLength: 30 });
const setOf = (value: string | undefined): Set<string> => new Set(value?.split(' ').filter(Boolean));

describe('through every history', () => {
  it('What was sent and what is granted stays wanted, but for what is called invalid (R5)', () => {
    fc.assert(
      fc.property(history, event, (events, last) => {
        const before = after(...events);
        const state = next(before, last);
        if (last.type === 'invalidScope' || last.type === 'challenged') return;
        for (const held of setOf(before.wanted)) expect(setOf(state.wanted)).toContain(held);
        for (const asked of setOf(state.sent)) expect(setOf(state.wanted)).toContain(asked);
      })
    );
  });

  it('A challenge is always asked for, and takes nothing away that was granted (R5, R16)', () => {
    fc.assert(
      fc.property(history, scope, (events, named) => {
        const before = after(...events);
        const state = next(before, challenged(named));
        for (const asked of setOf(named)) expect(setOf(neededScope(state, stepUp(named), NO_SOURCES))).toContain(asked);
        for (const held of setOf(before.everGranted))
          if (setOf(before.wanted).has(held)) expect(setOf(state.wanted)).toContain(held);
      })
    );
  });

  it('invalid_scope takes away nothing that was ever granted (R16)', () => {
    fc.assert(
      fc.property(history, scope, (events, asked) => {
        const before = after(...events);
        const state = next(before, { type: 'invalidScope', sent: asked });
        for (const held of setOf(before.everGranted))
          if (setOf(before.wanted).has(held)) expect(setOf(state.wanted)).toContain(held);
      })
    );
  });

  it('Nothing is changed in place, and what is no news changes nothing', () => {
    fc.assert(
      fc.property(history, event, (events, last) => {
        const before = after(...events);
        const copy = structuredClone(before);
        next(before, last);
        expect(before).toEqual(copy);
        const { token: current } = before;
        if (current !== undefined) expect(next(before, seen(current.value, 'z'))).toBe(before);
      })
    );
  });
});

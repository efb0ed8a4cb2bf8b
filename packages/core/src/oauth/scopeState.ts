import { mergeScopes, missingScope, scopeTokens } from './scope.js';

// The record of one protected resource at one issuer, as a value that only events change. Scopes are white-space
// separated sets (RFC 6749 §3.3). Nothing here waits, reads storage or knows a provider.

/** The access token in use, and what is known about the authorization behind it. */
interface TokenRecord {
  /** Recognizes the token; it goes nowhere else. */
  readonly value: string;
  readonly granted: string | undefined;
  /** The scope that the authorization request behind it had; undefined when another process made that request. */
  readonly sent: string | undefined;
  readonly via: 'authorization' | 'refresh' | 'elsewhere';
  /** Whether the resource has accepted it. */
  readonly isAccepted: boolean;
  /** Whether the resource has accepted an earlier token of the same authorization, or may have. */
  readonly wasAccepted: boolean;
  /** When it came, and when it expires as far as the server told, in milliseconds since the epoch. */
  readonly obtainedAt: number;
  readonly expiresAt: number | undefined;
}

export interface ScopeState {
  readonly issuer: string | undefined;
  /** All that should be asked for: what was sent, and what was only challenged for. */
  readonly wanted: string | undefined;
  /** All that authorization requests really asked for. */
  readonly sent: string | undefined;
  readonly everGranted: string | undefined;
  /** The scope of the last challenge, until a token comes. */
  readonly challenged: string | undefined;
  /** What the server called invalid and only the last challenge keeps: the next one drops it, unless it names it again. */
  readonly suspect: string | undefined;
  /** What the server called invalid and no challenge named: it is not added again (R16). */
  readonly invalid: string | undefined;
  readonly token: TokenRecord | undefined;
  /** The last few others: a request that read storage before a refresh may show one again. */
  readonly earlierTokens: readonly TokenRecord[];
  /** What the user or the server refused, by operation (R14, R38). */
  readonly refusals: ReadonlyMap<string, string | undefined>;
  /** How many new authorizations have brought tokens. */
  readonly authorizations: number;
  /** For each operation that a 401 turned away and nothing accepted since: how many authorizations there were then (R37). */
  readonly rejections: ReadonlyMap<string, number>;
  /** Whether what storage says is to be ignored, because the host asked to forget. */
  readonly isForgotten: boolean;
}

export const NOTHING_KNOWN: ScopeState = {
  issuer: undefined,
  wanted: undefined,
  sent: undefined,
  everGranted: undefined,
  challenged: undefined,
  suspect: undefined,
  invalid: undefined,
  token: undefined,
  earlierTokens: [],
  refusals: new Map(),
  authorizations: 0,
  rejections: new Map(),
  isForgotten: false
};

export type ScopeEvent =
  /** The authorization server in charge became known. */
  | { type: 'issuer'; issuer: string }
  /** The resource named a scope in a 401 or 403. */
  | { type: 'challenged'; scope: string | undefined }
  /** An authorization request was made. */
  | { type: 'sent'; scope: string | undefined }
  /** An authorization or a refresh brought a token; `sent` is what that authorization asked for. */
  | {
      type: 'granted';
      by: 'authorization' | 'refresh';
      token: string;
      scope: string | undefined;
      sent: string | undefined;
      at: number;
      expiresAt: number | undefined;
    }
  /** Storage holds this token; `isOwn` says that it was issued for this very resource. */
  | { type: 'seen'; token: string | undefined; scope?: string | undefined; issuer?: string | undefined; isOwn: boolean }
  /** Storage says what an earlier process asked for. */
  | { type: 'restored'; issuer: string | undefined; sent: string | undefined; invalid: string | undefined }
  /** A request with the token was not turned away. */
  | { type: 'accepted'; token: string; operation: string }
  /** A request was turned away with a 401. */
  | { type: 'rejected'; operation: string }
  | { type: 'refused'; operation: string; scope: string | undefined }
  /** The authorization server answered `invalid_scope` to a request for `sent`. */
  | { type: 'invalidScope'; sent: string | undefined }
  /** The host wants what was refused to be asked for again. */
  | { type: 'pardoned' }
  | { type: 'forgotten' };

/** The most operations that are remembered for one resource. */
const MAX_OPERATIONS = 256;

/** Returns the record after an event. */
export function next(state: ScopeState, event: ScopeEvent): ScopeState {
  switch (event.type) {
    case 'issuer':
      if (state.issuer === event.issuer) return state;
      if (state.issuer === undefined) return { ...state, issuer: event.issuer };
      // One issuer's scopes and tokens mean nothing to another (R7, R24); what the resource asks for stays asked for.
      return next({ ...NOTHING_KNOWN, issuer: event.issuer }, { type: 'challenged', scope: state.challenged });
    case 'challenged': {
      const dropped = missingScope(state.suspect, event.scope);
      return {
        ...state,
        wanted: mergeScopes(missingScope(state.wanted, dropped), event.scope),
        sent: missingScope(state.sent, dropped),
        challenged: mergeScopes(event.scope),
        suspect: undefined,
        invalid: missingScope(state.invalid, event.scope)
      };
    }
    case 'sent':
      return {
        ...state,
        wanted: mergeScopes(state.wanted, event.scope),
        sent: mergeScopes(state.sent, event.scope)
      };
    case 'granted': {
      const isNew = event.by === 'authorization';
      const token: TokenRecord = {
        value: event.token,
        granted: event.scope,
        sent: isNew ? event.sent : sentAfterRefresh(state.token, event.scope),
        via: event.by,
        isAccepted: false,
        wasAccepted: !isNew && (state.token === undefined || state.token.isAccepted || state.token.wasAccepted),
        obtainedAt: event.at,
        expiresAt: event.expiresAt
      };
      // A server that was asked for nothing in particular has said what its default is.
      const asked = isNew ? (event.sent ?? event.scope) : undefined;
      return {
        ...withToken(next(state, { type: 'sent', scope: asked }), token),
        challenged: undefined,
        everGranted: mergeScopes(state.everGranted, event.scope),
        suspect: missingScope(state.suspect, event.scope),
        invalid: missingScope(state.invalid, event.scope),
        // Who agrees to something else may agree to this, too, when asked again (R38).
        refusals: isNew ? new Map() : state.refusals,
        authorizations: state.authorizations + (isNew ? 1 : 0),
        isForgotten: false
      };
    }
    case 'seen':
      return seen(state, event);
    case 'restored': {
      if (state.isForgotten) return state;
      const invalid = mergeScopes(state.invalid, event.invalid);
      return next({ ...state, issuer: state.issuer ?? event.issuer, invalid }, { type: 'sent', scope: event.sent });
    }
    case 'accepted':
      if (state.token?.value !== event.token) return state;
      if (state.token.isAccepted && !state.rejections.has(event.operation)) return state;
      return {
        ...state,
        token: { ...state.token, isAccepted: true },
        rejections: without(state.rejections, event.operation)
      };
    case 'rejected':
      if (state.rejections.has(event.operation)) return state;
      return { ...state, rejections: withEntry(state.rejections, event.operation, state.authorizations) };
    case 'refused':
      return { ...state, refusals: withEntry(state.refusals, event.operation, event.scope) };
    case 'invalidScope': {
      const neverGranted = missingScope(state.wanted, state.everGranted);
      const suspect = missingScope(neverGranted, missingScope(neverGranted, state.challenged));
      const dropped = missingScope(neverGranted, suspect);
      const unknown = missingScope(missingScope(event.sent, state.everGranted), suspect);
      return {
        ...state,
        wanted: missingScope(state.wanted, dropped),
        sent: missingScope(state.sent, dropped),
        suspect,
        invalid: mergeScopes(state.invalid, unknown)
      };
    }
    case 'pardoned':
      return {
        ...state,
        refusals: new Map(),
        rejections: new Map(),
        token: state.token && { ...state.token, sent: undefined }
      };
    case 'forgotten':
      return { ...NOTHING_KNOWN, issuer: state.issuer, isForgotten: true };
  }
}

/** What a refresh takes away, though the authorization had brought it, may be asked for again. */
function sentAfterRefresh(token: TokenRecord | undefined, granted: string | undefined): string | undefined {
  return missingScope(token?.sent, missingScope(token?.granted, granted));
}

function seen(state: ScopeState, event: Extract<ScopeEvent, { type: 'seen' }>): ScopeState {
  const { token: value, scope } = event;
  if (value === undefined) return state.token === undefined ? state : withToken(state, undefined);
  if (state.token?.value === value) return state;
  const earlier = state.earlierTokens.find(token => token.value === value);
  if (earlier !== undefined) return withToken(state, earlier);
  // Another process, or another resource's flow, has obtained it: what that asked for is not known here (R14).
  const token: TokenRecord = {
    value,
    granted: state.isForgotten ? undefined : scope,
    sent: undefined,
    via: 'elsewhere',
    isAccepted: false,
    wasAccepted: true,
    obtainedAt: 0,
    expiresAt: undefined
  };
  const known = { ...withToken(state, token), issuer: state.issuer ?? event.issuer };
  if (state.isForgotten || !event.isOwn) return known;
  return {
    ...known,
    wanted: mergeScopes(scope, state.wanted),
    sent: mergeScopes(scope, state.sent),
    challenged: undefined,
    everGranted: mergeScopes(state.everGranted, scope),
    suspect: missingScope(state.suspect, scope),
    invalid: missingScope(state.invalid, scope)
  };
}

const MAX_EARLIER_TOKENS = 4;

function withToken(state: ScopeState, token: TokenRecord | undefined): ScopeState {
  const others = [state.token, ...state.earlierTokens].filter(
    (other): other is TokenRecord => other !== undefined && other.value !== token?.value
  );
  return { ...state, token, earlierTokens: others.slice(0, MAX_EARLIER_TOKENS) };
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  const entries = new Map(map).set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > MAX_OPERATIONS && oldest !== undefined) entries.delete(oldest);
  return entries;
}

const MAX_SCOPE_TOKENS = 256;
const MAX_SCOPE_LENGTH = 8 * 1024;

/** Tells whether a scope is small enough to be remembered and asked for: no server is served by more (R25). */
export function isBounded(scope: string | undefined): boolean {
  if (scope === undefined) return true;
  return scope.length <= MAX_SCOPE_LENGTH && scopeTokens(scope).length <= MAX_SCOPE_TOKENS;
}

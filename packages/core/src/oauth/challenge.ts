import { cleanText, withoutSecrets } from './redaction.js';
import { refusalOf } from './refusal.js';
import { isScopeToken, mergeScopes, scopeTokens } from './scope.js';

/** One challenge of a `WWW-Authenticate` field (RFC 9110 §11.6.1). Names are lower case, values unquoted. */
interface AuthenticateChallenge {
  scheme: string;
  params: Map<string, string>;
}

// Sticky, so that every character is looked at a bounded number of times.
const PARAMETER = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*/y;
const SCHEME = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]+|(?=,|$))/y;
const TOKEN68 = /[0-9A-Za-z._~+/-]+=*[ \t]*(?=,|$)/y;
const QUOTED = /"((?:[^"\\]|\\.)*)("|\\?$)[ \t]*/sy;
const UNQUOTED = /[^",]*(?=,|$)/y;
const SPACE = /[ \t]*/y;
const NOTHING = /(?=,|$)/y;
const TO_COMMA = /[^,]*/y;
const ESCAPE = /\\(.)/gs;

/** A position in a field value. */
class Cursor {
  #at = 0;

  constructor(readonly text: string) {}

  get atEnd(): boolean {
    return this.#at >= this.text.length;
  }

  take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.text);
    if (match === null) return undefined;
    this.#at = expression.lastIndex;
    return match;
  }

  /** Reads the value of a parameter: quoted, or (as servers do with URLs and scopes) bare up to the next comma. */
  takeValue(): string | undefined {
    const quoted = this.take(QUOTED);
    if (quoted !== undefined) {
      // Text that is quoted belongs to no challenge, even when the string is never closed or something follows it.
      const [, text = '', close] = quoted;
      return close === '"' && this.take(NOTHING) !== undefined ? text.replace(ESCAPE, '$1') : undefined;
    }
    return this.take(UNQUOTED)?.[0].trimEnd();
  }

  skipPastComma(): void {
    this.take(TO_COMMA);
    this.#at++;
  }
}

/**
 * Parses a `WWW-Authenticate` field value, several field lines joined by commas included. Never throws: a parameter
 * that is malformed is left out, and what follows text that can be neither parameter nor challenge belongs to no one.
 */
function parseChallenges(field: string): AuthenticateChallenge[] {
  const challenges: AuthenticateChallenge[] = [];
  const cursor = new Cursor(field);
  let current: AuthenticateChallenge | undefined;
  while (!cursor.atEnd) {
    cursor.take(SPACE);
    let name = cursor.take(PARAMETER)?.[1];
    if (name === undefined) {
      const scheme = cursor.take(SCHEME)?.[1];
      if (scheme !== undefined) {
        current = { scheme: scheme.toLowerCase(), params: new Map() };
        challenges.push(current);
        if (cursor.take(TOKEN68) === undefined) name = cursor.take(PARAMETER)?.[1];
      }
      // An empty list element is allowed anywhere; other text ends the challenge it stands in.
      if (name === undefined && cursor.take(NOTHING) === undefined) current = undefined;
    }
    const value = name === undefined ? undefined : cursor.takeValue();
    if (name !== undefined && value !== undefined && current !== undefined) addParameter(current, name, value);
    cursor.skipPastComma();
  }
  return challenges;
}

/** RFC 9110 §11.2: a parameter occurs once; of several the first counts. */
function addParameter({ params }: AuthenticateChallenge, name: string, value: string): void {
  const key = name.toLowerCase();
  if (!params.has(key)) params.set(key, value);
}

/** What a challenge of an OAuth-protected resource says (RFC 6750 §3, RFC 9728 §5.1). Untrusted text of the server. */
export interface BearerChallenge {
  resourceMetadataUrl?: URL;
  scope?: string;
  error?: string;
  errorDescription?: string;
}

function readBearer({ params }: AuthenticateChallenge): BearerChallenge {
  const metadata = params.get('resource_metadata');
  const url = metadata !== undefined && URL.canParse(metadata) ? new URL(metadata) : undefined;
  const scope = mergeScopes(...scopeTokens(params.get('scope')).filter(isScopeToken));
  return {
    resourceMetadataUrl: url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined,
    scope,
    error: params.get('error'),
    errorDescription: params.get('error_description')
  };
}

function challengesOf(response: Response, scheme: string): BearerChallenge[] {
  const field = response.headers.get('www-authenticate');
  if (field === null) return [];
  return parseChallenges(field)
    .filter(challenge => challenge.scheme === scheme)
    .map(readBearer);
}

/** Picks those of `Bearer`; without any, those of `DPoP`, which take the same parameters (RFC 9449 §7.1). */
function tokenChallenges(response: Response): BearerChallenge[] {
  const bearer = challengesOf(response, 'bearer');
  return bearer.length > 0 ? bearer : challengesOf(response, 'dpop');
}

function isAboutScope({ error }: BearerChallenge): boolean {
  return error === 'insufficient_scope';
}

/**
 * Tells whether a resource wants a nonce in the proof of a DPoP request, which its `DPoP-Nonce` names: the token is as
 * good as
 * before.
 * @param response of any status; its body is not read
 * @returns whether the request can be repeated with that nonce
 * @see RFC 9449 §9
 */
export function isDpopNonceChallenge(response: Response): boolean {
  return (
    refusalOf(response) === 'unauthorized' &&
    challengesOf(response, 'dpop').some(({ error }) => error === 'use_dpop_nonce')
  );
}

/** A request turned away that may be accepted with another token. */
export interface ScopeChallenge extends BearerChallenge {
  kind: 'unauthorized' | 'insufficient_scope';
}

/** Why a protected resource turned a request away. `forbidden` is a refusal that no token would lift. */
type Challenge = ScopeChallenge | { kind: 'forbidden' };

/**
 * Returns a challenge without the token that the server repeats in it, and without characters that must not be shown.
 */
export function withoutToken<C extends BearerChallenge>(challenge: C, token: string | undefined): C {
  const { scope, error, errorDescription, resourceMetadataUrl: url } = challenge;
  const clean = (text: string | undefined): string | undefined => text && cleanText(text, [token]);
  const holdsToken = (text: string): boolean => withoutSecrets(text, [token]) !== text;
  return {
    ...challenge,
    scope: mergeScopes(...scopeTokens(scope).filter(part => !holdsToken(part))),
    error: clean(error),
    errorDescription: clean(errorDescription),
    resourceMetadataUrl: url === undefined || holdsToken(url.href) ? undefined : url
  };
}

/**
 * Tells why a response turns a request away; `undefined` when it does not.
 * @param scheme of the request: the challenge of a server that offers both may be in either
 */
export function readChallenge(response: Response, scheme: 'Bearer' | 'DPoP' = 'Bearer'): Challenge | undefined {
  const refusal = refusalOf(response);
  if (refusal === undefined) return undefined;
  if (refusal === 'unauthorized') return { kind: refusal, ...tokenChallenges(response)[0] };
  const also = scheme === 'DPoP' ? challengesOf(response, 'dpop') : [];
  const insufficient = [...tokenChallenges(response), ...also].find(isAboutScope);
  return insufficient === undefined ? { kind: 'forbidden' } : { kind: 'insufficient_scope', ...insufficient };
}

/**
 * Reads what the `WWW-Authenticate` fields of a response say about authorization. A malformed field never throws.
 * @param res of any status; its body is not read
 * @returns of a 403 the challenge that names `insufficient_scope`, else the first `Bearer` challenge, else the first
 *   `DPoP`
 * one; an empty object when there is none. Untrusted text
 * @see RFC 9110 §11.6.1; RFC 6750 §3; RFC 9728 §5.1
 */
export function extractWWWAuthenticateParams(res: Response): BearerChallenge {
  const challenge = readChallenge(res);
  if (challenge?.kind !== 'insufficient_scope') return tokenChallenges(res)[0] ?? {};
  const { kind: _kind, ...insufficient } = challenge;
  return insufficient;
}

/**
 * Reads the `resource_metadata` of a challenge.
 * @param res of any status; its body is not read
 * @returns the URL, http or https; undefined when there is none
 * @deprecated Use {@link extractWWWAuthenticateParams}.
 * @see RFC 9728 §5.1
 */
export function extractResourceMetadataUrl(res: Response): URL | undefined {
  return extractWWWAuthenticateParams(res).resourceMetadataUrl;
}

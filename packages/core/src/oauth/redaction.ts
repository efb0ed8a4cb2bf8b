/** In place of what nobody else should know. */
export const BLANK = '[secret]';

/** Shorter secrets are words of ordinary text, and are protected by nobody's not knowing them. */
const SHORTEST_SECRET = 4;

/** How many characters of a secret are enough to recognize it: a peer may cut it off. */
const ENOUGH = 16;

/** How many ways of reading on are followed at once; there is more than one only where escapes nest. */
const MOST_READINGS = 8;

/** One way of writing a character, in lower case, and how much of a text it takes. */
type Way = readonly [length: number, lower: string];

const NAMED_ENTITIES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join(''));
}

/** Returns the ways in which peers write a character: as it is, percent- or form-encoded, escaped for JSON or HTML. */
function waysOf(character: string): Way[] {
  const codePoint = character.codePointAt(0) ?? 0;
  const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
  const percent = [...new TextEncoder().encode(character)].map(byte => `%${hex(byte, 2)}`).join('');
  const units = character.split('').map(unit => `\\u${hex(unit.charCodeAt(0), 4)}`);
  const json = JSON.stringify(character).slice(1, -1);
  const ways = [
    character,
    percent,
    percent.replaceAll('%', '%25'),
    units.join(''),
    units.join('').replaceAll('\\', '\\\\'),
    json,
    json.replaceAll('\\', '\\\\'),
    `&#x${hex(codePoint, 1)};`,
    `&#${codePoint};`
  ];
  const entity = NAMED_ENTITIES[character];
  if (entity !== undefined) ways.push(`&${entity};`);
  if (character === '/') ways.push('\\/', '\\\\/');
  if (character === ' ') ways.push('+');
  return [...new Set(ways)].map(way => [way.length, way.toLowerCase()]);
}

/** The ways of writing each character of a secret. */
type Pattern = readonly Way[][];

/** Tells what to look for to find a secret: the secret, and its base64. */
function patternsOf(secret: string): Pattern[] {
  const base = base64(secret);
  const unpadded = base.replace(/=+$/, '');
  const forms = [secret, base, unpadded, unpadded.replaceAll('+', '-').replaceAll('/', '_')];
  const known = new Map<string, Way[]>();
  const waysOnce = (character: string): Way[] => {
    const ways = known.get(character) ?? waysOf(character);
    known.set(character, ways);
    return ways;
  };
  return [...new Set(forms)].map(form => Array.from(form, waysOnce));
}

/**
 * Tells where a secret that begins at a place of a text ends there, even though it may be cut off; 0 when there is
 * none.
 */
function endOf(text: string, at: number, pattern: Pattern): number {
  let ends = [at];
  let count = 0;
  for (const ways of pattern) {
    const next = new Set<number>();
    for (const end of ends)
      for (const [length, lower] of ways)
        if (text.slice(end, end + length).toLowerCase() === lower) next.add(end + length);
    if (next.size === 0) break;
    ends = [...next].slice(0, MOST_READINGS);
    count++;
  }
  return count >= Math.min(ENOUGH, pattern.length) ? Math.max(...ends) : 0;
}

/**
 * Blanks out secrets in the text of a peer, however it wrote them: percent- or form-encoded, escaped for JSON or HTML, in
 * base64, in upper or in lower case, or cut off after so much that they can be recognized.
 */
export function withoutSecrets(text: string, secrets: readonly (string | null | undefined)[]): string {
  const long = secrets.filter(secret => secret != null && secret.length >= SHORTEST_SECRET) as string[];
  const patterns = long.filter(secret => Math.min(secret.length, ENOUGH) <= text.length).flatMap(patternsOf);
  if (patterns.length === 0) return text;
  const beginnings = new Set(patterns.flatMap(([first = []]) => first.map(([, lower]) => lower.charAt(0))));
  let shown = '';
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at);
    const end = beginnings.has(character.toLowerCase())
      ? Math.max(...patterns.map(pattern => endOf(text, at, pattern)))
      : 0;
    shown += end > at ? BLANK : character;
    at = Math.max(end, at + 1);
  }
  return shown;
}

/** C0 and C1 controls, line and paragraph separators, and what turns the direction of text around. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/**
 * Returns the text of a peer as it may be shown: without secrets, and without characters that a terminal or a page acts
 * on.
 */
export function cleanText(text: string, secrets: readonly (string | null | undefined)[] = []): string {
  return withoutSecrets(text, secrets).replaceAll(CONTROLS, ' ');
}

/** Returns the text of a peer as it may stand in a sentence of ours. */
export function quoted(text: string): string {
  return JSON.stringify(cleanText(text));
}

/** Members of OAuth documents that nobody else should know, with their values, quoted or not. */
const SECRET_MEMBERS =
  /((?:client_secret|registration_access_token|software_statement|access_token|refresh_token|id_token|assertion)\\*["']?\s*[:=]\s*)(?:(\\*["'])(?:\\.|(?!\2)[^])*?(?=\2|$)|[^\s"'\\&,;<>{}[\]]+)/gi;

/** Blanks out the values of members that are secrets by their name, in text that may be JSON, a form, or something else. */
export function withoutSecretMembers(text: string): string {
  return text.replaceAll(SECRET_MEMBERS, (_, name: string, quote = '') => `${name}${String(quote)}${BLANK}`);
}

/** Returns the secrets in an `Authorization` field: the credentials, and what Basic ones are made of (RFC 7617 §2). */
export function secretsOf(authorization: string | null | undefined): string[] {
  const [scheme = '', credentials] = authorization?.split(' ') ?? [];
  if (credentials === undefined) return [];
  if (scheme.toLowerCase() !== 'basic') return [credentials];
  let decoded: string;
  try {
    decoded = new TextDecoder().decode(Uint8Array.from(atob(credentials), character => character.charCodeAt(0)));
  } catch {
    return [credentials];
  }
  const password = decoded.slice(decoded.indexOf(':') + 1);
  const plain = new URLSearchParams(`p=${password}`).get('p');
  return [credentials, decoded, password, plain ?? ''];
}

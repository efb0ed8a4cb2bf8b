/** In place of what nobody else should know. */
const BLANK = '[secret]';

/** Shorter secrets are words of ordinary text, and are protected by nobody's not knowing them. */
const SHORTEST_SECRET = 4;

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** The forms in which a peer may repeat a secret. */
function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const base = base64(secret);
  const url = base.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return [
    secret,
    encoded,
    encodeURIComponent(encoded),
    form,
    base,
    base.replace(/=+$/, ''),
    url,
    JSON.stringify(secret).slice(1, -1)
  ];
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Blanks out secrets in the text of a peer, however it wrote them: encoded, escaped, in upper or in lower case. */
export function withoutSecrets(text: string, secrets: readonly (string | null | undefined)[]): string {
  const forms = secrets.flatMap(secret => (secret == null || secret.length < SHORTEST_SECRET ? [] : formsOf(secret)));
  if (forms.length === 0) return text;
  // The longest first: one form may be part of another.
  const longestFirst = [...new Set(forms)].sort((one, other) => other.length - one.length);
  return text.replaceAll(new RegExp(longestFirst.map(escaped).join('|'), 'gi'), BLANK);
}

/** C0 and C1 controls, line and paragraph separators, and what turns the direction of text around. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** The text of a peer as it may be shown: without secrets, and without characters that a terminal or a page acts on. */
export function cleanText(text: string, secrets: readonly (string | null | undefined)[] = []): string {
  return withoutSecrets(text, secrets).replaceAll(CONTROLS, ' ');
}

/** Members of OAuth documents that nobody else should know. */
const SECRET_MEMBERS =
  /("(?:client_secret|registration_access_token|software_statement|access_token|refresh_token|id_token|assertion)"\s*:\s*)"(?:[^"\\]|\\.)*"?/gi;

/** Blanks out the values of members that are secrets by their name, in text that may be JSON. */
export function withoutSecretMembers(text: string): string {
  return text.replaceAll(SECRET_MEMBERS, `$1"${BLANK}"`);
}

/** The secrets in an `Authorization` field: the credentials, and what Basic ones are made of (RFC 7617 §2). */
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

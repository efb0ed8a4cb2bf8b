import { describe, expect, it } from 'vitest';
import { cleanText, quoted, secretsOf, withoutSecretMembers, withoutSecrets } from '../src/oauth/redaction.js';

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
const hex = (byte: number, digits = 2): string => byte.toString(16).padStart(digits, '0');
const base64 = (text: string): string => btoa(String.fromCharCode(...bytesOf(text)));
const codeUnits = (text: string): number[] => text.split('').map(unit => unit.charCodeAt(0));

/** The ways in which a peer may write what it was sent. */
const WAYS: Record<string, (secret: string) => string> = {
  'as it is': secret => secret,
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': secret => encodeURIComponent(secret).replaceAll(/%../g, code => code.toLowerCase()),
  'percent-encoded to the last character': secret =>
    bytesOf(secret)
      .map(byte => `%${hex(byte)}`)
      .join(''),
  'percent-encoded twice': secret => encodeURIComponent(encodeURIComponent(secret)),
  'percent-encoded as RFC 3986 has it': secret =>
    encodeURIComponent(secret).replaceAll(/[!'()*]/g, character => `%${hex(character.charCodeAt(0))}`),
  'form-encoded': secret => new URLSearchParams({ s: secret }).toString().slice(2),
  'in base64': base64,
  'in base64 without padding': secret => base64(secret).replace(/=+$/, ''),
  'in base64url': secret => base64(secret).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
  'escaped for JSON': secret => JSON.stringify(secret).slice(1, -1),
  'escaped for JSON, slashes too': secret => JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  'escaped for JSON in ASCII': secret =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replaceAll(/[^\u0020-\u007e]/g, unit => `\\u${hex(unit.charCodeAt(0), 4)}`),
  'escaped for JSON to the last character': secret =>
    codeUnits(secret)
      .map(unit => `\\u${hex(unit, 4).toUpperCase()}`)
      .join(''),
  'escaped for HTML': secret =>
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  'escaped for HTML with numbers': secret =>
    Array.from(secret, character => `&#x${hex(character.codePointAt(0) ?? 0)};`).join(''),
  'in upper case': secret => secret.toUpperCase(),
  'in lower case': secret => secret.toLowerCase()
};

const SECRETS: Record<string, string> = {
  'a JWT': 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.AbC-_123',
  'a base64 token': 'aGVsbG8/d29ybGQ+Zm9v+/==',
  'a password with everything in it': `p@ss w0rd%25!'()*~&<"\\/+:;=é😀`,
  'a password of regular expressions': '(a+)+$[^]{2}|.*?\\d^'
};

const CASES = Object.entries(SECRETS).flatMap(([what, secret]) =>
  Object.entries(WAYS).map(([way, write]) => [what, way, secret, write] as const)
);

describe('a secret in the text of a peer', () => {
  it.each(CASES)('A secret in the text of a peer is blanked out: %s, written %s', (_what, _way, secret, write) => {
    const said = write(secret);
    expect(withoutSecrets(`before ${said} after`, [secret])).toBe('before [secret] after');
    expect(withoutSecrets(`${said}${said}`, [secret])).toBe('[secret][secret]');
  });

  it('A secret in the text of a peer is blanked out when each character is written another way', () => {
    const mixed = 'a%2Fb\\u002Fc&#47;d\\/e';
    expect(withoutSecrets(mixed, ['a/b/c/d/e'])).toBe('[secret]');
  });

  it('A secret in the text of a peer is blanked out as a whole when another is a part of it', () => {
    expect(withoutSecrets('secret-one-two', ['secret-one', 'secret-one-two'])).toBe('[secret]');
    expect(withoutSecrets('secret-one-two', ['secret-one-two', 'secret-one'])).toBe('[secret]');
  });

  it('A secret in the text of a peer is blanked out when it is cut off, or when more follows than there should be', () => {
    const secret = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.AbC-_123';
    expect(withoutSecrets(`token ${secret.slice(0, 30)}… is bad`, [secret])).toBe('token [secret]… is bad');
    expect(withoutSecrets(`token ${secret}.more`, [secret])).toBe('token [secret].more');
  });

  it('A secret in the text of a peer is shown by no error, however long it is', () => {
    const secret = 'Ab1-'.repeat(50_000);
    expect(withoutSecrets(`x ${secret} y`, [secret])).toBe('x [secret] y');
  });

  it('Everything that is no secret is left as it is', () => {
    const text = 'Nothing to see: 100%, a+b, \\u0041 &amp; <b>';
    expect(withoutSecrets(text, ['something else', undefined, null, ''])).toBe(text);
  });

  it('A secret of fewer than four characters is too short to be one', () => {
    expect(withoutSecrets('a cat sat', ['at', 'cat'])).toBe('a cat sat');
  });

  it('A secret may be no valid Unicode', () => {
    expect(withoutSecrets('x ab\ud800cd y', ['ab\ud800cd'])).toBe('x [secret] y');
  });

  it.each([
    ['percent signs', '%25'.repeat(2000), '%25'.repeat(20_000)],
    ['percent signs, nearly', '%25'.repeat(2000), `${'%2525'.repeat(2000)}%`.repeat(5)],
    ['one letter', 'a'.repeat(4000), 'a'.repeat(15).concat('b').repeat(4000)],
    ['backslashes', '\\'.repeat(4000), '\\'.repeat(64_000)],
    ['a JWT in a long text of its beginning', `eyJhbGciOiJ${'x'.repeat(4000)}`, 'eyJhbGciOiJ'.repeat(6000)]
  ])('Blanking a secret out takes no time worth mentioning, whatever it is made of: %s', (_, secret, text) => {
    const began = performance.now();
    withoutSecrets(text, [secret]);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('text of a peer', () => {
  it.each([
    ['C0', '\u0000\u0007\u001b[31m\r\n\t'],
    ['DEL and C1', '\u007f\u0085\u009b'],
    ['line separators', '\u2028\u2029'],
    ['marks and overrides of direction', '\u200e\u200f\u061c\u202a\u202e\u2066\u2069'],
    ['what has no width', '\u200b\u2060\ufeff']
  ])('Text of a peer is shown without %s', (_, characters) => {
    for (const character of characters.replaceAll(/[\u0020-\u007e]/g, ''))
      expect(cleanText(`a${character}b`)).toBe('a b');
  });

  it('Text of a peer keeps every other character', () => {
    expect(cleanText('Ünïcödé 日本語 😀 שלום')).toBe('Ünïcödé 日本語 😀 שלום');
  });

  it('Text of a peer is quoted so that it cannot pass for ours', () => {
    expect(quoted('a "b"\nc\u202ed')).toBe('"a \\"b\\" c d"');
  });
});

describe('the members of a document that are secrets by their name', () => {
  it.each([
    ['JSON', '{"client_secret":"s3cr3t"}'],
    ['JSON with space', '{ "client_secret" : "s3\\"cr3t" }'],
    ['JSON that is cut off', '{"client_secret":"s3cr3t'],
    ['JSON in JSON', '{"detail":"{\\"client_secret\\":\\"s3cr3t\\"}"}'],
    ['a form', 'client_secret=s3cr3t&error=x'],
    ['a list', 'client_secret: s3cr3t\nerror: x'],
    ['another language', "{'client_secret': 's3cr3t'}"]
  ])('The members of a document that are secrets by their name are blanked out in %s', (_, text) => {
    const shown = withoutSecretMembers(text);
    expect(shown).not.toMatch(/cr3t/);
    expect(shown).toContain('client_secret');
    if (text.includes('error')) expect(shown).toContain('error');
  });

  it('Members of a document that are no secrets by their name are left alone', () => {
    const text = '{"error":"invalid_client_metadata","error_description":"client_secret is not allowed here"}';
    expect(withoutSecretMembers(text)).toBe(text);
  });
});

describe('the secrets in an Authorization field', () => {
  it('The secrets in an Authorization field are the credentials, and of Basic ones each part, as sent and as meant', () => {
    const field = `Basic ${base64('client:p%40ss+word')}`;
    expect(secretsOf(field)).toEqual(
      expect.arrayContaining([field.slice(6), 'client:p%40ss+word', 'p%40ss+word', 'p@ss word'])
    );
    expect(secretsOf('Bearer token')).toEqual(['token']);
    expect(secretsOf('Basic ***')).toEqual(['***']);
    expect(secretsOf(null)).toEqual([]);
  });
});

import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractResourceMetadataUrl, extractWWWAuthenticateParams } from '@scopeful/core';
import { readChallenge } from '@scopeful/core/challenges';

function response(status: number, ...fields: string[]): Response {
  const headers = new Headers();
  for (const field of fields) headers.append('www-authenticate', field);
  return new Response(null, { status, headers });
}

/** What a 401 with these field lines says. */
function read(...fields: string[]): ReturnType<typeof extractWWWAuthenticateParams> {
  return extractWWWAuthenticateParams(response(401, ...fields));
}

const characters = (text: string): string[] => text.match(/./gsu) ?? [];

const URL_TEXT = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';

describe('well-formed fields', () => {
  it.each([
    ['one parameter', 'Bearer scope="a b"', 'a b'],
    ['an unquoted token', 'Bearer scope=a', 'a'],
    ['lower-case scheme', 'bearer scope="a"', 'a'],
    ['upper-case scheme', 'BEARER scope="a"', 'a'],
    ['mixed-case parameter name', 'Bearer SCOPE="a"', 'a'],
    ['white space around =', 'Bearer scope = "a"', 'a'],
    ['a tab after the scheme', 'Bearer\tscope="a"', 'a'],
    ['white space before the comma', 'Bearer realm="x" , scope="a"', 'a'],
    ['no white space after the comma', 'Bearer realm="x",scope="a"', 'a'],
    ['empty list elements', ', ,Bearer realm="x", , ,scope="a",,', 'a'],
    ['an empty element right after the scheme', 'Bearer , scope="a"', 'a'],
    ['a comma inside a quoted string', 'Bearer realm="x, y", scope="a"', 'a'],
    ['scope= inside a quoted string', 'Bearer error_description="needs scope=\\"z\\", sorry", scope="a"', 'a'],
    ['another scheme named inside a quoted string', 'Bearer realm="Basic realm=1, Digest scope=2", scope="a"', 'a'],
    ['an escaped quote and backslash', 'Bearer realm="a\\"b\\\\", scope="a"', 'a'],
    ['an escaped ordinary character', 'Bearer scope="\\a"', 'a'],
    ['a Basic challenge before', 'Basic realm="b", Bearer scope="a"', 'a'],
    ['a Basic challenge after', 'Bearer scope="a", Basic realm="b"', 'a'],
    ['a scheme without parameters before', 'Negotiate, Bearer scope="a"', 'a'],
    ['token68 before', 'Negotiate oYGVMIGSoAMKAQGi==, Bearer scope="a"', 'a'],
    ['token68 after', 'Bearer scope="a", NTLM TlRMTVNTUAAC/+=', 'a'],
    ['another scheme with a scope of its own before', 'DPoP scope="z", Bearer scope="a"', 'a'],
    ['another scheme with a scope of its own after', 'Bearer scope="a", Digest scope="z"', 'a'],
    ['a scheme that ends in Bearer', 'XBearer scope="z", Bearer scope="a"', 'a'],
    ['two Bearer challenges: the first counts', 'Bearer scope="a", Bearer scope="z"', 'a'],
    ['a repeated parameter: the first counts', 'Bearer scope="a", scope="z"', 'a'],
    ['a parameter whose name ends in scope', 'Bearer xscope="z", scope="a"', 'a'],
    ['every character of a scope token', 'Bearer scope="!#[]~ https://x/y:z"', '!#[]~ https://x/y:z'],
    ['repeated tokens and odd spacing', 'Bearer scope="  b  a b "', 'b a']
  ])('The parser reads the scope: %s', (_, field, scope) => {
    expect(read(field).scope).toBe(scope);
  });

  it('The parser reads every parameter of one challenge', () => {
    const field = `Bearer resource_metadata="${URL_TEXT}", scope="a b", error="invalid_token", error_description="no, \\"really\\""`;
    expect(read(field)).toEqual({
      resourceMetadataUrl: new URL(URL_TEXT),
      scope: 'a b',
      error: 'invalid_token',
      errorDescription: 'no, "really"'
    });
    expect(extractResourceMetadataUrl(response(401, field))?.href).toBe(URL_TEXT);
  });

  it('The parser reads several field lines as one list', () => {
    expect(read('Basic realm="b"', 'Bearer scope="a"').scope).toBe('a');
  });

  it('The parser does not mix the parameters of two Bearer challenges', () => {
    expect(read(`Bearer scope="a", Bearer resource_metadata="${URL_TEXT}"`).resourceMetadataUrl).toBeUndefined();
  });
});

describe('tolerated fields', () => {
  it('An unquoted URL is tolerated', () => {
    expect(read(`Bearer resource_metadata=${URL_TEXT}?a=1&b=2, scope="a"`)).toMatchObject({
      resourceMetadataUrl: new URL(`${URL_TEXT}?a=1&b=2`),
      scope: 'a'
    });
  });

  it('An unquoted value of several words is read up to the next comma', () => {
    expect(read('Bearer scope=read write, error_description=The token is bad, error=invalid_token')).toMatchObject({
      scope: 'read write',
      errorDescription: 'The token is bad',
      error: 'invalid_token'
    });
  });
});

describe('malformed fields', () => {
  it.each([
    ['empty', ''],
    ['only a comma', ','],
    ['only a scheme', 'Bearer'],
    ['only white space', '   '],
    ['a scheme and a comma', 'Bearer,'],
    ['an unterminated quoted string', 'Bearer scope="a'],
    ['a quoted string that ends in a backslash', 'Bearer scope="a\\'],
    ['a quote inside an unquoted value', 'Bearer scope=a"b'],
    ['a challenge inside a quoted string that something follows', 'Digest realm="oops, Bearer scope="evil"'],
    ['a challenge inside a quoted string that never ends', 'Digest realm="oops, Bearer scope=evil'],
    ['text after a quoted string', 'Bearer scope="a"b'],
    ['an equals sign without a name', 'Bearer ="a"'],
    ['a parameter without a scheme', 'scope="a"'],
    ['a parameter after text that is no challenge', 'Bearer, @evil, scope="a"'],
    ['a scheme with an invalid character', 'Bea@rer scope="a"'],
    ['another scheme that swallows the parameter', 'Bearer realm="x", Evil@ x, scope="a"'],
    ['no Bearer at all', 'Basic realm="x", Digest scope="a"'],
    ['a scope of forbidden characters only', 'Bearer scope="\u00e9 \\" \\\\"']
  ])('A malformed field yields no scope and does not make the parser throw: %s', (_, field) => {
    expect(read(field).scope).toBeUndefined();
  });

  it('The parser drops the scope tokens with characters that RFC 6749 forbids, and keeps the others', () => {
    expect(read('Bearer scope="a b\\"c d\u00e9 e"').scope).toBe('a e');
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', '/relative', 'nonsense', ''])(
    'The parser ignores a resource_metadata that is no HTTP URL: %j',
    value => {
      expect(read(`Bearer resource_metadata="${value}", scope="a"`)).toEqual({ scope: 'a' });
    }
  );

  it('The parser takes time in proportion to the length of the field', () => {
    const hostile = ['"', 'a="', 'a=\\"', ',a="\\', 'Bearer a, ', '=', ' '].map(part => part.repeat(60_000));
    // CPU time: the clock depends on what else the machine does.
    const started = process.cpuUsage();
    for (const field of hostile) read(`Bearer ${field.slice(0, 200_000)}`);
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
  });
});

describe('which challenge counts', () => {
  it('The first challenge of a 403 that names insufficient_scope is the one that counts', () => {
    const field = 'Bearer error="invalid_token", scope="z", Bearer error="insufficient_scope", scope="a"';
    expect(readChallenge(response(403, field))).toMatchObject({ kind: 'insufficient_scope', scope: 'a' });
    expect(extractWWWAuthenticateParams(response(403, field)).scope).toBe('a');
  });

  it('A 403 without insufficient_scope is a refusal that no scope lifts', () => {
    expect(readChallenge(response(403, 'Bearer scope="a"'))).toEqual({ kind: 'forbidden' });
    expect(readChallenge(response(403, 'Basic error="insufficient_scope"'))).toEqual({ kind: 'forbidden' });
    expect(readChallenge(response(403))).toEqual({ kind: 'forbidden' });
  });

  it('A 401 without any challenge is one all the same', () => {
    expect(readChallenge(response(401))).toEqual({ kind: 'unauthorized' });
  });

  it.each([200, 400, 402, 404, 500])('A %i is no challenge', status => {
    expect(readChallenge(response(status, 'Bearer error="insufficient_scope"'))).toBeUndefined();
  });
});

describe('any field at all', () => {
  const headerText = fc.string({
    unit: fc.constantFrom(
      ...characters('aB1 \t,="\\=;/+-._~@:()<>'),
      'Bearer',
      'Basic',
      'scope',
      'error',
      'insufficient_scope'
    ),
    maxLength: 60
  });
  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/);
  const quoted = fc.string({ unit: fc.constantFrom(...characters('ab ,="\\'), 'Bearer ', 'scope='), maxLength: 12 });
  const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

  it('The parser never throws, whatever the field is', () => {
    fc.assert(
      fc.property(headerText, fc.constantFrom(401, 403), (field, status) => {
        readChallenge(response(status, field));
      }),
      { numRuns: 5_000 }
    );
  });

  it('The parser gives every scheme of a well-formed list exactly its own parameters', () => {
    const params = fc.dictionary(token, quoted, { maxKeys: 4, noNullPrototype: true });
    const other = fc.record({ scheme: fc.constantFrom('Basic', 'Digest', 'DPoP', 'X'), params });
    fc.assert(
      fc.property(
        fc.array(other),
        fc.string({ unit: fc.constantFrom(...characters('ab!#')), minLength: 1 }),
        fc.array(other),
        (before, scope, after) => {
          const field = [...before, { scheme: 'Bearer', params: { scope } }, ...after]
            .map(challenge => {
              const list = Object.entries({ ...challenge.params }).map(([name, value]) => `${name}=${quote(value)}`);
              return [challenge.scheme, list.join(', ')].join(' ').trim();
            })
            .join(', ');
          expect(read(field)).toEqual({ scope });
        }
      ),
      { numRuns: 2_000 }
    );
  });

  it('The parser never takes a value from another scheme, whatever is broken before it', () => {
    const garbage = fc.string({ unit: fc.constantFrom(...characters('aB =\\@:('), 'Bearer'), maxLength: 20 });
    fc.assert(
      fc.property(garbage, text => {
        const { scope } = read(`Bearer ${text}, Evil scope=stolen`);
        expect(scope ?? '').not.toContain('stolen');
      }),
      { numRuns: 5_000 }
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerParameters, headerValue, parameterHeaders, standardHeaders } from '../src/session/modernHeaders.js';

describe('a header value', () => {
  // The table of the specification (2026-07-28, Value Encoding).
  it.each([
    ['us-west1', 'us-west1'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
    ['', ''],
    ['a b', 'a b']
  ])('A header value for %j is %j', (text, expected) => {
    expect(headerValue(text)).toBe(expected);
  });

  it('A header value can always be sent, and read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const sent = new Headers({ a: headerValue(text) }).get('a') ?? '';
        const encoded = /^=\?base64\?(.*)\?=$/s.exec(sent)?.[1];
        const read = encoded === undefined ? sent : Buffer.from(encoded, 'base64').toString();
        expect(read).toBe(text);
      })
    );
  });
});

describe('the standard headers', () => {
  it.each([
    ['tools/call', { name: 'a' }, 'a'],
    ['prompts/get', { name: 'a' }, 'a'],
    ['resources/read', { uri: 'file:///a' }, 'file:///a'],
    ['tools/list', { name: 'a' }, undefined],
    ['resources/subscribe', { uri: 'a' }, undefined]
  ])('The standard headers of %s with %j have the name %s', (method, params, name) => {
    expect(standardHeaders('2026-07-28', method, params)).toEqual({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name !== undefined && { 'mcp-name': name })
    });
  });
});

describe('x-mcp-header', () => {
  const object = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more });
  const marked = (name: unknown, type = 'string'): object => ({ type, 'x-mcp-header': name });

  it('`x-mcp-header` marks parameters, also in objects', () => {
    const schema = object({ a: marked('A'), o: object({ n: marked('N', 'integer'), b: marked('B', 'boolean') }) });
    const args = { a: 'ä', o: { n: 42, b: false } };
    expect(parameterHeaders(headerParameters(schema), args)).toEqual({
      'mcp-param-A': '=?base64?w6Q=?=',
      'mcp-param-N': '42',
      'mcp-param-B': 'false'
    });
  });

  it('`x-mcp-header` gives no header for a value that is not there', () => {
    const parameters = headerParameters(object({ a: marked('A'), b: marked('B'), constructor: marked('C') }));
    expect([parameterHeaders(parameters, { a: null }), parameterHeaders(parameters, undefined)]).toEqual([{}, {}]);
  });

  it.each<[string, object]>([
    ['an empty name', object({ a: marked('') })],
    ['a name that is no token', object({ a: marked('A B') })],
    ['a name with a line break', object({ a: marked('A\r\nX') })],
    ['a name that is no text', object({ a: marked(1) })],
    ['the same name twice, in any case', object({ a: marked('A'), b: marked('a') })],
    ['a number', object({ a: marked('A', 'number') })],
    ['an array', object({ a: marked('A', 'array') })],
    ['the root', { ...object({}), 'x-mcp-header': 'A' }],
    ['items', object({ a: { type: 'array', items: marked('A') } })],
    ['a choice', object({}, { anyOf: [object({ a: marked('A') })] })],
    ['a condition', object({}, { then: object({ a: marked('A') }) })],
    ['a definition', object({}, { $defs: { properties: marked('A') } })]
  ])('`x-mcp-header` cannot be %s', (_what, schema) => {
    expect(() => headerParameters(schema)).toThrow(TypeError);
  });

  it('`x-mcp-header` means nothing in a default, or as the name of a property', () => {
    const schema = object({ 'x-mcp-header': { type: 'string' }, a: { default: { 'x-mcp-header': 'A' } } });
    expect(headerParameters(schema)).toEqual([]);
  });
});

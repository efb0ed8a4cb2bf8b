import { describe, expect, it } from 'vitest';
import {
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ResourceNotFoundError,
  UnsupportedProtocolVersionError,
  UrlElicitationRequiredError
} from '../src/errors.js';

describe('the error for a JSON-RPC error', () => {
  const elicitations = [{ mode: 'url', message: 'Go', elicitationId: 'e', url: 'https://a.example' }];

  it.each([
    ['a missing resource', -32602, { uri: 'a' }, ResourceNotFoundError, { uri: 'a' }],
    ['a missing resource, as before 2026-07-28', -32002, { uri: 'a' }, ResourceNotFoundError, { uri: 'a' }],
    ['a URL to visit', -32042, { elicitations }, UrlElicitationRequiredError, { elicitations }],
    [
      'another revision',
      -32022,
      { supported: ['x'], requested: 'y' },
      UnsupportedProtocolVersionError,
      { supported: ['x'] }
    ],
    ['a capability', -32021, { requiredCapabilities: { roots: {} } }, MissingRequiredClientCapabilityError, {}]
  ])('The error for a JSON-RPC error about %s is of a class of its own', (_what, code, data, type, members) => {
    const error = ProtocolError.fromError(code, 'said', data);
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ message: 'said', data, ...members });
  });

  it.each([
    [-32602, { uri: 'a', hint: 'b' }],
    [-32002, undefined],
    [-32022, { supported: 'x' }],
    [-32021, {}],
    [-32042, { elicitations: 1 }],
    [7, { uri: 'a' }]
  ])('The error for %i with %j is a plain one', (code, data) => {
    const error = ProtocolError.fromError(code, 'said', data);
    expect([error.constructor, error.code, error.data]).toEqual([ProtocolError, code, data]);
  });
});

import { describe, expect, it } from 'vitest';
import { ProtocolError, ProtocolErrorCode } from '../src/errors.js';
import {
  isJSONRPCErrorResponse,
  isJSONRPCMessage,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  isJSONRPCResultResponse,
  parseJSONRPCMessage
} from '../src/jsonrpc/message.js';

const request = { jsonrpc: '2.0', id: 1, method: 'ping' };
const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
const result = { jsonrpc: '2.0', id: 'a', result: {} };
const error = { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'no such method' } };

describe('envelope guards', () => {
  it('Envelope guards tell the four kinds of message apart', () => {
    const guards = [isJSONRPCRequest, isJSONRPCNotification, isJSONRPCResultResponse, isJSONRPCErrorResponse];
    const verdicts = [request, notification, result, error].map(message => guards.map(guard => guard(message)));
    expect(verdicts).toEqual([
      [true, false, false, false],
      [false, true, false, false],
      [false, false, true, false],
      [false, false, false, true]
    ]);
  });

  it('Envelope guards count results and errors as responses', () => {
    expect([request, notification, result, error].map(isJSONRPCResponse)).toEqual([false, false, true, true]);
  });

  it.each([
    ['a batch', [request]],
    ['null', null],
    ['a string', 'ping'],
    ['another version', { ...request, jsonrpc: '1.0' }],
    ['no version', { id: 1, method: 'ping' }],
    ['a fractional id', { ...request, id: 1.5 }],
    ['a null id on a request', { ...request, id: null }],
    ['params that are a list', { ...request, params: [1] }],
    ['a result that is null', { ...result, result: null }],
    ['an error without a code', { ...error, error: { message: 'x' } }]
  ])('Envelope guards refuse %s', (_what, value) => {
    expect(isJSONRPCMessage(value)).toBe(false);
  });

  it.each([
    ['absent', undefined],
    ['null', null]
  ])('Envelope guards accept an error whose id is %s', (_what, id) => {
    expect(isJSONRPCErrorResponse({ ...error, id })).toBe(true);
  });
});

describe('parseJSONRPCMessage', () => {
  it('`parseJSONRPCMessage()` returns the very message it was given', () => {
    expect(parseJSONRPCMessage(request)).toBe(request);
  });

  it('`parseJSONRPCMessage()` throws an invalid-request error that quotes at most 200 characters', () => {
    const garbage = { text: 'x'.repeat(1000) };
    const thrown = ((): unknown => {
      try {
        return parseJSONRPCMessage(garbage);
      } catch (caught) {
        return caught;
      }
    })();
    expect(thrown).toBeInstanceOf(ProtocolError);
    expect(thrown).toMatchObject({ code: ProtocolErrorCode.InvalidRequest });
    expect((thrown as Error).message.length).toBeLessThan(250);
  });
});

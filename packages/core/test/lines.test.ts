import { describe, expect, it } from 'vitest';
import { deserializeMessage, ReadBuffer, serializeMessage } from '../src/jsonrpc/lines.js';
import type { JSONRPCMessage } from '../src/jsonrpc/types.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const message = (n: number): JSONRPCMessage => ({ jsonrpc: '2.0', method: 'größe', params: { n } });

function all(buffer: ReadBuffer): JSONRPCMessage[] {
  const messages: JSONRPCMessage[] = [];
  for (let next = buffer.readMessage(); next !== null; next = buffer.readMessage()) messages.push(next);
  return messages;
}

describe('ReadBuffer', () => {
  it('`ReadBuffer` reads messages however they were cut', () => {
    const whole = bytes(serializeMessage(message(1)) + '\r\n' + serializeMessage(message(2)));
    for (let size = 1; size < whole.length; size++) {
      const buffer = new ReadBuffer();
      for (let at = 0; at < whole.length; at += size) buffer.append(whole.subarray(at, at + size));
      expect(all(buffer)).toEqual([message(1), message(2)]);
    }
  });

  it('`ReadBuffer` goes on after a line that is no message', () => {
    const buffer = new ReadBuffer();
    buffer.append(bytes(`hello\n{}\n${serializeMessage(message(1))}`));
    expect(() => buffer.readMessage()).toThrow(SyntaxError);
    expect(() => buffer.readMessage()).toThrow('Not a JSON-RPC 2.0 message');
    expect(all(buffer)).toEqual([message(1)]);
  });

  it('`ReadBuffer` holds no more than its limit', () => {
    const buffer = new ReadBuffer({ maxBufferSize: 100 });
    buffer.append(bytes('x'.repeat(100)));
    expect(() => buffer.append(bytes('x'))).toThrow('longer than the limit of 100 bytes');
  });

  it('`ReadBuffer` forgets what is unread when it is cleared', () => {
    const buffer = new ReadBuffer();
    buffer.append(bytes(`${serializeMessage(message(1))}{"json`));
    buffer.clear();
    buffer.append(bytes(serializeMessage(message(2))));
    expect(all(buffer)).toEqual([message(2)]);
  });
});

it('A message is one line', () => {
  expect(serializeMessage({ jsonrpc: '2.0', method: 'a', params: { text: 'b\nc' } })).toMatch(/^[^\n]*\n$/);
  expect(deserializeMessage(serializeMessage(message(3)))).toEqual(message(3));
});

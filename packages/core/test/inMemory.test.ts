import { describe, expect, it } from 'vitest';
import { SdkError, SdkErrorCode } from '../src/errors.js';
import { InMemoryTransport } from '../src/jsonrpc/inMemory.js';
import type { JSONRPCMessage, JSONRPCNotification } from '../src/jsonrpc/types.js';

const note = (method: string): JSONRPCNotification => ({ jsonrpc: '2.0', method });
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

function collect(transport: InMemoryTransport): string[] {
  const methods: string[] = [];
  transport.onmessage = message => methods.push((message as JSONRPCNotification).method);
  return methods;
}

describe('InMemoryTransport', () => {
  it('`InMemoryTransport` passes on the very message, without a copy', async () => {
    const [left, right] = InMemoryTransport.createLinkedPair();
    const received: JSONRPCMessage[] = [];
    right.onmessage = message => received.push(message);
    await Promise.all([left.start(), right.start()]);
    const message = note('a');
    await left.send(message);
    await settled();
    expect(received[0]).toBe(message);
  });

  it('`InMemoryTransport` keeps messages for a side that has not started, in order', async () => {
    const [left, right] = InMemoryTransport.createLinkedPair();
    const received = collect(right);
    await left.start();
    await left.send(note('a'));
    await left.send(note('b'));
    await settled();
    expect(received).toEqual([]);
    await right.start();
    await left.send(note('c'));
    await settled();
    expect(received).toEqual(['a', 'b', 'c']);
  });

  it('`InMemoryTransport` keeps the order when a receiver sends while it receives', async () => {
    const [left, right] = InMemoryTransport.createLinkedPair();
    const received = collect(left);
    right.onmessage = message => void right.send(message);
    await Promise.all([left.start(), right.start()]);
    for (const name of ['a', 'b', 'c']) void left.send(note(name));
    await settled();
    expect(received).toEqual(['a', 'b', 'c']);
  });

  it('`InMemoryTransport` closes both sides, each once', async () => {
    const [left, right] = InMemoryTransport.createLinkedPair();
    const closed: string[] = [];
    left.onclose = () => closed.push('left');
    right.onclose = () => closed.push('right');
    await Promise.all([left.start(), right.start()]);
    await left.close();
    await right.close();
    expect(closed).toEqual(['left', 'right']);
  });

  it('`InMemoryTransport` delivers what was sent before it closed', async () => {
    const [left, right] = InMemoryTransport.createLinkedPair();
    const received = collect(right);
    await Promise.all([left.start(), right.start()]);
    void left.send(note('last words'));
    await left.close();
    expect(received).toEqual(['last words']);
  });

  it('`InMemoryTransport` delivers the rest when a receiver makes the sender close', async () => {
    const [left, right] = InMemoryTransport.createLinkedPair();
    const received: string[] = [];
    right.onmessage = message => {
      received.push((message as JSONRPCNotification).method);
      void left.close();
    };
    await Promise.all([left.start(), right.start()]);
    for (const name of ['a', 'b']) void left.send(note(name));
    await settled();
    expect(received).toEqual(['a', 'b']);
  });

  it.each(['send', 'start'] as const)('`InMemoryTransport` rejects %s after it closed', async action => {
    const [left] = InMemoryTransport.createLinkedPair();
    await left.close();
    const error: unknown = await (action === 'send' ? left.send(note('a')) : left.start()).catch(
      (caught: unknown) => caught
    );
    expect(error).toBeInstanceOf(SdkError);
    expect(error).toMatchObject({ code: SdkErrorCode.NotConnected });
  });

  it('`InMemoryTransport` reports what a receiver throws and goes on', async () => {
    const [left, right] = InMemoryTransport.createLinkedPair();
    const errors: Error[] = [];
    const received: string[] = [];
    right.onerror = error => errors.push(error);
    right.onmessage = message => {
      const { method } = message as JSONRPCNotification;
      received.push(method);
      if (method === 'a') throw new Error('boom');
    };
    await Promise.all([left.start(), right.start()]);
    for (const name of ['a', 'b']) void left.send(note(name));
    await settled();
    expect({ received, errors: errors.map(error => error.message) }).toEqual({
      received: ['a', 'b'],
      errors: ['boom']
    });
  });

  it('`InMemoryTransport` hands authInfo to the other side', async () => {
    const [left, right] = InMemoryTransport.createLinkedPair();
    const tokens: (string | undefined)[] = [];
    right.onmessage = (_message, extra) => tokens.push(extra?.authInfo?.token);
    await Promise.all([left.start(), right.start()]);
    await left.send(note('a'), { authInfo: { token: 't', clientId: 'c', scopes: [] } });
    await settled();
    expect(tokens).toEqual(['t']);
  });
});

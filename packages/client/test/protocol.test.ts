import { type BaseContext, InMemoryTransport } from '@scopeful/core';
import { expect, it } from 'vitest';
import { Protocol } from '../src/peer/protocol.js';
import { shaped } from './support/schema.js';

class Peer extends Protocol<BaseContext & { name: string }> {
  protected buildContext(context: BaseContext): BaseContext & { name: string } {
    return { ...context, name: 'peer' };
  }

  protected assertCapabilityForMethod(): void {
    // Everything may be asked.
  }

  protected assertNotificationCapability(): void {
    // Everything may be told.
  }

  protected assertRequestHandlerCapability(method: string): void {
    if (method === 'acme/forbidden') throw new Error('not here');
  }
}

it('A protocol of one’s own has requests both ways, with a context of its own and no handshake', async () => {
  const [left, right] = InMemoryTransport.createLinkedPair();
  const [one, other] = [new Peer(), new Peer()];
  other.setRequestHandler('acme/greet', { params: shaped({ who: '' }) }, ({ who }, { name }) => ({
    said: `${name}, ${who}`
  }));
  await Promise.all([one.connect(left), other.connect(right)]);
  const request = { method: 'acme/greet', params: { who: 'Ada' } };
  expect(await one.request(request, shaped({ said: '' }))).toEqual({ said: 'peer, Ada' });
  expect(() => other.setRequestHandler('acme/forbidden', { params: shaped({}) }, () => ({}))).toThrow('not here');
  await expect(one.connect(left)).rejects.toMatchObject({ code: 'ALREADY_CONNECTED' });
});

import { InMemoryTransport, type JSONRPCMessage, type JSONRPCRequest, type Result } from '@scopeful/core';
import { Client } from '../../src/client.js';
import type { ClientOptions, ConnectOptions } from '../../src/clientOptions.js';
import { INFO } from './server.js';

export const MODERN = '2026-07-28';

type Answer = Result | { error: { code: number; message: string; data?: unknown } } | undefined;

/** A server without a handshake that answers from a table; a method that is not in it gets no answer. */
export class ModernServer {
  readonly received: JSONRPCRequest[] = [];
  readonly transport: InMemoryTransport;
  /** The client's end. */
  readonly other: InMemoryTransport;

  constructor(answers: Record<string, (request: JSONRPCRequest) => Answer> = {}) {
    [this.other, this.transport] = InMemoryTransport.createLinkedPair();
    const all = { 'server/discover': () => discovered(), ...answers };
    this.transport.onmessage = message => {
      if (!('method' in message)) return;
      this.received.push(message as JSONRPCRequest);
      if (!('id' in message)) return;
      const answer = (all as Record<string, ((request: JSONRPCRequest) => Answer) | undefined>)[message.method]?.(
        message
      );
      if (answer === undefined) return;
      this.send({ id: message.id, ...('error' in answer ? answer : { result: answer }) });
    };
    void this.transport.start();
  }

  send(message: object): void {
    void this.transport.send({ jsonrpc: '2.0', ...message } as JSONRPCMessage);
  }

  get methods(): string[] {
    return this.received.map(({ method }) => method);
  }
}

/** What `server/discover` answers. */
export function discovered(more: object = {}): Result {
  return { resultType: 'complete', supportedVersions: [MODERN], capabilities: { tools: {} }, ...more };
}

/** A client that asks the server what it speaks. */
export async function connectedTo(
  server: ModernServer,
  options?: ClientOptions,
  connect?: ConnectOptions
): Promise<Client> {
  const client = new Client(INFO, { versionNegotiation: { mode: 'auto' }, ...options });
  await client.connect(server.other, connect);
  return client;
}

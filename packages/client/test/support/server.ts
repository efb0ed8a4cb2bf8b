import {
  InMemoryTransport,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Result,
  type ServerCapabilities
} from '@scopeful/core';
import { Client } from '../../src/client.js';
import type { ClientOptions } from '../../src/clientOptions.js';

export const INFO = { name: 'test-client', version: '1.0.0' };
export const SERVER_INFO = { name: 'test-server', version: '2.0.0' };

/** Lets everything that is due happen. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
/** What a promise rejects with. */
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error
  );

export type Answers = Record<string, (request: JSONRPCRequest) => Result>;

/** A server that answers from a table, and remembers what it got. */
export class Server {
  readonly received: JSONRPCMessage[] = [];
  readonly transport: InMemoryTransport;
  /** The client's end. */
  readonly other: InMemoryTransport;

  constructor(answers: Answers = {}, capabilities: ServerCapabilities = { tools: {} }) {
    [this.other, this.transport] = InMemoryTransport.createLinkedPair();
    const initialize = ({ params }: JSONRPCRequest): Result => ({
      protocolVersion: params?.['protocolVersion'],
      capabilities,
      serverInfo: SERVER_INFO,
      instructions: 'Be kind.'
    });
    const all: Answers = { initialize, ping: () => ({}), ...answers };
    this.transport.onmessage = message => {
      this.received.push(message);
      if (!('method' in message && 'id' in message)) return;
      const answer = all[message.method];
      if (answer !== undefined) this.send({ id: message.id, result: answer(message) });
    };
    void this.transport.start();
  }

  send(message: object): void {
    void this.transport.send({ jsonrpc: '2.0', ...message } as JSONRPCMessage);
  }

  /** Sends a request and waits for its response. */
  async ask(method: string, params?: object): Promise<object | undefined> {
    this.send({ id: 'ask', method, ...(params && { params }) });
    await turn();
    return this.received.find(message => 'id' in message && message.id === 'ask');
  }

  get methods(): string[] {
    return this.received.flatMap(message => ('method' in message ? [message.method] : []));
  }
}

/** A client that is connected to a server of these answers. */
export async function connected(answers?: Answers, options?: ClientOptions, capabilities?: ServerCapabilities) {
  const server = new Server(answers, capabilities);
  const client = new Client(INFO, options);
  await client.connect(server.other);
  return { client, server };
}

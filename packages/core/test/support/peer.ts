import { Connection, type ConnectionOptions } from '../../src/jsonrpc/connection.js';
import { Handlers } from '../../src/jsonrpc/handlers.js';
import { InMemoryTransport } from '../../src/jsonrpc/inMemory.js';
import { isJSONRPCNotification, isJSONRPCRequest, isJSONRPCResponse } from '../../src/jsonrpc/message.js';
import type { JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse } from '../../src/jsonrpc/types.js';
import type { Transport, TransportSendOptions } from '../../src/jsonrpc/transport.js';
import { resultCheck } from '../../src/model/methodChecks.js';

/** The other side of a connection, which does what a test tells it. */
export class Peer {
  readonly received: JSONRPCMessage[] = [];
  /** Answers requests as they come; a test that wants to answer later leaves it out. */
  answer: ((request: JSONRPCRequest) => object | undefined) | undefined;

  constructor(readonly transport: InMemoryTransport) {
    transport.onmessage = message => {
      this.received.push(message);
      const body = isJSONRPCRequest(message) ? this.answer?.(message) : undefined;
      if (body !== undefined) this.send({ id: (message as JSONRPCRequest).id, ...body });
    };
  }

  send(message: object): void {
    void this.transport.send({ jsonrpc: '2.0', ...message } as JSONRPCMessage);
  }

  get requests(): JSONRPCRequest[] {
    return this.received.filter(isJSONRPCRequest);
  }

  get notifications(): JSONRPCNotification[] {
    return this.received.filter(isJSONRPCNotification);
  }

  get responses(): JSONRPCResponse[] {
    return this.received.filter(isJSONRPCResponse);
  }
}

export async function connect(options: Partial<ConnectionOptions> = {}) {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const peer = new Peer(theirs);
  await theirs.start();
  return { peer, ours, ...(await connectOver(ours, options)) };
}

export async function connectOver(transport: Transport, options: Partial<ConnectionOptions> = {}) {
  const handlers = new Handlers();
  const errors: Error[] = [];
  const connection = new Connection(transport, {
    handlers,
    resultCheck,
    onerror: error => errors.push(error),
    ...options
  });
  await connection.start();
  return { connection, handlers, errors };
}

/** A transport whose `send` a test decides on. */
export class ScriptedTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly sent: { message: JSONRPCMessage; options: TransportSendOptions | undefined }[] = [];
  onsend: () => Promise<void> = () => Promise.resolve();

  start(): Promise<void> {
    return Promise.resolve();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    this.sent.push({ message, options });
    return this.onsend();
  }

  close(): Promise<void> {
    this.onclose?.();
    return Promise.resolve();
  }
}

/** Lets everything that is due happen. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
/** What a promise rejects with. */
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error
  );

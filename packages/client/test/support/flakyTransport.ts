import type { JSONRPCMessage, JSONRPCRequest, Transport } from '@scopeful/core';
import { SERVER_INFO } from './server.js';

/** A transport that fails where a test says so, and can be started again. */
export class FlakyTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  sessionId?: string;
  protocolVersion?: string;
  readonly calls: string[] = [];
  readonly versions: string[] = [];
  failing: string | undefined;
  readonly failure = new Error('401');

  start(): Promise<void> {
    return this.#do('start');
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#do((message as JSONRPCRequest).method);
    if (!('id' in message && 'method' in message)) return;
    const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: SERVER_INFO };
    queueMicrotask(() => this.onmessage?.({ jsonrpc: '2.0', id: message.id, result }));
  }

  setProtocolVersion(version: string): void {
    this.versions.push(version);
  }

  async close(): Promise<void> {
    await this.#do('close');
    this.onclose?.();
  }

  #do(what: string): Promise<void> {
    this.calls.push(what);
    return this.failing === what ? Promise.reject(this.failure) : Promise.resolve();
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from './loopback.js';

/** One request to a scripted server. */
export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** The JSON-RPC message, when there is one. */
  message: { id?: number | string; method?: string; params?: Record<string, unknown> } | undefined;
  /** When it came, in milliseconds. */
  at: number;
}

type Handler = (request: ReceivedRequest, response: ServerResponse) => unknown;

/** A server that answers every request as the test says, and remembers them all. */
export interface ScriptedMcp {
  url: URL;
  requests: ReceivedRequest[];
  /** Those of one HTTP method. */
  of(method: string): ReceivedRequest[];
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Begins a stream of events. */
export function events(response: ServerResponse, ...chunks: string[]): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  for (const chunk of chunks) response.write(chunk);
  return response;
}

/** The text of one event that carries a message. */
export function event(message: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`;
}

/** An `initialize` result for the revision that was asked for, with a tools capability. */
export function initializeResult(request: ReceivedRequest): unknown {
  const result = {
    protocolVersion: request.message?.params?.['protocolVersion'],
    capabilities: { tools: {} },
    serverInfo: { name: 'scripted', version: '1.0.0' }
  };
  return { jsonrpc: '2.0', id: request.message?.id, result };
}

/** Starts a server for the test that is running. */
export async function scriptMcp(handler: Handler): Promise<ScriptedMcp> {
  const server = await listenOnLoopback();
  onTestFinished(() => server.close());
  const requests: ReceivedRequest[] = [];
  const receive = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    const request: ReceivedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      message: text === '' ? undefined : (JSON.parse(text) as ReceivedRequest['message']),
      at: performance.now()
    };
    requests.push(request);
    await handler(request, response);
  };
  server.serve((incoming, response) => {
    receive(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  return {
    url: new URL('/mcp', server.origin),
    requests,
    of: method => requests.filter(request => request.method === method)
  };
}

/** Polls until something holds; fails after `limit` milliseconds. */
export async function until(condition: () => boolean, limit = 5_000): Promise<void> {
  for (const end = Date.now() + limit; !condition();) {
    if (Date.now() > end) throw new Error(`still not so after ${limit} ms: ${condition.toString()}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

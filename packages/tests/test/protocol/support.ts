import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  type CreateMcpHandlerOptions,
  type McpHttpHandler,
  McpServer
} from '@modelcontextprotocol/server';
import { Client, type ClientOptions, type ConnectOptions, StreamableHTTPClientTransport } from '@scopeful/client';
import { onTestFinished } from 'vitest';

export const INFO = { name: 'protocol-tests', version: '1.0.0' };

/** A POST that a server got. */
interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: { id?: unknown; method: string; params?: Record<string, unknown> };
}

export interface DualServer {
  readonly url: URL;
  readonly handler: McpHttpHandler;
  readonly received: Received[];
  readonly methods: string[];
}

/** A server of the official SDK on loopback, of both eras unless told otherwise, that remembers what it got. */
export async function startServer(
  build: (server: McpServer) => void,
  options?: CreateMcpHandlerOptions,
  serverOptions?: ConstructorParameters<typeof McpServer>[1]
): Promise<DualServer> {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'peer', version: '1.0.0' }, serverOptions);
    build(server);
    return server;
  }, options);
  const received: Received[] = [];
  const handle = toNodeHandler(handler);
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = text === '' ? undefined : (JSON.parse(text) as Received['body']);
      if (body !== undefined) received.push({ headers: request.headers, body });
      void handle(request, response, body);
    });
  });
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await handler.close();
    http.closeAllConnections();
    await new Promise(resolve => http.close(resolve));
  });
  const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`);
  return {
    url,
    handler,
    received,
    get methods() {
      return received.map(({ body }) => body.method);
    }
  };
}

/** A client that is connected to it, and asks which era it is of. */
export async function connected(
  { url }: { url: URL },
  options?: ClientOptions,
  connectOptions?: ConnectOptions
): Promise<Client> {
  const client = new Client(INFO, { versionNegotiation: { mode: 'auto' }, ...options });
  await client.connect(new StreamableHTTPClientTransport(url), connectOptions);
  onTestFinished(() => client.close());
  return client;
}

export const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOnLoopback, type LoopbackServer } from './loopback.js';
import type { ScriptedAnswer, ScriptedAuthorizationServer } from './scriptedAuthorizationServer.js';

/** One request as the resource saw it. */
export interface ResourceRequest {
  httpMethod: string;
  path: string;
  /** The JSON-RPC method, `tools/call NAME` for a tool; the HTTP method when there is no message. */
  operation: string;
  token: string | undefined;
  /** Where the metadata of the endpoint is that was asked. */
  metadataUrl: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

/** What the resource server is to do. */
export interface ResourceScript {
  /** `scopes_supported` and other members of the protected resource metadata; `false` for no metadata at all. */
  metadata?: Record<string, unknown> | false;
  /** The scope each operation needs, by name; `*` is for those that are not named. */
  needs?: Record<string, string>;
  /** The `WWW-Authenticate` field of a 401; by default it names the metadata and no scope. */
  unauthorized?: (resource: ScriptedResource, request: ResourceRequest) => string | string[];
  /** The `WWW-Authenticate` field of a 403; by default it names what is missing, and nothing else. */
  forbidden?: (missing: string, resource: ScriptedResource, request: ResourceRequest) => string | string[];
  /** Answers a request in place of the server. */
  onRequest?: (request: ResourceRequest) => ScriptedAnswer | Promise<ScriptedAnswer | undefined> | undefined;
  /** Answers every request for metadata in place of the document. */
  outage?: ScriptedAnswer | undefined;
  /** How a GET of the MCP endpoint is answered: with an open stream, or with 405 (the default). */
  stream?: boolean;
  /** Tools besides `write` that answer with structured content, by name. */
  structured?: Record<string, { outputSchema: object; structuredContent: unknown }>;
}

interface Message {
  id?: string | number;
  method?: string;
  params?: { name?: string; protocolVersion?: string };
}

/** An MCP server on loopback, just large enough to be asked for scopes: Streamable HTTP at /mcp, HTTP+SSE at /sse. */
export class ScriptedResource {
  readonly requests: ResourceRequest[] = [];
  /** Every path requested. */
  readonly paths: string[] = [];
  script: ResourceScript = {};
  readonly #server: LoopbackServer;
  readonly #streams = new Set<ServerResponse>();

  constructor(
    server: LoopbackServer,
    readonly authorizationServer: ScriptedAuthorizationServer
  ) {
    this.#server = server;
    server.serve((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
      });
    });
  }

  static async start(
    authorizationServer: ScriptedAuthorizationServer,
    script: ResourceScript = {}
  ): Promise<ScriptedResource> {
    const resource = new ScriptedResource(await listenOnLoopback(), authorizationServer);
    resource.script = script;
    return resource;
  }

  get origin(): string {
    return this.#server.origin;
  }

  get url(): URL {
    return new URL('/mcp', this.origin);
  }

  get sseUrl(): URL {
    return new URL('/sse', this.origin);
  }

  get metadataUrl(): string {
    return `${this.origin}/.well-known/oauth-protected-resource/mcp`;
  }

  close(): Promise<void> {
    for (const stream of this.#streams) stream.end();
    return this.#server.close();
  }

  /** How often an operation was asked for. */
  count(operation: string): number {
    return this.requests.filter(request => request.operation === operation).length;
  }

  /** Ends the streams that are open. */
  dropStreams(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '/', this.origin).pathname;
    this.paths.push(path);
    if (path.startsWith('/.well-known/oauth-protected-resource')) return this.#describe(path, response);
    if (path.startsWith('/.well-known/')) return void response.writeHead(404).end();
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    const message = text === '' ? undefined : (JSON.parse(text) as Message);
    const request = this.#record(path, incoming, message);
    const scripted = await this.script.onRequest?.(request);
    if (scripted !== undefined) {
      const body = typeof scripted.body === 'string' ? scripted.body : JSON.stringify(scripted.body);
      return void response
        .writeHead(scripted.status, { 'content-type': 'application/json', ...scripted.headers })
        .end(body);
    }
    if (!this.#admit(request, response)) return;
    if (incoming.method === 'GET') return this.#openStream(path, response);
    if (incoming.method === 'DELETE') return void response.writeHead(200).end();
    this.#answer(path, message, response);
  }

  #describe(path: string, response: ServerResponse): void {
    const { outage } = this.script;
    if (outage !== undefined) return void response.writeHead(outage.status, outage.headers).end(String(outage.body));
    const isOurs = path === new URL(this.metadataUrl).pathname || path === '/.well-known/oauth-protected-resource/sse';
    if (this.script.metadata === false || !isOurs) return void response.writeHead(404).end();
    const resource = `${this.origin}${path.slice('/.well-known/oauth-protected-resource'.length)}`;
    const metadata = { resource, authorization_servers: [this.authorizationServer.issuer], ...this.script.metadata };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
  }

  #record(path: string, incoming: IncomingMessage, message: Message | undefined): ResourceRequest {
    const httpMethod = incoming.method ?? '';
    const name = message?.params?.name;
    const operation = message?.method === undefined ? httpMethod : [message.method, name].filter(Boolean).join(' ');
    const token = incoming.headers.authorization?.replace(/^(Bearer|DPoP) /, '');
    const endpoint = path === '/mcp' ? '/mcp' : '/sse';
    const metadataUrl = `${this.origin}/.well-known/oauth-protected-resource${endpoint}`;
    const request = { httpMethod, path, operation, token, metadataUrl, headers: incoming.headers, body: message };
    this.requests.push(request);
    return request;
  }

  /** Whether the token is good enough; answers with the challenge otherwise. */
  #admit(request: ResourceRequest, response: ServerResponse): boolean {
    const { needs = {}, unauthorized, forbidden } = this.script;
    const granted = this.authorizationServer.introspect(request.token);
    if (granted === undefined) {
      const field = unauthorized?.(this, request) ?? `Bearer resource_metadata="${request.metadataUrl}"`;
      response.writeHead(401, { 'www-authenticate': field, 'content-type': 'text/plain' }).end('no valid token');
      return false;
    }
    const held = new Set(granted.scope?.split(' '));
    const needed = (needs[request.operation] ?? needs['*'] ?? '').split(' ').filter(Boolean);
    const missing = needed.filter(scope => !held.has(scope)).join(' ');
    if (missing === '') return true;
    const field = forbidden?.(missing, this, request) ?? `Bearer error="insufficient_scope", scope="${missing}"`;
    response.writeHead(403, { 'www-authenticate': field, 'content-type': 'text/plain' }).end('scope missing');
    return false;
  }

  #openStream(path: string, response: ServerResponse): void {
    if (path !== '/sse' && this.script.stream !== true) return void response.writeHead(405).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#streams.add(response);
    if (path === '/sse') response.write('event: endpoint\ndata: /messages\n\n');
    else response.flushHeaders();
  }

  #answer(path: string, message: Message | undefined, response: ServerResponse): void {
    const reply =
      message?.id === undefined ? undefined : { jsonrpc: '2.0', id: message.id, result: this.#result(message) };
    if (path === '/messages') {
      response.writeHead(202).end();
      for (const stream of this.#streams) if (reply !== undefined) stream.write(`data: ${JSON.stringify(reply)}\n\n`);
      return;
    }
    if (reply === undefined) return void response.writeHead(202).end();
    response
      .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'session-1' })
      .end(JSON.stringify(reply));
  }

  #result({ method, params }: Message): unknown {
    if (method === 'initialize') {
      return {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'scripted', version: '1.0.0' }
      };
    }
    const { structured = {} } = this.script;
    const inputSchema = { type: 'object' };
    if (method === 'tools/list') {
      const others = Object.entries(structured).map(([name, { outputSchema }]) => ({
        name,
        inputSchema,
        outputSchema
      }));
      return { tools: [{ name: 'write', inputSchema }, ...others] };
    }
    if (method === 'tools/call') {
      const { name = '' } = params ?? {};
      return {
        content: [{ type: 'text', text: `did ${name}` }],
        structuredContent: structured[name]?.structuredContent
      };
    }
    return {};
  }
}

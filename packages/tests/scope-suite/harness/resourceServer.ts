import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { LoopbackServer } from '../../support/loopback.js';
import type { ScriptedAuthorizationServer } from '../../support/scriptedAuthorizationServer.js';
import type { Changes } from './changes.js';

/** One request, and what the server made of it. */
export interface ResourceRequest {
  /** The tool of a call, else the JSON-RPC method, else the HTTP method. */
  readonly operation: string;
  readonly token: string | undefined;
  status: number;
}

/** One `WWW-Authenticate` field, or several field lines. */
export type Field = string | string[];

export interface ResourceScript {
  /** `scopes_supported` and other members of the protected resource metadata; `false` for no metadata. */
  metadata?: Record<string, unknown> | false;
  /** Where the metadata is; by default where RFC 9728 §3.1 puts it. */
  metadataPath?: string;
  /** The scope that a 401 names; none by default. */
  asks?: string;
  /** The scope that an operation needs, by name. */
  needs?: Readonly<Record<string, string>>;
  /** What needs a token: calls of tools and whatever `needs` names (the default), or all, `initialize` included. */
  guards?: 'calls' | 'everything';
  /** Whether a token of the authorization server is meant for this server; yes by default. */
  accepts?: (token: string) => boolean;
  /** `WWW-Authenticate` of a 401, in place of one that names the metadata and `asks`. */
  unauthorized?: (request: ResourceRequest, server: ResourceServer) => Field | undefined;
  /** `WWW-Authenticate` of a 403, in place of one that names what is missing. */
  forbidden?: (missing: string, request: ResourceRequest, server: ResourceServer) => Field;
  /** Rejects a request with an HTTP status, whatever its token. */
  rejects?: (request: ResourceRequest) => 401 | 403 | undefined;
  /** A whole response to put on the line as it is, for what `node:http` would not send. */
  raw?: (request: ResourceRequest) => string | undefined;
  /** What a judged request waits for before it is answered. */
  delays?: (request: ResourceRequest) => Promise<unknown> | undefined;
  /** Whether a GET of the MCP endpoint opens a stream; HTTP 405 by default. */
  streams?: boolean;
}

interface Message {
  id?: string | number;
  method?: string;
  params?: { name?: string; protocolVersion?: string };
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** An MCP server on loopback that is there to turn requests away: Streamable HTTP at /mcp, HTTP+SSE at /sse. */
export class ResourceServer {
  readonly requests: ResourceRequest[] = [];
  /** Every path requested. */
  readonly paths: string[] = [];
  readonly #server: LoopbackServer;
  readonly #changes: Changes;
  readonly #streams = new Map<string, ServerResponse>();

  constructor(
    server: LoopbackServer,
    changes: Changes,
    public issuer: ScriptedAuthorizationServer,
    public script: ResourceScript
  ) {
    this.#server = server;
    this.#changes = changes;
    server.serve((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
      });
    });
  }

  get origin(): string {
    return this.#server.origin;
  }

  /** The endpoint of a transport. */
  url(transport: string): URL {
    return new URL(transport === 'sse' ? '/sse' : '/mcp', this.origin);
  }

  metadataUrl(transport: string): string {
    return `${this.origin}${this.script.metadataPath ?? `${WELL_KNOWN}${this.url(transport).pathname}`}`;
  }

  /** How often an operation was asked for. */
  count(operation: string): number {
    return this.requests.filter(request => request.operation === operation).length;
  }

  close(): Promise<void> {
    for (const stream of this.#streams.values()) stream.end();
    return this.#server.close();
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.origin);
    this.paths.push(url.pathname);
    const isMcp = ['/mcp', '/sse', '/messages'].includes(url.pathname);
    if (!isMcp) return this.#describe(url, response);
    const message = incoming.method === 'POST' ? ((await json(incoming)) as Message) : undefined;
    const isCall = message?.method === 'tools/call';
    const request: ResourceRequest = {
      operation: (isCall ? message.params?.name : message?.method) ?? incoming.method ?? '',
      token: incoming.headers.authorization?.replace(/^Bearer /, ''),
      status: 200
    };
    const refusal = this.#judge(request, isCall, url.pathname === '/mcp' ? 'streamable' : 'sse');
    this.requests.push(request);
    this.#changes.notify();
    await this.script.delays?.(request);
    const raw = this.script.raw?.(request);
    if (raw !== undefined) {
      incoming.socket.end(raw);
    } else if (refusal !== undefined) {
      response.writeHead(request.status, { 'content-type': 'text/plain', ...refusal }).end('not with this token');
    } else if (incoming.method === 'GET') {
      this.#openStream(url.pathname, response);
    } else {
      this.#answer(url, message ?? {}, response);
    }
  }

  #describe(url: URL, response: ServerResponse): void {
    const kind = ['streamable', 'sse'].find(transport => this.metadataUrl(transport) === url.href);
    const { metadata, metadataPath } = this.script;
    if (metadata === false || kind === undefined) return void response.writeHead(404).end();
    const resource = metadataPath === undefined ? this.url(kind).href : this.origin;
    const document = { resource, authorization_servers: [this.issuer.issuer], ...metadata };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  }

  /** Decides now, whenever the answer is sent; the header field of a request that is turned away. */
  #judge(request: ResourceRequest, isCall: boolean, transport: string): Record<string, Field> | undefined {
    const { needs = {}, guards = 'calls', accepts, rejects } = this.script;
    const { operation, token } = request;
    const needed = needs[operation];
    if (guards === 'calls' && !isCall && needed === undefined) return undefined;
    const granted = token === undefined || accepts?.(token) === false ? undefined : this.issuer.introspect(token);
    const held = new Set(granted?.scope?.split(' '));
    const missing = (needed ?? '').split(' ').filter(scope => scope !== '' && !held.has(scope));
    const isLacking = missing.length > 0;
    const rejection = rejects?.(request) ?? (granted === undefined ? 401 : isLacking ? 403 : undefined);
    if (rejection === undefined) return undefined;
    request.status = rejection;
    const scope = isLacking ? missing.join(' ') : needed;
    const field = rejection === 401 ? this.#unauthorized(request, transport) : this.#forbidden(request, scope);
    return field === undefined ? {} : { 'www-authenticate': field };
  }

  #unauthorized(request: ResourceRequest, transport: string): Field | undefined {
    const { unauthorized, asks } = this.script;
    if (unauthorized !== undefined) return unauthorized(request, this);
    return bearer({ resource_metadata: this.metadataUrl(transport), scope: asks });
  }

  #forbidden(request: ResourceRequest, scope: string | undefined): Field {
    const { forbidden } = this.script;
    return forbidden?.(scope ?? '', request, this) ?? bearer({ error: 'insufficient_scope', scope });
  }

  #openStream(path: string, response: ServerResponse): void {
    if (path !== '/sse' && this.script.streams !== true) return void response.writeHead(405).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const session = String(this.#streams.size);
    this.#streams.set(session, response);
    if (path === '/sse') response.write(`event: endpoint\ndata: /messages?session=${session}\n\n`);
    else response.flushHeaders();
  }

  #answer(url: URL, message: Message, response: ServerResponse): void {
    const reply = JSON.stringify({ jsonrpc: '2.0', id: message.id, result: resultOf(message) });
    if (message.id === undefined) return void response.writeHead(202).end();
    if (url.pathname === '/mcp') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(reply);
    } else {
      response.writeHead(202).end();
      this.#streams.get(url.searchParams.get('session') ?? '')?.write(`data: ${reply}\n\n`);
    }
  }
}

function bearer(parameters: Record<string, string | undefined>): string {
  const named = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `Bearer ${named.map(([name, value]) => `${name}="${value ?? ''}"`).join(', ')}`;
}

function resultOf({ method, params }: Message): unknown {
  if (method === 'tools/call') return { content: [{ type: 'text', text: `did ${params?.name ?? ''}` }] };
  if (method === 'tools/list') return { tools: [] };
  if (method !== 'initialize') return {};
  return {
    protocolVersion: params?.protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'resource', version: '1.0.0' }
  };
}

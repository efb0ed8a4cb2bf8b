import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import type { AuthorizationServer } from './authorizationServer.js';
import { listenOnLoopback } from './loopback.js';
import { createNotesTools, type Notes } from './notesTools.js';
import { distinctScopes, ScopeGate, type ScopePolicy } from './scopeGate.js';
import { createTokenVerifier } from './tokenVerifier.js';

export interface NotesServerOptions extends Partial<ScopePolicy> {
  authorizationServer: AuthorizationServer;
  /** The `scopes_supported` of the protected resource metadata; `''` leaves it out. */
  scopesSupported?: string;
}

/** One request, as the gate in front of the MCP server saw it. */
interface NotesRequest {
  readonly httpMethod: string;
  readonly operations: readonly string[];
  readonly refusal: 401 | 403 | undefined;
  readonly challengedScope: string | undefined;
}

export interface NotesServer {
  /** The MCP endpoint, which is also the resource identifier. */
  readonly url: string;
  readonly requests: readonly NotesRequest[];
  close(): Promise<void>;
}

const DEFAULT_POLICY: ScopePolicy = {
  connectScope: 'mcp:connect',
  scopes: {
    'tools/list': 'notes:read',
    'tools/call list_notes': 'notes:read',
    'tools/call add_note': 'notes:write',
    'tools/call delete_note': 'notes:admin',
    // Only a token that lost nothing on the way may purge.
    'tools/call purge_notes': 'notes:read notes:write notes:admin'
  }
};

/** An MCP server of both eras, with sessions in the legacy one, each of whose operations needs a scope of its own. */
export async function startNotesServer(options: NotesServerOptions): Promise<NotesServer> {
  const { authorizationServer, connectScope = DEFAULT_POLICY.connectScope, scopes = DEFAULT_POLICY.scopes } = options;
  const server = await listenOnLoopback();
  const url = `${server.origin}/mcp`;
  const metadataPath = '/.well-known/oauth-protected-resource/mcp';
  const verifyToken = createTokenVerifier(authorizationServer, url);
  const gate = new ScopeGate({ connectScope, scopes }, `${server.origin}${metadataPath}`, verifyToken);
  const scopesSupported = options.scopesSupported ?? distinctScopes(connectScope, ...Object.values(scopes)).join(' ');
  const resourceMetadata = {
    resource: url,
    resource_name: 'Notes',
    authorization_servers: [authorizationServer.issuer],
    bearer_methods_supported: ['header'],
    ...(scopesSupported !== '' && { scopes_supported: scopesSupported.split(' ') })
  };
  const notes: Notes = new Map([[1, 'water the plants']]);
  const sessions = new Sessions(notes);
  const modern = createMcpHandler(() => createNotesTools(notes), { legacy: 'reject' });
  const handleModern = toNodeHandler(modern);
  const requests: NotesRequest[] = [];

  async function handleMcp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === 'POST' ? await json(request).catch(() => undefined) : undefined;
    const operations = operationsOf(body);
    const refusal = await gate.check(request, operations);
    requests.push({
      httpMethod: request.method ?? '',
      operations,
      refusal: refusal?.status,
      challengedScope: refusal?.scope
    });
    if (refusal !== undefined) {
      response.setHeader('www-authenticate', refusal.challenge);
      sendJson(response, refusal.status, { error: refusal.status === 401 ? 'invalid_token' : 'insufficient_scope' });
    } else if (await isLegacyRequest(await toWebRequest(request, body), body)) {
      await sessions.handle(request, response, body);
    } else {
      await handleModern(request, response, body);
    }
  }

  server.serve((request, response) => {
    if (request.url === metadataPath) sendJson(response, 200, resourceMetadata);
    else if (request.url !== '/mcp') sendJson(response, 404, { error: 'not_found' });
    else
      handleMcp(request, response).catch((error: unknown) => {
        console.error(error);
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { error: 'server_error' });
      });
  });

  return {
    url,
    requests,
    close: async () => {
      await sessions.close();
      await modern.close();
      await server.close();
    }
  };
}

class Sessions {
  readonly #transports = new Map<string, NodeStreamableHTTPServerTransport>();
  readonly #notes: Notes;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  async handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const transport = id === undefined ? await this.#open() : this.#transports.get(String(id));
    if (transport === undefined) sendJson(response, 404, { error: 'no such session' });
    else await transport.handleRequest(request, response, body);
  }

  async #open(): Promise<NodeStreamableHTTPServerTransport> {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => void this.#transports.set(id, transport),
      onsessionclosed: id => void this.#transports.delete(id)
    });
    await createNotesTools(this.#notes).connect(transport);
    return transport;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map(transport => transport.close()));
  }
}

/** `method`, or `method name` where the method has a name or a URI. */
function operationsOf(body: unknown): string[] {
  return [body].flat().flatMap(message => {
    const { method, params } = (message ?? {}) as { method?: string; params?: { name?: string; uri?: string } };
    if (method === undefined) return [];
    const target = params?.name ?? params?.uri;
    return [target === undefined ? method : `${method} ${target}`];
  });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

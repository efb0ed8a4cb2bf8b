import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { withCors, type CrossOriginServer } from '../support/cors.js';
import { listenOnLoopback } from '../support/loopback.js';
import { ScriptedAuthorizationServer } from '../support/scriptedAuthorizationServer.js';
import { ScriptedResource } from '../support/scriptedResource.js';
import type { Places, Report } from './program.js';

/** The servers that the program goes to, each of an origin of its own. */
export interface RuntimeWorld {
  places: Places;
  authorizationServer: ScriptedAuthorizationServer;
  resource: ScriptedResource;
  /** The headers that pages asked each server to accept. */
  asked: Record<'authorization' | 'legacy' | 'modern', ReadonlySet<string>>;
  /** Fails unless the program did all it had to. */
  expectComplete(report: unknown): void;
}

const schema = { type: 'object', properties: { celsius: { type: 'number' } }, required: ['celsius'] };

/** Serves a tool in the modern era; answers with how to end that. */
function serveModern(server: CrossOriginServer): () => Promise<void> {
  const handler = createMcpHandler(
    () => {
      const peer = new McpServer({ name: 'modern', version: '1.0.0' });
      const inputSchema = z.object({ place: z.string().meta({ 'x-mcp-header': 'Place' }) });
      const outputSchema = z.object({ place: z.string(), celsius: z.number() });
      peer.registerTool('measure', { inputSchema, outputSchema }, async ({ place }, { mcpReq }) => {
        const { progressToken = '' } = mcpReq._meta ?? {};
        for (const progress of [1, 2]) {
          await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress } });
        }
        return { content: [], structuredContent: { place, celsius: 21 } };
      });
      return peer;
    },
    { legacy: 'reject' }
  );
  const handle = toNodeHandler(handler);
  server.serve((request, response) => void handle(request, response));
  return () => handler.close();
}

/** Starts them for the test that is running. `metadataHeaders` are those that pages may send for OAuth documents. */
export async function createRuntimeWorld(
  metadataHeaders: string[] = ['content-type', 'mcp-protocol-version']
): Promise<RuntimeWorld> {
  const cross = async (accepts: string[], exposes?: string[]): Promise<CrossOriginServer> =>
    withCors(await listenOnLoopback(), { accepts, exposes });
  const session = ['content-type', 'mcp-protocol-version', 'mcp-session-id'];
  const servers = {
    authorization: await cross(metadataHeaders),
    legacy: await cross([...session, 'authorization'], ['mcp-session-id', 'www-authenticate']),
    modern: await cross([...session, 'mcp-method', 'mcp-name', 'mcp-param-place'])
  };
  const callback = await cross([]);
  callback.serve((_, response) => response.end('signed in'));
  const authorizationServer = new ScriptedAuthorizationServer(servers.authorization);
  const resource = new ScriptedResource(servers.legacy, authorizationServer);
  resource.script = {
    stream: true,
    needs: { 'tools/list': 'read', 'tools/call write': 'write', '*': 'read' },
    unauthorized: ({ metadataUrl }) => `Bearer resource_metadata="${metadataUrl}", scope="read"`,
    structured: {
      measure: { outputSchema: schema, structuredContent: { celsius: 21 } },
      mismeasure: { outputSchema: schema, structuredContent: { celsius: 'warm' } }
    }
  };
  const closeModern = serveModern(servers.modern);
  onTestFinished(async () => {
    await closeModern();
    for (const server of [resource, authorizationServer, servers.modern, callback]) await server.close();
  });
  const places = {
    legacy: resource.url.href,
    modern: `${servers.modern.origin}/mcp`,
    callback: `${callback.origin}/callback`
  };
  const asked = {
    authorization: servers.authorization.asked,
    legacy: servers.legacy.asked,
    modern: servers.modern.asked
  };
  return {
    places,
    authorizationServer,
    resource,
    asked,
    expectComplete: report => {
      expect(report).toEqual({
        legacy: {
          revision: '2025-11-25',
          tools: ['write', 'measure', 'mismeasure'],
          requested: ['read', 'read write'],
          written: [{ type: 'text', text: 'did write' }],
          measured: { celsius: 21 },
          misfit: expect.stringContaining('The structuredContent of the tool "mismeasure" does not fit') as string,
          errors: []
        },
        modern: {
          revision: '2026-07-28',
          progress: [1, 2],
          answer: { place: 'Köln', celsius: 21 },
          errors: []
        },
        assertionParts: 3
      } satisfies Report);
      expect(authorizationServer.requestedScopes).toEqual(['read', 'read write']);
      const written = resource.requests.filter(({ operation }) => operation === 'tools/call write');
      expect(written.map(({ token }) => authorizationServer.introspect(token)?.scope)).toEqual(['read', 'read write']);
      const ended = resource.requests.filter(({ httpMethod }) => httpMethod === 'DELETE');
      expect(ended.map(({ headers }) => headers['mcp-session-id'])).toEqual(['session-1']);
    }
  };
}

import type { IncomingHttpHeaders } from 'node:http';
import { expect, it } from 'vitest';
import type { Tool } from '@scopeful/client';
import { createWorld, type TransportKind } from '../../support/scriptedWorld.js';
import { connected, startServer } from '../protocol/support.js';

/** Headers of the caller that contradict the protocol's, in another spelling. */
const CONTRARY = {
  'Mcp-Method': 'wrong',
  'MCP-Name': 'wrong',
  'Mcp-Protocol-Version': '1999-01-01',
  'Mcp-Session-Id': 'wrong',
  'Mcp-Param-Region': 'wrong',
  'Content-Type': 'text/plain',
  Accept: 'text/x-mine',
  'X-Own': 'kept'
};

it('Headers of a caller are sent beside those of the protocol, and never in their place', async () => {
  const toolDefinition: Tool = {
    name: 'query',
    inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } }
  };
  const server = await startServer(peer => {
    peer.server.registerCapabilities({ tools: {} });
    peer.server.setRequestHandler('tools/call', () => ({ content: [] }));
  });
  const client = await connected(server);
  await client.callTool({ name: 'query', arguments: { region: 'eu' } }, { toolDefinition, headers: CONTRARY });
  expect(server.received.at(-1)?.headers).toMatchObject({
    'mcp-method': 'tools/call',
    'mcp-name': 'query',
    'mcp-protocol-version': '2026-07-28',
    'mcp-param-region': 'eu',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream, text/x-mine',
    'x-own': 'kept'
  });
  // An argument that is not there has no header, whatever the caller says.
  await client.callTool({ name: 'query', arguments: {} }, { toolDefinition, headers: CONTRARY });
  expect(server.received.at(-1)?.headers['mcp-param-region']).toBeUndefined();
});

it.each<TransportKind>(['streamable', 'sse'])(
  'Over %s there is one authorization header: that of the provider, when there is a token',
  async kind => {
    const world = await createWorld({ transport: kind });
    const { client } = await world.connect();
    const seen: IncomingHttpHeaders[] = [];
    world.rs.script.onRequest = ({ operation, headers }) => {
      if (operation === 'tools/call read') seen.push(headers);
      return undefined;
    };
    await client.callTool(
      { name: 'read' },
      { headers: { authorization: 'Bearer mine', AUTHORIZATION: 'Bearer mine too' } }
    );
    expect(seen.map(({ authorization }) => authorization)).toEqual([
      `Bearer ${world.provider.tokens()?.access_token ?? ''}`
    ]);
  }
);

import { expect, it } from 'vitest';
import { connectedTo, ModernServer } from './support/modernServer.js';
import { caught } from './support/server.js';

const tool = { name: 'a', inputSchema: { type: 'object', properties: { r: { type: 'string', 'x-mcp-header': 'R' } } } };

/** A server that refuses calls until the tools were listed. */
function strict(refusals = 1): ModernServer {
  const server = new ModernServer({
    'tools/list': () => ({ tools: [tool] }),
    'tools/call': () => (refusals-- > 0 ? { error: { code: -32020, message: 'Header mismatch' } } : { content: [] })
  });
  Object.assign(server.other, { hasPerRequestStream: true });
  return server;
}

it('The client lists the tools and calls again when the headers were wrong', async () => {
  const server = strict();
  expect(await (await connectedTo(server)).callTool({ name: 'a', arguments: { r: 'x' } })).toEqual({ content: [] });
  expect(server.methods.slice(1)).toEqual(['tools/call', 'tools/list', 'tools/call']);
});

it('The client calls again once only when the headers stay wrong', async () => {
  const server = strict(5);
  expect(await caught((await connectedTo(server)).callTool({ name: 'a' }))).toMatchObject({ code: -32020 });
  expect(server.methods.filter(method => method === 'tools/call')).toHaveLength(2);
});

it('The client does not call again where the caller knows the tool', async () => {
  const server = strict();
  const call = (await connectedTo(server)).callTool({ name: 'a' }, { toolDefinition: tool as never });
  expect(await caught(call)).toMatchObject({ code: -32020 });
  expect(server.methods.slice(1)).toEqual(['tools/call']);
});

// node inMemoryCalls.mjs PACKAGE ERA CALLS: prints what a tool call costs when the other side costs next to nothing, in
// microseconds of CPU time: the best of some rounds.
import process from 'node:process';

const [name = '', era = '', count = ''] = process.argv.slice(2);
const ROUNDS = 5;
const MODERN = '2026-07-28';
const { Client, InMemoryTransport } = await import(name);

const serverInfo = { name: 'bench', version: '1.0.0' };
const capabilities = { tools: {} };
const results = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities, serverInfo }),
  'server/discover': () => ({
    resultType: 'complete',
    supportedVersions: [MODERN],
    capabilities,
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo }
  }),
  'tools/list': () => ({
    resultType: 'complete',
    tools: [{ name: 'echo', inputSchema: { type: 'object' } }],
    ttlMs: 60_000,
    cacheScope: 'private'
  }),
  'tools/call': () => ({ resultType: 'complete', content: [{ type: 'text', text: 'x' }] })
};

const [near, far] = InMemoryTransport.createLinkedPair();
far.onmessage = ({ id, method, params }) => {
  if (id !== undefined) void far.send({ jsonrpc: '2.0', id, result: results[method](params) });
};
await far.start();
const client = new Client(
  { name: 'bench', version: '1.0.0' },
  era === 'modern' ? { versionNegotiation: { mode: { pin: MODERN } } } : {}
);
await client.connect(near);
await client.listTools();

async function run(calls) {
  for (let call = 0; call < calls; call++) await client.callTool({ name: 'echo', arguments: { text: 'x' } });
}

const calls = Number(count);
await run(calls / 4);
let best = Infinity;
for (let round = 0; round < ROUNDS; round++) {
  const before = process.cpuUsage();
  await run(calls);
  const { user, system } = process.cpuUsage(before);
  best = Math.min(best, (user + system) / calls);
}
await client.close();
console.log(best);

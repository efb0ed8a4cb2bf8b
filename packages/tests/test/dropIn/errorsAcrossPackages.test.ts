import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import * as theirEsm from '@modelcontextprotocol/client';
import { Server } from '@modelcontextprotocol/server';
import * as ours from '@scopeful/client';

const require = createRequire(import.meta.url);
const theirCjs = require('@modelcontextprotocol/client') as typeof theirEsm;
const oursCjs = require('@scopeful/client') as typeof ours;

type ErrorClass = new (...values: never[]) => Error;

/** What an instance of each class that both packages have is made of. */
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  ProtocolError: [-32_001, 'no', { why: 'x' }],
  ResourceNotFoundError: ['file:///x'],
  SdkError: ['REQUEST_TIMEOUT', 'late'],
  SdkHttpError: ['CLIENT_HTTP_FORBIDDEN', 'no', { status: 403 }],
  OAuthError: ['invalid_grant', 'gone'],
  UnauthorizedError: ['sign in']
};

function classOf(module: object, name: string): ErrorClass {
  return Reflect.get(module, name) as ErrorClass;
}

function make(module: object, name: string): Error {
  return new (classOf(module, name))(...(ARGUMENTS[name] as never[]));
}

const copies = { 'our CommonJS': oursCjs, 'their ESM': theirEsm, 'their CommonJS': theirCjs };

describe.each(Object.keys(ARGUMENTS))('%s', name => {
  it.each(Object.entries(copies))('instanceof holds between ours and %s, both ways', (_, other) => {
    expect(make(other, name) instanceof classOf(ours, name)).toBe(true);
    expect(make(ours, name) instanceof classOf(other, name)).toBe(true);
    const elsewhere = name === 'OAuthError' ? 'SdkError' : 'OAuthError';
    expect(make(other, name) instanceof classOf(ours, elsewhere)).toBe(false);
    expect(make(ours, name) instanceof classOf(other, elsewhere)).toBe(false);
  });
});

it('A base class takes in errors of derived ones of the other package, and no plain errors', () => {
  expect(make(theirEsm, 'SdkHttpError') instanceof ours.SdkError).toBe(true);
  expect(make(ours, 'SdkHttpError') instanceof theirEsm.SdkError).toBe(true);
  expect(new Error('plain') instanceof ours.SdkError).toBe(false);
  class Own extends ours.SdkError {}
  const own = new Own(ours.SdkErrorCode.SendFailed, 'x');
  expect(own instanceof theirEsm.SdkError).toBe(true);
  expect(make(ours, 'SdkError') instanceof Own).toBe(false);
});

it('Brands are no part of what an error shows', () => {
  const error = make(ours, 'ProtocolError');
  expect(Object.keys(error)).not.toContain('brands');
  expect(Object.getOwnPropertyDescriptor(error, Symbol.for('mcp.sdk.errorBrands'))?.enumerable).toBe(false);
});

/** A client of ours and an official server, in memory, which asks the client for its roots. */
async function ask(fails: () => unknown): Promise<unknown> {
  const [here, there] = ours.InMemoryTransport.createLinkedPair();
  const server = new Server({ name: 'asks', version: '1.0.0' }, { capabilities: {} });
  const client = new ours.Client({ name: 'test', version: '1.0.0' }, { capabilities: { roots: {} } });
  client.setRequestHandler('roots/list', () => {
    throw fails();
  });
  await Promise.all([server.connect(there as never), client.connect(here)]);
  try {
    return await server.listRoots().catch((error: unknown) => error);
  } finally {
    await client.close();
  }
}

describe('what a handler throws', () => {
  it('A protocol error of the official package keeps its code and data', async () => {
    const thrown = () => new theirEsm.ProtocolError(-32_042, 'go there first', { elicitations: [] });
    await expect(ask(thrown)).resolves.toMatchObject({ code: -32_042, data: { elicitations: [] } });
  });

  it('Anything with an integer code keeps it, and anything else is an internal error', async () => {
    const thrown = () => Object.assign(new Error('quota'), { code: -31_999, data: { left: 0 } });
    await expect(ask(thrown)).resolves.toMatchObject({ code: -31_999, data: { left: 0 } });
    await expect(ask(() => Object.assign(new Error('io'), { code: 'EIO' }))).resolves.toMatchObject({ code: -32_603 });
  });
});

it('A gateway of our client and an official server hands on the protocol errors of the inner server', async () => {
  const inner = new Server({ name: 'inner', version: '1.0.0' }, { capabilities: { tools: {} } });
  inner.setRequestHandler('tools/call', () => {
    throw new theirEsm.ProtocolError(-32_042, 'go there first', { elicitations: [{ url: 'https://x.example/' }] });
  });
  const [a, b] = ours.InMemoryTransport.createLinkedPair();
  const client = new ours.Client({ name: 'gateway', version: '1.0.0' });
  await Promise.all([inner.connect(b as never), client.connect(a)]);
  const gateway = new Server({ name: 'gateway', version: '1.0.0' }, { capabilities: { tools: {} } });
  gateway.setRequestHandler('tools/call', request => client.callTool(request.params) as never);
  const [c, d] = ours.InMemoryTransport.createLinkedPair();
  const outer = new theirEsm.Client({ name: 'outer', version: '1.0.0' });
  await Promise.all([gateway.connect(d as never), outer.connect(c as never)]);
  await expect(outer.callTool({ name: 'x' })).rejects.toMatchObject({
    code: -32_042,
    data: { elicitations: [{ url: 'https://x.example/' }] }
  });
  await outer.close();
  await client.close();
});

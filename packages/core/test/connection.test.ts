import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ProtocolError, ProtocolErrorCode, SdkErrorCode } from '../src/errors.js';
import { InMemoryTransport } from '../src/jsonrpc/inMemory.js';
import { caught, connect, connectOver, Peer, ScriptedTransport, turn } from './support/peer.js';

describe('a request', () => {
  it('A request resolves to the very result that was received', async () => {
    const { connection, peer } = await connect();
    const result = { tools: [], more: true };
    peer.answer = () => ({ result });
    expect(await connection.send({ method: 'tools/list' })).toBe(result);
  });

  it('A request resolves to what a schema of the caller makes of the result', async () => {
    const { connection, peer } = await connect();
    peer.answer = () => ({ result: { count: '3', rest: 1 } });
    const schema = z.object({ count: z.pipe(z.string(), z.transform(Number)) });
    expect(await connection.send({ method: 'acme/count' }, schema)).toEqual({ count: 3 });
  });

  it('A request waits for a schema that answers later', async () => {
    const { connection, peer } = await connect();
    peer.answer = () => ({ result: {} });
    const schema = z.looseObject({}).check(z.refine(() => Promise.resolve(false), 'never right'));
    await expect(connection.send({ method: 'acme/later' }, schema)).rejects.toThrow('never right');
  });

  it('A request needs a schema when MCP does not define its method', async () => {
    const { connection, peer } = await connect();
    const error = await caught(connection.send({ method: 'acme/count' as 'ping' }));
    expect(error).toBeInstanceOf(TypeError);
    expect(peer.received).toEqual([]);
  });

  it('A request sends params as they are', async () => {
    const { connection, peer } = await connect();
    const params = { name: 'a' };
    peer.answer = () => ({ result: { content: [] } });
    await connection.send({ method: 'tools/call', params });
    expect(peer.requests[0]?.params).toBe(params);
  });

  it('A connection numbers its messages from the id it was given', async () => {
    const { connection, peer } = await connect({ firstId: 7 });
    peer.answer = () => ({ result: {} });
    await connection.send({ method: 'ping' });
    await connection.send({ method: 'ping' });
    expect(peer.requests.map(request => request.id)).toEqual([7, 8]);
    expect(connection.nextId).toBe(9);
  });

  it('A request rejects with the error that the peer answers', async () => {
    const { connection, peer } = await connect();
    peer.answer = () => ({ error: { code: -32602, message: 'no such tool', data: { name: 'a' } } });
    const error = await caught(connection.send({ method: 'tools/list' }));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: -32602, message: 'no such tool', data: { name: 'a' } });
  });

  it('A request rejects a result that does not fit, naming method and path', async () => {
    const { connection, peer } = await connect();
    peer.answer = () => ({ result: { tools: [{ name: 1 }] } });
    const error = await caught(connection.send({ method: 'tools/list' }));
    expect(error).toMatchObject({ code: SdkErrorCode.InvalidResult });
    expect((error as Error).message).toMatch(/^Invalid result for tools\/list: tools\.0\.name: expected string/);
  });

  it('A request rejects when its response has neither a result object nor an error', async () => {
    const { connection, peer } = await connect();
    peer.answer = () => ({ result: null });
    const error = await caught(connection.send({ method: 'ping' }));
    expect(error).toMatchObject({ code: SdkErrorCode.InvalidResult });
  });

  it('A request rejects with the very error of the transport', async () => {
    const transport = new ScriptedTransport();
    const { connection } = await connectOver(transport);
    const failure = new Error('401');
    transport.onsend = () => Promise.reject(failure);
    expect(await caught(connection.send({ method: 'ping' }))).toBe(failure);
  });

  it('A request rejects with what a transport throws', async () => {
    const transport = new ScriptedTransport();
    const { connection } = await connectOver(transport);
    const failure = new Error('broken');
    transport.onsend = () => {
      throw failure;
    };
    expect(await caught(connection.send({ method: 'ping' }))).toBe(failure);
  });

  it('A request hands the transport its options', async () => {
    const transport = new ScriptedTransport();
    const { connection } = await connectOver(transport);
    const given = {
      headers: { a: 'b' },
      resumptionToken: 't',
      onresumptiontoken: () => undefined,
      relatedRequestId: 1
    };
    void caught(connection.send({ method: 'ping' }, given));
    expect(transport.sent[0]?.options).toMatchObject(given);
    await connection.close();
  });
});

describe('a response', () => {
  it.each([
    ['an unknown id', 99],
    ['the string of a number', '0']
  ])('A response with %s is reported and answers nobody', async (_what, id) => {
    const { connection, peer, errors } = await connect();
    const pending = connection.send({ method: 'ping' });
    await turn();
    peer.send({ id, result: {} });
    await turn();
    expect(errors).toEqual([expect.objectContaining({ code: SdkErrorCode.InvalidResult })]);
    peer.send({ id: 0, result: {} });
    expect(await pending).toEqual({});
  });

  it('A response without an id is reported when it is an error', async () => {
    const { peer, errors } = await connect();
    peer.send({ error: { code: -32700, message: 'unreadable' } });
    await turn();
    expect(errors).toEqual([expect.objectContaining({ code: -32700, message: 'unreadable' })]);
  });

  it('A response to a request that was given up is ignored', async () => {
    const { connection, peer, errors } = await connect();
    const controller = new AbortController();
    const pending = caught(connection.send({ method: 'ping' }, { signal: controller.signal }));
    controller.abort();
    await pending;
    peer.send({ id: 0, result: {} });
    await turn();
    expect(errors).toEqual([]);
  });

  it('A response that is not JSON-RPC is reported', async () => {
    const { peer, errors } = await connect();
    peer.send({ jsonrpc: '1.0', id: 0, result: {} });
    await turn();
    expect(errors).toEqual([expect.objectContaining({ code: ProtocolErrorCode.InvalidRequest })]);
  });
});

describe('a notification', () => {
  it('A notification is sent once for several in a tick when it is debounced', async () => {
    const { connection, peer } = await connect({ debouncedNotificationMethods: ['acme/changed'] });
    for (let i = 0; i < 3; i++) void connection.notification({ method: 'acme/changed' });
    await turn();
    expect(peer.notifications).toHaveLength(1);
    void connection.notification({ method: 'acme/changed' });
    await turn();
    expect(peer.notifications).toHaveLength(2);
  });

  it('A notification with params is sent each time, debounced or not', async () => {
    const { connection, peer } = await connect({ debouncedNotificationMethods: ['acme/changed'] });
    void connection.notification({ method: 'acme/changed', params: { a: 1 } });
    void connection.notification({ method: 'acme/changed', params: { a: 2 } });
    await turn();
    expect(peer.notifications.map(({ params }) => params)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('A notification that is debounced is not sent after closing', async () => {
    const { connection, peer } = await connect({ debouncedNotificationMethods: ['acme/changed'] });
    void connection.notification({ method: 'acme/changed' });
    await connection.close();
    await turn();
    expect(peer.received).toEqual([]);
  });
});

describe('closing', () => {
  it.each(['this', 'the other'])('Closing from %s side rejects every pending request', async side => {
    const { connection, peer } = await connect();
    const errors = Promise.all([
      caught(connection.send({ method: 'tools/list' })),
      caught(connection.send({ method: 'ping' }))
    ]);
    await (side === 'this' ? connection.close() : peer.transport.close());
    expect(await errors).toMatchObject([
      { code: SdkErrorCode.ConnectionClosed, message: 'The connection closed before tools/list was answered' },
      { code: SdkErrorCode.ConnectionClosed, message: 'The connection closed before ping was answered' }
    ]);
  });

  it('Closing says why, where the transport knows', async () => {
    const transport = new ScriptedTransport();
    const { connection, handlers } = await connectOver(transport);
    let told: unknown;
    handlers.requests.set('acme/slow', async (_request, { mcpReq }) => {
      await new Promise(resolve => mcpReq.signal.addEventListener('abort', resolve));
      told = mcpReq.signal.reason;
      return {};
    });
    const pending = caught(connection.send({ method: 'ping' }));
    transport.onmessage?.({ jsonrpc: '2.0', id: 1, method: 'acme/slow' });
    const closeReason = new Error('the server caught fire');
    Object.assign(transport, { closeReason });
    await transport.close();
    const code = SdkErrorCode.ConnectionClosed;
    const message = 'The connection closed before ping was answered: the server caught fire';
    expect(await pending).toMatchObject({ code, message, cause: closeReason });
    await turn();
    expect(told).toMatchObject({ code, cause: closeReason });
  });

  it('Closing aborts the handlers that run, and sends nothing of theirs', async () => {
    const { connection, handlers, peer } = await connect();
    const signals: AbortSignal[] = [];
    handlers.requests.set('acme/slow', async (_request, { mcpReq }) => {
      signals.push(mcpReq.signal);
      await turn();
      return {};
    });
    peer.send({ id: 1, method: 'acme/slow' });
    await Promise.resolve();
    await connection.close();
    await turn();
    await turn();
    expect([signals[0]?.aborted, peer.received]).toEqual([true, []]);
  });

  it('Closing rejects what is sent afterwards', async () => {
    const { connection } = await connect();
    await connection.close();
    const errors = [connection.send({ method: 'ping' }), connection.notification({ method: 'acme/x' })].map(caught);
    expect(await Promise.all(errors)).toMatchObject([
      { code: SdkErrorCode.NotConnected },
      { code: SdkErrorCode.NotConnected }
    ]);
  });

  it('Closing calls onclose once', async () => {
    let calls = 0;
    const { connection } = await connect({ onclose: () => calls++ });
    await Promise.all([connection.close(), connection.close()]);
    expect(calls).toBe(1);
  });

  it('Closing calls onclose also when the transport forgets to', async () => {
    let calls = 0;
    const transport = new ScriptedTransport();
    transport.close = () => Promise.resolve();
    const { connection } = await connectOver(transport, { onclose: () => calls++ });
    await connection.close();
    expect(calls).toBe(1);
  });
});

describe('the callbacks of a transport', () => {
  it('The callbacks of a transport that its user had set are called first, and put back at the end', async () => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const peer = new Peer(theirs);
    const calls: string[] = [];
    const onclose = (): void => void calls.push('user closed');
    const onmessage = (): void => void calls.push('user message');
    Object.assign(ours, { onclose, onmessage });
    await theirs.start();
    const { connection, handlers } = await connectOver(ours, { onclose: () => calls.push('closed') });
    handlers.notifications.set('acme/news', () => void calls.push('message'));
    peer.send({ method: 'acme/news' });
    await turn();
    await connection.close();
    expect(calls).toEqual(['user message', 'message', 'user closed', 'closed']);
    expect([ours.onclose, ours.onmessage, ours.onerror]).toEqual([onclose, onmessage, undefined]);
  });

  it('The callbacks of a transport pass its errors on', async () => {
    const { ours, errors } = await connect();
    const failure = new Error('stream lost');
    ours.onerror?.(failure);
    expect(errors).toEqual([failure]);
  });
});

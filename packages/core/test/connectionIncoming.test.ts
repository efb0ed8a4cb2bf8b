import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ProtocolError, ProtocolErrorCode } from '../src/errors.js';
import type { BaseContext } from '../src/jsonrpc/context.js';
import { caught, connect, connectOver, ScriptedTransport, turn } from './support/peer.js';

describe("a peer's request", () => {
  it("A peer's request is answered with what its handler returns", async () => {
    const { handlers, peer } = await connect();
    handlers.requests.set('acme/add', ({ params }) => Promise.resolve({ sum: Number(params?.['a']) + 1 }));
    peer.send({ id: 'x', method: 'acme/add', params: { a: 2 } });
    await turn();
    expect(peer.responses).toEqual([{ jsonrpc: '2.0', id: 'x', result: { sum: 3 } }]);
  });

  it("A peer's request to ping is answered without a handler", async () => {
    const { peer } = await connect();
    peer.send({ id: 1, method: 'ping' });
    await turn();
    expect(peer.responses).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
  });

  it("A peer's request of an unknown method is answered with -32601", async () => {
    const { peer } = await connect();
    peer.send({ id: 1, method: 'acme/nothing' });
    await turn();
    expect(peer.responses).toEqual([
      { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found: acme/nothing' } }
    ]);
  });

  it("A peer's request of an unknown method goes to the fallback", async () => {
    const { handlers, peer } = await connect();
    handlers.fallbackRequest = ({ method }) => Promise.resolve({ method });
    peer.send({ id: 1, method: 'acme/nothing' });
    await turn();
    expect(peer.responses).toEqual([{ jsonrpc: '2.0', id: 1, result: { method: 'acme/nothing' } }]);
  });

  it("A peer's request keeps the code and data of a ProtocolError", async () => {
    const { handlers, peer } = await connect();
    handlers.requests.set('acme/fail', () => Promise.reject(new ProtocolError(-32042, 'visit this', { url: 'x' })));
    peer.send({ id: 1, method: 'acme/fail' });
    await turn();
    expect(peer.responses).toMatchObject([{ error: { code: -32042, message: 'visit this', data: { url: 'x' } } }]);
  });

  it.each([
    ['an error', new Error('boom'), 'boom'],
    ['something else', 'boom', 'boom']
  ])("A peer's request is answered with -32603 when its handler throws %s", async (_what, thrown, message) => {
    const { handlers, peer } = await connect();
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- users throw what they like
    handlers.requests.set('acme/fail', () => Promise.reject(thrown));
    peer.send({ id: 1, method: 'acme/fail' });
    await turn();
    expect(peer.responses).toEqual([{ jsonrpc: '2.0', id: 1, error: { code: -32603, message } }]);
  });

  it("A peer's request is answered with -32603 when its handler returns nothing", async () => {
    const { handlers, peer } = await connect();
    handlers.requests.set('acme/void', () => Promise.resolve(undefined as never));
    peer.send({ id: 1, method: 'acme/void' });
    await turn();
    expect(peer.responses).toMatchObject([{ id: 1, error: { code: -32603 } }]);
  });

  it("A peer's request that is cancelled aborts its handler and is not answered", async () => {
    const { handlers, peer } = await connect();
    let reason: unknown;
    handlers.requests.set(
      'acme/slow',
      (_request, { mcpReq }) =>
        new Promise(resolve => {
          mcpReq.signal.addEventListener('abort', () => {
            reason = mcpReq.signal.reason;
            resolve({});
          });
        })
    );
    peer.send({ id: 1, method: 'acme/slow' });
    peer.send({ method: 'notifications/cancelled', params: { requestId: 1, reason: 'too slow' } });
    await turn();
    expect(reason).toMatchObject({ name: 'AbortError', message: 'too slow' });
    expect(peer.responses).toEqual([]);
  });

  it.each([
    ['an unknown request', { requestId: 99 }],
    ['nothing', undefined]
  ])('a cancellation of %s is ignored', async (_what, params) => {
    const { peer, errors } = await connect();
    peer.send({ method: 'notifications/cancelled', params });
    await turn();
    expect(errors).toEqual([]);
  });

  it('A connection reports when it cannot send its response to a request of the peer', async () => {
    const transport = new ScriptedTransport();
    const { errors } = await connectOver(transport);
    transport.onsend = () => Promise.reject(new Error('503'));
    transport.onmessage?.({ jsonrpc: '2.0', id: 1, method: 'ping' });
    await turn();
    expect(errors.map(error => error.message)).toEqual(['503']);
  });

  describe('tells its handler', () => {
    const contextOf = async (transport: ScriptedTransport, request: object, extra?: object) => {
      const { connection, handlers } = await connectOver(transport);
      const contexts: BaseContext[] = [];
      handlers.requests.set('acme/ask', (_request, context) => {
        contexts.push(context);
        return Promise.resolve({});
      });
      const deliver = transport.onmessage as (message: object, extra?: object) => void;
      deliver({ jsonrpc: '2.0', id: 5, method: 'acme/ask', ...request }, extra);
      await turn();
      return { connection, context: contexts[0] as BaseContext };
    };

    it('A request of the peer tells its handler id, method, _meta and session', async () => {
      const transport = Object.assign(new ScriptedTransport(), { sessionId: 's' });
      const { context } = await contextOf(transport, { params: { _meta: { progressToken: 'p' } } });
      expect(context).toMatchObject({
        sessionId: 's',
        mcpReq: { id: 5, method: 'acme/ask', _meta: { progressToken: 'p' } }
      });
    });

    it('A request of the peer tells its handler the access token that came with it', async () => {
      const authInfo = { token: 't', clientId: 'c', scopes: [] };
      const { context } = await contextOf(new ScriptedTransport(), {}, { authInfo });
      expect(context.http?.authInfo).toBe(authInfo);
    });

    it('A request of the peer tells its handler how to send what belongs to it', async () => {
      const transport = new ScriptedTransport();
      const { connection, context } = await contextOf(transport, {});
      await context.mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data: 1 } });
      void caught(context.mcpReq.send({ method: 'ping' }));
      void caught(context.mcpReq.send({ method: 'acme/other' }, z.looseObject({}), { headers: { a: 'b' } }));
      expect(transport.sent.slice(1).map(({ options }) => options?.relatedRequestId)).toEqual([5, 5, 5]);
      await connection.close();
    });
  });
});

describe("a peer's notification", () => {
  it("A peer's notification reaches its handler", async () => {
    const { handlers, peer } = await connect();
    const seen: unknown[] = [];
    handlers.notifications.set('acme/news', ({ params }) => void seen.push(params));
    peer.send({ method: 'acme/news', params: { a: 1 } });
    await turn();
    expect(seen).toEqual([{ a: 1 }]);
  });

  it("A peer's notification without a handler goes to the fallback", async () => {
    const { handlers, peer } = await connect();
    const seen: string[] = [];
    handlers.fallbackNotification = ({ method }) => void seen.push(method);
    peer.send({ method: 'acme/news' });
    peer.send({ method: 'notifications/cancelled', params: { requestId: 1 } });
    await turn();
    expect(seen).toEqual(['acme/news']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('boom');
      }
    ],
    ['rejects', () => Promise.reject(new Error('boom'))]
  ])("A peer's notification whose handler %s is reported", async (_what, handler) => {
    const { handlers, peer, errors } = await connect();
    handlers.notifications.set('acme/news', handler);
    peer.send({ method: 'acme/news' });
    await turn();
    expect(errors.map(error => error.message)).toEqual(['boom']);
  });
});

describe('progress', () => {
  it('Progress is asked for with the request id, beside the params and _meta of the caller', async () => {
    const { connection, peer } = await connect();
    const params = { name: 'a', _meta: { trace: 'x' } };
    void caught(connection.send({ method: 'tools/call', params }, { onprogress: () => undefined }));
    await turn();
    expect(peer.requests[0]?.params).toEqual({ name: 'a', _meta: { trace: 'x', progressToken: 0 } });
    expect(params._meta).toEqual({ trace: 'x' });
    await connection.close();
  });

  it('Progress reaches the request that asked for it, in order, without its token', async () => {
    const { connection, peer } = await connect();
    const seen: unknown[] = [];
    const result = connection.send({ method: 'ping' }, { onprogress: progress => seen.push(progress) });
    await turn();
    peer.send({ method: 'notifications/progress', params: { progressToken: 0, progress: 1, total: 2 } });
    peer.send({
      method: 'notifications/progress',
      params: { progressToken: 0, progress: 2, total: 2, message: 'done' }
    });
    peer.send({ id: 0, result: {} });
    await result;
    expect(seen).toEqual([
      { progress: 1, total: 2 },
      { progress: 2, total: 2, message: 'done' }
    ]);
  });

  it('Progress after the response is ignored', async () => {
    const { connection, peer, errors } = await connect();
    const seen: unknown[] = [];
    peer.answer = () => ({ result: {} });
    await connection.send({ method: 'ping' }, { onprogress: progress => seen.push(progress) });
    peer.send({ method: 'notifications/progress', params: { progressToken: 0, progress: 1 } });
    await turn();
    expect([seen, errors]).toEqual([[], []]);
  });

  it.each([
    ['for a token nobody has', { progressToken: 'x', progress: 1 }],
    ['without a number', { progressToken: 0, progress: 'half' }]
  ])('%s is reported', async (_what, params) => {
    const { peer, errors } = await connect();
    peer.send({ method: 'notifications/progress', params });
    await turn();
    expect(errors).toEqual([expect.objectContaining({ code: ProtocolErrorCode.InvalidParams })]);
  });

  it('Progress for a token of its own reaches a handler of the user', async () => {
    const { handlers, peer, errors } = await connect();
    const seen: unknown[] = [];
    handlers.notifications.set('notifications/progress', ({ params }) => void seen.push(params));
    peer.send({ method: 'notifications/progress', params: { progressToken: 'mine', progress: 1 } });
    await turn();
    expect([seen, errors]).toEqual([[{ progressToken: 'mine', progress: 1 }], []]);
  });

  it('Progress whose callback throws is reported, and the request goes on', async () => {
    const { connection, peer, errors } = await connect();
    const result = connection.send(
      { method: 'ping' },
      {
        onprogress: () => {
          throw new Error('boom');
        }
      }
    );
    await turn();
    peer.send({ method: 'notifications/progress', params: { progressToken: 0, progress: 1 } });
    peer.send({ id: 0, result: {} });
    expect(await result).toEqual({});
    expect(errors.map(error => error.message)).toEqual(['boom']);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SdkErrorCode } from '../src/errors.js';
import type { RequestOptions } from '../src/jsonrpc/requestOptions.js';
import { caught, connect, connectOver, ScriptedTransport, turn } from './support/peer.js';

describe('a timeout', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('A timeout rejects after 60 seconds unless told otherwise', async () => {
    const { connection } = await connect();
    const error = caught(connection.send({ method: 'tools/list' }));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await error).toMatchObject({ code: SdkErrorCode.RequestTimeout, data: { timeout: 60_000 } });
  });

  it('A timeout tells the peer', async () => {
    const { connection, peer } = await connect();
    const error = caught(connection.send({ method: 'tools/list' }, { timeout: 100 }));
    await vi.advanceTimersByTimeAsync(100);
    const { message } = (await error) as Error;
    expect(peer.notifications).toEqual([
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 0, reason: message } }
    ]);
  });

  it('A timeout of initialize does not cancel it', async () => {
    const { connection, peer } = await connect();
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } };
    const error = caught(connection.send({ method: 'initialize', params }, { timeout: 100 }));
    await vi.advanceTimersByTimeAsync(100);
    expect(await error).toMatchObject({ code: SdkErrorCode.RequestTimeout });
    expect(peer.notifications).toEqual([]);
  });

  it('A timeout leaves no timer behind when the response came', async () => {
    const { connection, peer } = await connect();
    peer.answer = () => ({ result: {} });
    await connection.send({ method: 'ping' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('A timeout is not put off by progress unless asked to', async () => {
    const { connection, peer } = await connect();
    const error = caught(connection.send({ method: 'ping' }, { timeout: 100, onprogress: () => undefined }));
    await vi.advanceTimersByTimeAsync(80);
    peer.send({ method: 'notifications/progress', params: { progressToken: 0, progress: 1 } });
    await vi.advanceTimersByTimeAsync(20);
    expect(await error).toMatchObject({ code: SdkErrorCode.RequestTimeout });
  });

  it('A timeout starts anew with progress when asked to', async () => {
    const { connection, peer } = await connect();
    const options = { timeout: 100, resetTimeoutOnProgress: true, onprogress: () => undefined };
    const error = caught(connection.send({ method: 'ping' }, options));
    for (let i = 0; i < 3; i++) {
      await vi.advanceTimersByTimeAsync(80);
      peer.send({ method: 'notifications/progress', params: { progressToken: 0, progress: i } });
    }
    await vi.advanceTimersByTimeAsync(99);
    expect(peer.notifications).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await error).toMatchObject({ code: SdkErrorCode.RequestTimeout, data: { timeout: 100 } });
  });

  it('A timeout comes at maxTotalTimeout however much progress there is', async () => {
    const { connection, peer } = await connect();
    const options = { timeout: 100, maxTotalTimeout: 150, resetTimeoutOnProgress: true, onprogress: () => undefined };
    const error = caught(connection.send({ method: 'ping' }, options));
    await vi.advanceTimersByTimeAsync(80);
    peer.send({ method: 'notifications/progress', params: { progressToken: 0, progress: 1 } });
    await vi.advanceTimersByTimeAsync(70);
    expect(await error).toMatchObject({ data: { timeout: 100, maxTotalTimeout: 150 } });
  });

  it('A timeout longer than a timer can take does not fire at once', async () => {
    const { connection } = await connect();
    let error: unknown;
    void caught(connection.send({ method: 'ping' }, { timeout: 2 ** 31 + 1000 })).then(
      caughtError => (error = caughtError)
    );
    await vi.advanceTimersByTimeAsync(2 ** 31);
    expect(error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1000);
    expect(error).toMatchObject({ code: SdkErrorCode.RequestTimeout });
  });
});

describe("the caller's signal", () => {
  it("The caller's signal rejects the request with its reason and tells the peer", async () => {
    const { connection, peer } = await connect();
    const controller = new AbortController();
    const error = caught(connection.send({ method: 'tools/list' }, { signal: controller.signal }));
    const reason = new Error('changed my mind');
    controller.abort(reason);
    expect(await error).toBe(reason);
    await turn();
    expect(peer.notifications.map(({ params }) => params)).toEqual([{ requestId: 0, reason: 'changed my mind' }]);
  });

  it("The caller's signal rejects with an AbortError when it has no reason", async () => {
    const { connection } = await connect();
    const controller = new AbortController();
    const error = caught(connection.send({ method: 'tools/list' }, { signal: controller.signal }));
    controller.abort();
    expect(await error).toMatchObject({ name: 'AbortError' });
  });

  it('A signal that the caller aborted beforehand lets nothing be sent', async () => {
    const { connection, peer } = await connect();
    const reason = new Error('never mind');
    expect(await caught(connection.send({ method: 'ping' }, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    await turn();
    expect(peer.received).toEqual([]);
  });

  it("The caller's signal does not cancel initialize", async () => {
    const { connection, peer } = await connect();
    const controller = new AbortController();
    const error = caught(connection.send({ method: 'initialize', params: {} }, { signal: controller.signal }));
    controller.abort();
    await error;
    await turn();
    expect(peer.notifications).toEqual([]);
  });

  it("The caller's signal keeps no listener once the requests are settled", async () => {
    const { connection, peer } = await connect();
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    peer.answer = () => ({ result: {} });
    await Promise.all(Array.from({ length: 20 }, () => connection.send({ method: 'ping' }, { signal })));
    expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([1, 1]);
  });

  it("The caller's signal shared by many requests rejects them all", async () => {
    const { connection } = await connect();
    const controller = new AbortController();
    const errors = Promise.all(
      Array.from({ length: 20 }, () => caught(connection.send({ method: 'ping' }, { signal: controller.signal })))
    );
    const reason = new Error('all of you');
    controller.abort(reason);
    expect(new Set(await errors)).toEqual(new Set([reason]));
  });
});

describe("the transport's signal", () => {
  const pendingSend = async () => {
    const transport = new ScriptedTransport();
    const { connection } = await connectOver(transport);
    transport.onsend = () => new Promise(() => undefined);
    const aborted = (): boolean | undefined => transport.sent[0]?.options?.requestSignal?.aborted;
    return { transport, connection, aborted };
  };

  it("The transport's signal aborts after the cancellation was sent", async () => {
    const { transport, connection } = await pendingSend();
    const controller = new AbortController();
    const error = caught(connection.send({ method: 'tools/list' }, { signal: controller.signal }));
    const order: string[] = [];
    transport.sent[0]?.options?.requestSignal?.addEventListener('abort', () => order.push('abort'));
    transport.onsend = () => {
      order.push('cancelled');
      return Promise.resolve();
    };
    controller.abort();
    await error;
    expect(order).toEqual(['cancelled', 'abort']);
  });

  it("The transport's signal aborts when the connection closes, so that a waiting send ends", async () => {
    const { connection, aborted } = await pendingSend();
    const error = caught(connection.send({ method: 'tools/list' }));
    expect(aborted()).toBe(false);
    await connection.close();
    await error;
    expect(aborted()).toBe(true);
  });

  it("The transport's signal does not abort when the response came", async () => {
    const { transport, connection, aborted } = await pendingSend();
    const result = connection.send({ method: 'ping' });
    transport.onmessage?.({ jsonrpc: '2.0', id: 0, result: {} });
    await result;
    expect(aborted()).toBe(false);
  });

  it("The transport's signal follows the caller's requestSignal, which disconnects without cancelling", async () => {
    const { transport, connection, aborted } = await pendingSend();
    const controller = new AbortController();
    const reason = new Error('hang up');
    const error = caught(connection.send({ method: 'tools/list' }, { requestSignal: controller.signal }));
    expect(aborted()).toBe(false);
    controller.abort(reason);
    expect(await error).toBe(reason);
    expect([aborted(), transport.sent.length]).toEqual([true, 1]);
  });
});

describe('the end of a response stream', () => {
  it('The end of a response stream rejects a request that still waits', async () => {
    const transport = new ScriptedTransport();
    const { connection } = await connectOver(transport);
    const error = caught(connection.send({ method: 'tools/list' }));
    transport.sent[0]?.options?.onRequestStreamEnd?.();
    expect(await error).toMatchObject({
      code: SdkErrorCode.ConnectionClosed,
      message: 'The response stream of tools/list ended without a response'
    });
    expect(transport.sent).toHaveLength(1);
  });

  it('The end of a response stream after the response changes nothing', async () => {
    const transport = new ScriptedTransport();
    const { connection, errors } = await connectOver(transport);
    const heard: string[] = [];
    const result = connection.send({ method: 'ping' }, { onRequestStreamEnd: () => heard.push('end') });
    transport.onmessage?.({ jsonrpc: '2.0', id: 0, result: {} });
    transport.sent[0]?.options?.onRequestStreamEnd?.();
    expect(await result).toEqual({});
    expect([heard, errors]).toEqual([['end'], []]);
  });
});

describe('a timeout that is held, because a person is waited for (R35)', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  async function held(options: RequestOptions): Promise<{
    error: Promise<unknown>;
    isOver: () => boolean;
    hold: () => () => void;
    transport: ScriptedTransport;
  }> {
    const transport = new ScriptedTransport();
    const { connection } = await connectOver(transport);
    let over = false;
    const error = caught(connection.send({ method: 'ping' }, options)).finally(() => (over = true));
    const sent = transport.sent[0]?.options;
    // A transport that holds it has an HTTP request of its own, and asks for its signal.
    expect(sent?.requestSignal?.aborted).toBe(false);
    return { error, isOver: () => over, hold: () => sent?.holdTimeout?.() ?? (() => undefined), transport };
  }

  it('A timeout that is held stands still, and goes on with what was left', async () => {
    const { error, isOver, hold } = await held({ timeout: 100 });
    await vi.advanceTimersByTimeAsync(60);
    const release = hold();
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(isOver()).toBe(false);
    release();
    await vi.advanceTimersByTimeAsync(39);
    expect(isOver()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await error).toMatchObject({ code: SdkErrorCode.RequestTimeout, data: { timeout: 100 } });
  });

  it('A timeout that is held stands still until everybody who holds it has let it go, once each', async () => {
    const { isOver, hold } = await held({ timeout: 100 });
    const [first, second] = [hold(), hold()];
    first();
    first();
    await vi.advanceTimersByTimeAsync(1000);
    expect(isOver()).toBe(false);
    second();
    await vi.advanceTimersByTimeAsync(100);
    expect(isOver()).toBe(true);
  });

  it('A timeout that is held is not started by progress', async () => {
    const { isOver, hold, transport } = await held({
      timeout: 100,
      resetTimeoutOnProgress: true,
      onprogress: () => undefined
    });
    const release = hold();
    const progress = { progressToken: 0, progress: 1 };
    transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/progress', params: progress });
    await vi.advanceTimersByTimeAsync(1000);
    expect(isOver()).toBe(false);
    release();
    await vi.advanceTimersByTimeAsync(100);
    expect(isOver()).toBe(true);
  });

  it('A timeout that is held does not hold the total', async () => {
    const { error, hold } = await held({ timeout: 100, maxTotalTimeout: 300 });
    hold();
    await vi.advanceTimersByTimeAsync(300);
    expect(await error).toMatchObject({ data: { maxTotalTimeout: 300 } });
  });

  it('A timeout that is held leaves no timer behind when the request ends meanwhile', async () => {
    const controller = new AbortController();
    const { error, hold } = await held({ timeout: 100, signal: controller.signal });
    const release = hold();
    controller.abort(new Error('enough'));
    expect(await error).toMatchObject({ message: 'enough' });
    release();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a timeout beyond what a timer takes', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    [{ timeout: Infinity, maxTotalTimeout: Infinity }],
    [{ timeout: 2 ** 32 }],
    [{ timeout: Infinity, maxTotalTimeout: 2 ** 32 }]
  ])('A timeout of %j, beyond what a timer takes, is not up at once', async options => {
    const { connection } = await connect();
    let isOver = false;
    void caught(connection.send({ method: 'ping' }, options)).finally(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(2 ** 31);
    expect(isOver).toBe(false);
  });
});

import {
  type JSONRPCRequest,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  type Result,
  SdkErrorCode,
  SdkHttpError,
  SUBSCRIPTION_ID_META_KEY
} from '@scopeful/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectedTo, discovered, MODERN, ModernServer } from './support/modernServer.js';
import { caught, turn } from './support/server.js';

const elicit = (message = 'Who?'): object => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: { type: 'object', properties: {} } }
});
const asking = (more: object): Result => ({ resultType: 'input_required', ...more });
const done: Result = { resultType: 'complete', content: [] };
const CALL = { name: 'a' };

afterEach(() => {
  vi.useRealTimers();
});

describe('a result', () => {
  it('A result without a type is complete', async () => {
    const client = await connectedTo(new ModernServer({ 'tools/call': () => ({ content: [] }) }));
    expect(await client.callTool(CALL)).toEqual({ content: [] });
  });

  it('A result of an unknown type is refused', async () => {
    const client = await connectedTo(new ModernServer({ 'tools/call': () => ({ resultType: 'task' }) }));
    expect(await caught(client.callTool(CALL))).toMatchObject({ code: SdkErrorCode.UnsupportedResultType });
  });

  it('A result that asks for input where none may is refused', async () => {
    const client = await connectedTo(new ModernServer({ 'tools/list': () => asking({ requestState: 's' }) }));
    expect(await caught(client.listTools())).toMatchObject({ code: SdkErrorCode.InvalidResult });
  });

  it('A result that asks for nothing is refused', async () => {
    const client = await connectedTo(new ModernServer({ 'tools/call': () => asking({}) }));
    expect(await caught(client.callTool(CALL))).toMatchObject({ code: SdkErrorCode.InvalidResult });
  });
});

describe('rounds of input', () => {
  const rounds = (answer: (request: JSONRPCRequest, round: number) => Result): ModernServer => {
    let round = 0;
    return new ModernServer({ 'tools/call': request => answer(request, round++) });
  };

  it('Rounds of input carry the newest answers and state, each under a new id', async () => {
    const server = rounds((_request, round) =>
      round === 2
        ? done
        : asking({ inputRequests: { [`q${round}`]: elicit() }, ...(round === 0 && { requestState: 'one' }) })
    );
    const client = await connectedTo(server, { capabilities: { elicitation: {} } });
    client.setRequestHandler('elicitation/create', () => ({ action: 'decline' }));
    expect(await client.callTool({ ...CALL, arguments: { x: 1 } })).toBe(done);
    const [first, second, third] = server.received.slice(1);
    expect(second?.params).toMatchObject({
      name: 'a',
      arguments: { x: 1 },
      requestState: 'one',
      inputResponses: { q0: { action: 'decline' } }
    });
    expect(third?.params?.['inputResponses']).toEqual({ q1: { action: 'decline' } });
    expect(third?.params).not.toHaveProperty('requestState');
    expect(new Set([first?.id, second?.id, third?.id]).size).toBe(3);
  });

  it('Rounds of input need no answers when only state is to be given back', async () => {
    const server = rounds((_request, round) => (round === 0 ? asking({ requestState: 's' }) : done));
    await (await connectedTo(server)).callTool(CALL);
    expect(server.received.at(-1)?.params).not.toHaveProperty('inputResponses');
  });

  it('Rounds of input are no more than are allowed', async () => {
    const server = rounds(() => asking({ requestState: 's' }));
    const client = await connectedTo(server, { inputRequired: { maxRounds: 3 } });
    expect(await caught(client.callTool(CALL))).toMatchObject({ code: SdkErrorCode.InputRequiredRoundsExceeded });
    expect(server.methods.filter(method => method === 'tools/call')).toHaveLength(4);
  });

  it('Rounds of input fail with what a handler throws, and without a handler', async () => {
    const server = rounds(() => asking({ inputRequests: { q: elicit() } }));
    const client = await connectedTo(server, { capabilities: { elicitation: {} } });
    expect(await caught(client.callTool(CALL))).toMatchObject({ code: SdkErrorCode.CapabilityNotSupported });
    client.setRequestHandler('elicitation/create', () => Promise.reject(new Error('no user')));
    await expect(client.callTool(CALL)).rejects.toThrow('no user');
  });

  it('Rounds of input do not call any other handler', async () => {
    const server = rounds(() => asking({ inputRequests: { q: { method: 'acme/steal' } } }));
    const client = await connectedTo(server);
    client.fallbackRequestHandler = () => Promise.resolve({});
    expect(await caught(client.callTool(CALL))).toMatchObject({ code: SdkErrorCode.InvalidResult });
  });

  it('Rounds of input end with the caller’s signal, and so do the handlers', async () => {
    const server = rounds(() => asking({ inputRequests: { q: elicit() } }));
    const client = await connectedTo(server, { capabilities: { elicitation: {} } });
    let signal: AbortSignal | undefined;
    client.setRequestHandler('elicitation/create', (_request, { mcpReq }) => {
      signal = mcpReq.signal;
      return new Promise(() => undefined);
    });
    const controller = new AbortController();
    const call = caught(client.callTool(CALL, { signal: controller.signal }));
    await turn();
    controller.abort(new Error('enough'));
    expect(await call).toMatchObject({ message: 'enough' });
    expect(signal?.aborted).toBe(true);
  });

  it('Rounds of input end with the connection', async () => {
    const server = rounds(() => asking({ inputRequests: { q: elicit() } }));
    const client = await connectedTo(server, { capabilities: { elicitation: {} } });
    client.setRequestHandler('elicitation/create', () => new Promise(() => undefined));
    const call = caught(client.callTool(CALL));
    await turn();
    await client.close();
    expect(await call).toMatchObject({ code: SdkErrorCode.ConnectionClosed });
  });

  it('Rounds of input share the total time of the call', async () => {
    vi.useFakeTimers();
    const server = rounds(() => asking({ inputRequests: { q: elicit() } }));
    const client = await connectedTo(server, { capabilities: { elicitation: {} } });
    client.setRequestHandler('elicitation/create', () => new Promise(() => undefined));
    const call = caught(client.callTool(CALL, { maxTotalTimeout: 1_000 }));
    await vi.advanceTimersByTimeAsync(1_001);
    expect(await call).toMatchObject({ code: SdkErrorCode.RequestTimeout });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('Rounds of input let a URL be visited that has no id', async () => {
    const url = { method: 'elicitation/create', params: { mode: 'url', message: 'Go', url: 'https://a.example' } };
    const server = rounds((_request, round) => (round === 0 ? asking({ inputRequests: { q: url } }) : done));
    const client = await connectedTo(server, { capabilities: { elicitation: { url: {} } } });
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept' }));
    expect(await client.callTool(CALL)).toBe(done);
  });
});

describe('a request', () => {
  it('A request of a method of other revisions is not sent', async () => {
    const server = new ModernServer();
    const client = await connectedTo(server);
    expect(await caught(client.ping())).toMatchObject({ code: SdkErrorCode.MethodNotSupportedByProtocolVersion });
    expect(server.methods).toEqual(['server/discover']);
  });

  it('A request of the server is reported and not answered', async () => {
    const server = new ModernServer();
    const client = await connectedTo(server);
    const errors: string[] = [];
    client.onerror = error => errors.push(error.message);
    server.send({ id: 'x', method: 'ping' });
    await turn();
    expect(errors).toEqual([expect.stringContaining('"ping"') as string]);
  });

  it('A request speaks another revision once the server says so', async () => {
    const versionOf = ({ params }: JSONRPCRequest): unknown =>
      params?._meta?.['io.modelcontextprotocol/protocolVersion'];
    const server = new ModernServer({
      'server/discover': () => discovered({ supportedVersions: [MODERN, '2027-01-01'] }),
      'tools/call': request =>
        versionOf(request) === MODERN
          ? done
          : { error: { code: -32022, message: 'no', data: { supported: [MODERN], requested: '2027-01-01' } } }
    });
    const client = await connectedTo(server, { supportedProtocolVersions: ['2027-01-01', MODERN] });
    expect(client.getNegotiatedProtocolVersion()).toBe('2027-01-01');
    expect(await client.callTool(CALL)).toBe(done);
    expect(client.getNegotiatedProtocolVersion()).toBe(MODERN);
  });

  it.each([
    [
      'an error in the body of an HTTP error',
      SdkErrorCode.ClientHttpNotImplemented,
      MissingRequiredClientCapabilityError
    ],
    ['a refusal, whatever its body says', SdkErrorCode.ClientHttpForbidden, SdkHttpError]
  ])('A request rejects with %s', async (_what, code, expected) => {
    const server = new ModernServer();
    const client = await connectedTo(server);
    const error = { code: -32021, message: 'no', data: { requiredCapabilities: { roots: {} } } };
    const text = JSON.stringify({ jsonrpc: '2.0', error });
    server.other.send = () => Promise.reject(new SdkHttpError(code, 'HTTP 400', { status: 400, text }));
    const failure = await caught(client.callTool(CALL));
    expect(failure).toBeInstanceOf(expected);
    expect(failure instanceof ProtocolError).toBe(expected === MissingRequiredClientCapabilityError);
  });
});

describe('a subscription', () => {
  const acknowledge = (server: ModernServer, { id }: JSONRPCRequest): undefined => {
    const _meta = { [SUBSCRIPTION_ID_META_KEY]: id };
    server.send({ method: 'notifications/subscriptions/acknowledged', params: { _meta, notifications: {} } });
    return undefined;
  };

  it('A subscription that nobody acknowledges times out, and is taken back', async () => {
    vi.useFakeTimers();
    const server = new ModernServer();
    const client = await connectedTo(server);
    const listening = caught(client.listen({ toolsListChanged: true }, { timeout: 50 }));
    await vi.advanceTimersByTimeAsync(60);
    expect(await listening).toMatchObject({ code: SdkErrorCode.RequestTimeout });
    expect([server.methods.at(-1), vi.getTimerCount()]).toEqual(['notifications/cancelled', 0]);
  });

  it.each([Infinity, 2 ** 32])(
    'A subscription waits for its acknowledgment as long as it is told to, %d milliseconds',
    async timeout => {
      vi.useFakeTimers();
      const client = await connectedTo(new ModernServer());
      let isOver = false;
      void caught(client.listen({}, { timeout })).finally(() => (isOver = true));
      await vi.advanceTimersByTimeAsync(2 ** 31);
      expect(isOver).toBe(false);
      await client.close();
    }
  );

  it('A subscription lasts longer than a request may', async () => {
    vi.useFakeTimers();
    const server: ModernServer = new ModernServer({ 'subscriptions/listen': request => acknowledge(server, request) });
    const client = await connectedTo(server);
    const subscription = await client.listen({}, { timeout: 50 });
    let ending: string | undefined;
    void subscription.closed.then(how => (ending = how));
    await vi.advanceTimersByTimeAsync(600_000);
    expect(ending).toBeUndefined();
    await client.close();
    expect(await subscription.closed).toBe('local');
  });

  it('A subscription that the server cancels ends remotely', async () => {
    const server: ModernServer = new ModernServer({ 'subscriptions/listen': request => acknowledge(server, request) });
    const client = await connectedTo(server);
    const subscription = await client.listen({});
    server.send({ method: 'notifications/cancelled', params: { requestId: server.received.at(-1)?.id } });
    expect(await subscription.closed).toBe('remote');
  });

  it('A subscription that the server refuses rejects', async () => {
    const server = new ModernServer({ 'subscriptions/listen': () => ({ error: { code: -32603, message: 'full' } }) });
    const client = await connectedTo(server);
    await expect(client.listen({})).rejects.toThrow('full');
  });
});

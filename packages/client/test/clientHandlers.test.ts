import { type CreateMessageRequest, type ElicitResult, SdkError, SdkErrorCode } from '@scopeful/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Client } from '../src/client.js';
import { shaped } from './support/schema.js';
import { connected, INFO, Server, turn } from './support/server.js';

describe('capabilities', () => {
  it.each([
    ['sampling/createMessage', 'sampling'],
    ['elicitation/create', 'elicitation'],
    ['roots/list', 'roots']
  ] as const)('%s cannot be handled without declaring %s', (method, capability) => {
    const register = (): void => new Client(INFO).setRequestHandler(method, () => Promise.reject(new Error('unused')));
    expect(register).toThrow(SdkError);
    expect(register).toThrow(`pass { capabilities: { ${capability}: {} } } to the Client`);
  });

  it('Capabilities can be added before connecting, and join what was there', async () => {
    const server = new Server();
    const client = new Client(INFO, { capabilities: { elicitation: { form: {} } } });
    client.registerCapabilities({ elicitation: { url: {} }, sampling: {} });
    await client.connect(server.other);
    expect(server.received[0]).toMatchObject({
      params: { capabilities: { elicitation: { form: {}, url: {} }, sampling: {} } }
    });
  });

  it('Capabilities cannot be added once connected', async () => {
    const { client } = await connected();
    expect(() => client.registerCapabilities({ sampling: {} })).toThrow(
      expect.objectContaining({ code: SdkErrorCode.AlreadyConnected })
    );
  });
});

describe('a request handler', () => {
  const SAMPLE = { messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }], maxTokens: 9 };
  const FORM = { message: 'Who?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } };
  const VISIT = { mode: 'url', message: 'Go', elicitationId: 'e', url: 'https://example.com' };

  it('A request handler gets a typed request and answers it', async () => {
    const { client, server } = await connected({}, { capabilities: { sampling: {} } });
    client.setRequestHandler('sampling/createMessage', request => {
      expectTypeOf(request.params).toEqualTypeOf<CreateMessageRequest['params']>();
      const text = `${request.params.messages.length} message`;
      return { model: 'm', role: 'assistant', content: { type: 'text', text } };
    });
    expect(await server.ask('sampling/createMessage', SAMPLE)).toMatchObject({
      result: { content: { text: '1 message' } }
    });
  });

  it('A request handler may say null for no content, as code without types does', async () => {
    const { client, server } = await connected({}, { capabilities: { elicitation: {} } });
    client.setRequestHandler('elicitation/create', () => ({ action: 'decline', content: null }) as never);
    expect(await server.ask('elicitation/create', FORM)).toMatchObject({ result: { action: 'decline' } });
    expect(await server.ask('elicitation/create', FORM)).not.toHaveProperty('result.content');
  });

  it('A request handler is not called with a request that does not fit', async () => {
    const { client, server } = await connected({}, { capabilities: { sampling: {} } });
    client.setRequestHandler('sampling/createMessage', () => Promise.reject(new Error('called')));
    expect(await server.ask('sampling/createMessage', { messages: [] })).toMatchObject({
      error: { code: -32602, message: 'Invalid sampling/createMessage: params.maxTokens: expected int' }
    });
  });

  it('A request handler cannot answer what does not fit', async () => {
    const { client, server } = await connected({}, { capabilities: { elicitation: {} } });
    client.setRequestHandler('elicitation/create', () => ({ action: 'maybe' }) as unknown as ElicitResult);
    expect(await server.ask('elicitation/create', FORM)).toMatchObject({ error: { code: -32603 } });
  });

  it.each([
    ['form', {}, FORM, true],
    ['url', {}, VISIT, false],
    ['form', { url: {} }, FORM, false],
    ['url', { url: {} }, VISIT, true],
    ['url', { form: {} }, VISIT, false]
  ])(
    'A request handler elicits by %s with %j only when that is declared',
    async (_mode, elicitation, params, answered) => {
      const { client, server } = await connected({}, { capabilities: { elicitation } });
      client.setRequestHandler('elicitation/create', () => ({ action: 'decline' }));
      const response = await server.ask('elicitation/create', params);
      expect(response).toMatchObject(answered ? { result: { action: 'decline' } } : { error: { code: -32602 } });
    }
  );

  it.each([
    [{}, { error: { code: -32602 } }],
    [{ tools: {} }, { result: { model: 'm' } }]
  ])('A request handler samples with tools only when that is declared: %j', async (sampling, expected) => {
    const { client, server } = await connected({}, { capabilities: { sampling } });
    client.setRequestHandler('sampling/createMessage', () => ({
      model: 'm',
      role: 'assistant',
      content: [{ type: 'tool_use', id: '1', name: 'a', input: {} }]
    }));
    expect(await server.ask('sampling/createMessage', { ...SAMPLE, tools: [] })).toMatchObject(expected);
  });

  it('A request handler lists roots', async () => {
    const { client, server } = await connected({}, { capabilities: { roots: {} } });
    client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///a' }] }));
    expect(await server.ask('roots/list')).toMatchObject({ result: { roots: [{ uri: 'file:///a' }] } });
  });

  it('A request handler of a method of its own gets its params, without _meta, as its schema makes them', async () => {
    const { client, server } = await connected();
    const params = shaped({ query: '' });
    client.setRequestHandler('acme/search', { params, result: shaped({ hits: 0 }) }, ({ query }) => ({
      hits: query.length
    }));
    expect(await server.ask('acme/search', { query: 'abc', _meta: { a: 1 } })).toMatchObject({ result: { hits: 3 } });
  });

  it('A request handler of a method of its own is not called with params that do not fit', async () => {
    const { client, server } = await connected();
    client.setRequestHandler('acme/search', { params: shaped({ query: '' }) }, () => ({}));
    expect(await server.ask('acme/search')).toMatchObject({ error: { code: -32602 } });
  });

  it('A request handler serves the next connection too', async () => {
    const { client } = await connected();
    client.setRequestHandler('acme/hi', { params: shaped({}) }, () => ({ hi: true }));
    await client.close();
    const server = new Server();
    await client.connect(server.other);
    expect(await server.ask('acme/hi')).toMatchObject({ result: { hi: true } });
  });

  it('A request handler can be removed', async () => {
    const { client, server } = await connected();
    client.setRequestHandler('acme/hi', { params: shaped({}) }, () => ({}));
    client.removeRequestHandler('acme/hi');
    expect(await server.ask('acme/hi')).toMatchObject({ error: { code: -32601 } });
  });

  it('A request handler that is set already is found out', () => {
    const client = new Client(INFO);
    expect(() => client.assertCanSetRequestHandler('ping')).toThrow('A handler for ping is set already');
    expect(() => client.assertCanSetRequestHandler('acme/hi')).not.toThrow();
  });

  it('A request handler may be a fallback', async () => {
    const { client, server } = await connected();
    client.fallbackRequestHandler = ({ method }) => Promise.resolve({ method });
    expect(await server.ask('acme/any')).toMatchObject({ result: { method: 'acme/any' } });
  });
});

describe('a notification handler', () => {
  it('A notification handler gets a typed notification', async () => {
    const { client, server } = await connected();
    const logged: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => void logged.push(params.level, params.data));
    server.send({ method: 'notifications/message', params: { level: 'info', data: { a: 1 } } });
    await turn();
    expect(logged).toEqual(['info', { a: 1 }]);
  });

  it('A notification handler is not called with a notification that does not fit, which is reported', async () => {
    const { client, server } = await connected();
    const errors: Error[] = [];
    client.onerror = error => errors.push(error);
    client.setNotificationHandler('notifications/message', () => void errors.push(new Error('called')));
    server.send({ method: 'notifications/message', params: { level: 'loud', data: 1 } });
    await turn();
    expect(errors.map(error => error.message)).toEqual([
      expect.stringMatching(/^Invalid notifications\/message: params\.level: expected "debug" or "info"/)
    ]);
  });

  it('A notification handler of a method of its own gets its params and the notification', async () => {
    const { client, server } = await connected();
    const seen: unknown[] = [];
    client.setNotificationHandler('acme/news', { params: shaped({ a: 0 }) }, ({ a }, { params }) => {
      seen.push(a, params?._meta);
    });
    server.send({ method: 'acme/news', params: { a: 1, _meta: { c: 3 } } });
    await turn();
    expect(seen).toEqual([1, { c: 3 }]);
  });

  it('A notification handler can be removed, and leaves the rest to the fallback', async () => {
    const { client, server } = await connected();
    const seen: string[] = [];
    client.setNotificationHandler('notifications/tools/list_changed', () => void seen.push('handler'));
    client.fallbackNotificationHandler = ({ method }) => {
      seen.push(method);
      return Promise.resolve();
    };
    client.removeNotificationHandler('notifications/tools/list_changed');
    server.send({ method: 'notifications/tools/list_changed' });
    await turn();
    expect(seen).toEqual(['notifications/tools/list_changed']);
  });
});

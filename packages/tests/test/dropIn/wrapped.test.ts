import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as client from '@scopeful/client';
import * as skills from '@scopeful/client/ext/skills';
import * as stdio from '@scopeful/client/stdio';
import * as ajv from '@scopeful/client/validators/ajv';
import * as cfWorker from '@scopeful/client/validators/cf-worker';
import * as core from '@scopeful/core';
import { createWorld, type TransportKind } from '../../support/scriptedWorld.js';

// Programs wrap what they are given, in a Proxy or by Object.create(), and derive from it: private fields of the language
// would make every method throw.

type AnyClass = (abstract new (...values: never[]) => object) & { readonly name: string };

const entries = { client, skills, stdio, ajv, cfWorker, core };

function isClass(value: unknown): value is AnyClass {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** A class and its bases, as far as they are ours. */
function lineOf(type: AnyClass): AnyClass[] {
  const base: unknown = Object.getPrototypeOf(type);
  return isClass(base) ? [type, ...lineOf(base)] : [type];
}

function hasPrivateFields(type: AnyClass): boolean {
  const text = Function.prototype.toString.call(type).replaceAll(/(["'`])(?:\\.|(?!\1)[^\\])*\1/g, '');
  return /[.\s;{]#[a-z]/i.test(text);
}

describe('public classes', () => {
  it.each(Object.entries(entries))('No class of the entry %s has private fields of the language', (_, exported) => {
    const classes = Object.values(exported as Record<string, unknown>).filter(isClass);
    expect(classes.length).toBeGreaterThan(0);
    expect(classes.filter(type => lineOf(type).some(hasPrivateFields)).map(({ name }) => name)).toEqual([]);
  });
});

const WRAPPINGS: Readonly<Record<string, <T extends object>(wrapped: T) => T>> = {
  'a Proxy': wrapped => new Proxy(wrapped, {}),
  'Object.create()': wrapped => Object.create(wrapped) as typeof wrapped
};

describe.each(Object.entries(WRAPPINGS))('in %s', (_, wrap) => {
  it.each<TransportKind>(['streamable', 'sse'])(
    'A client and its transport over %s work, and their providers',
    async kind => {
      const world = await createWorld({ transport: kind, resource: { needs: { 'tools/call write': 'd' } } });
      await world.connect();
      const inner = new client.Client({ name: 'test', version: '1.0.0' });
      const wrapped = wrap(inner);
      await inner.connect(wrap(world.createTransport({}, wrap(world.provider))));
      await expect(wrapped.callTool({ name: 'read' })).resolves.toMatchObject({ content: [{ text: 'did read' }] });
      await expect(wrapped.callTool({ name: 'write' })).rejects.toThrow(client.UnauthorizedError);
      expect(wrapped.getServerVersion()).toBeDefined();
      expect(wrapped.transport).toBeDefined();
      await wrapped.close();
    }
  );

  it('An error is still of its classes', () => {
    const error = wrap(new client.SdkHttpError(client.SdkErrorCode.ClientHttpForbidden, 'no', { status: 403 }));
    expect([error instanceof client.SdkHttpError, error instanceof client.SdkError, error.status]).toEqual([
      true,
      true,
      403
    ]);
  });

  it('What has no connection works, too', async () => {
    expect(wrap(new client.UriTemplate('file:///{path}')).expand({ path: 'a' })).toBe('file:///a');
    const buffer = wrap(new client.ReadBuffer());
    buffer.append(new TextEncoder().encode('{"jsonrpc":"2.0","method":"ping","id":1}\n'));
    expect(buffer.readMessage()).toMatchObject({ id: 1 });
    const [one, other] = client.InMemoryTransport.createLinkedPair();
    const received = new Promise(resolve => (other.onmessage = resolve));
    await other.start();
    await wrap(one).send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await expect(received).resolves.toBeDefined();
    const store = wrap(new client.InMemoryResponseCacheStore());
    await expect(Promise.resolve(store.get({ method: 'tools/list', params: '', partition: '' }))).resolves.toBe(
      undefined
    );
    const session = wrap(await client.DpopSession.create());
    await expect(session.buildProof({ htm: 'GET', htu: 'https://rs.example/' })).resolves.toBeTypeOf('string');
    const provider = wrap(new client.ClientCredentialsProvider({ clientId: 'id', clientSecret: 'secret' }));
    await expect(Promise.resolve(provider.clientInformation())).resolves.toMatchObject({ client_id: 'id' });
    for (const validator of [new ajv.AjvJsonSchemaValidator(), new cfWorker.CfWorkerJsonSchemaValidator()])
      expect(wrap(validator).getValidator({ type: 'string' })('text').valid).toBe(true);
  });
});

it('A class that derives from Client may use the names that Client uses', async () => {
  class Watched extends client.Client {
    readonly calls: string[] = [];

    override request(...given: unknown[]): never {
      this.calls.push((given[0] as { method: string }).method);
      return Reflect.apply(super.request, this, given) as never;
    }
  }
  const world = await createWorld();
  await world.connect();
  const watched = new Watched({ name: 'test', version: '1.0.0' });
  await watched.connect(world.createTransport());
  await watched.callTool({ name: 'read' });
  expect(watched.calls).toContain('tools/call');
  await watched.close();
});

it('What a provider keeps is not shown by a console, nor by JSON', async () => {
  const provider = new client.ClientCredentialsProvider({ clientId: 'id', clientSecret: 'the-secret' });
  provider.saveTokens({ access_token: 'the-token', token_type: 'Bearer' });
  const shown = inspect(provider, { depth: 10, showHidden: true }) + JSON.stringify(provider);
  expect(shown).not.toMatch(/the-secret|the-token/);
  await expect(Promise.resolve(provider.tokens())).resolves.toMatchObject({ access_token: 'the-token' });
});

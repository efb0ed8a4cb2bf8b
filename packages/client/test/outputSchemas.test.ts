import { type CallToolResult, ProtocolErrorCode, type Tool } from '@scopeful/core';
import { describe, expect, it, vi } from 'vitest';
import { AjvJsonSchemaValidator } from '../src/validators/ajv.js';
import { CfWorkerJsonSchemaValidator } from '../src/validators/cfWorker.js';
import { fromJsonSchema } from '../src/validators/fromJsonSchema.js';
import { caught, connected } from './support/server.js';

const tool = (outputSchema: object): Tool => ({ name: 'sum', inputSchema: { type: 'object' }, outputSchema }) as Tool;
const numbers = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] };

/** Calls a tool of this output schema that answers this. */
async function call(outputSchema: object, result: object): Promise<CallToolResult> {
  const { client } = await connected({
    'tools/list': () => ({ tools: [tool(outputSchema)] }),
    'tools/call': () => ({ content: [], ...result })
  });
  await client.listTools();
  return client.callTool({ name: 'sum' });
}

describe('the answer of a tool with an output schema', () => {
  it('The answer of a tool with an output schema is returned when it fits', async () => {
    expect(await call(numbers, { structuredContent: { sum: 3 } })).toMatchObject({ structuredContent: { sum: 3 } });
  });

  it('The answer of a tool with an output schema is refused when it does not', async () => {
    const error = await caught(call(numbers, { structuredContent: { sum: 'three' } }));
    expect(error).toMatchObject({ code: ProtocolErrorCode.InvalidParams });
    expect((error as Error).message).toContain('does not fit its output schema');
  });

  it('The answer of a tool with an output schema is refused without structured content', async () => {
    expect(await caught(call(numbers, {}))).toMatchObject({ code: ProtocolErrorCode.InvalidRequest });
  });

  it('The answer of a tool with an output schema may lack structured content when the tool failed', async () => {
    expect(await call(numbers, { isError: true })).toMatchObject({ isError: true });
  });

  it.each([
    ['2020-12 by default', { prefixItems: [{ type: 'string' }] }, [1], false],
    [
      'draft-07 where it says so',
      { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] },
      [1],
      false
    ]
  ])('The answer of a tool with an output schema is read as %s', async (_what, schema, structuredContent, fits) => {
    expect((await caught(call(schema, { structuredContent }))) === undefined).toBe(fits);
  });

  it.each([
    ['of an unknown dialect', { $schema: 'http://json-schema.org/draft-03/schema#' }],
    ['that refers to another document', { $ref: 'http://127.0.0.1:1/schema' }]
  ])('The answer of a tool with an output schema is never asked for with a schema %s', async (_what, schema) => {
    const { client, server } = await connected({
      'tools/list': () => ({ tools: [tool(schema)] })
    });
    await client.listTools();
    expect(await caught(client.callTool({ name: 'sum' }))).toMatchObject({ code: ProtocolErrorCode.InvalidParams });
    expect(server.methods).not.toContain('tools/call');
  });

  it('The answer of a tool with an output schema is checked by the engine of the user, which compiles once', async () => {
    const engine = new CfWorkerJsonSchemaValidator();
    const getValidator = vi.spyOn(engine, 'getValidator');
    const { client } = await connected(
      {
        'tools/list': () => ({ tools: [tool(numbers), { ...tool(numbers), name: 'other' }] }),
        'tools/call': () => ({ content: [], structuredContent: { sum: 1 } })
      },
      { jsonSchemaValidator: engine }
    );
    await client.listTools();
    expect(getValidator).not.toHaveBeenCalled();
    await client.callTool({ name: 'sum' });
    await client.callTool({ name: 'sum' });
    expect(getValidator).toHaveBeenCalledTimes(1);
  });
});

describe.each([
  ['cfworker', new CfWorkerJsonSchemaValidator()],
  ['ajv', new AjvJsonSchemaValidator()]
])('the engine %s', (_name, engine) => {
  it.each([
    [numbers, { sum: 1 }, true],
    [numbers, {}, false],
    [{ type: 'string', format: 'email' }, 'nobody', false],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] }, [1], false],
    [{ $defs: { a: { type: 'string' } }, items: { $ref: '#/$defs/a' } }, ['a'], true]
  ])('The engine judges %j of %j', (schema, value, expected) => {
    const outcome = engine.getValidator(schema)(value);
    expect(outcome.valid).toBe(expected);
    expect(outcome.errorMessage === undefined).toBe(expected);
  });

  it('The engine refuses a schema that reaches out', () => {
    expect(() => engine.getValidator({ $ref: 'https://a.example/schema' })).toThrow('not followed');
  });

  it('The engine takes the same $id from two servers', () => {
    engine.getValidator({ $id: 'https://a.example/s', type: 'string' });
    expect(engine.getValidator({ $id: 'https://a.example/s', type: 'number' })(1).valid).toBe(true);
  });
});

describe('fromJsonSchema', () => {
  it('`fromJsonSchema()` makes a schema for a request', async () => {
    const { client } = await connected({ 'acme/sum': () => ({ sum: 'x' }) });
    const schema = fromJsonSchema<{ sum: number }>(numbers);
    await expect(client.request({ method: 'acme/sum' }, schema)).rejects.toThrow('Invalid result for acme/sum');
  });

  it('A schema of `fromJsonSchema()` answers at once with an engine', () => {
    const schema = fromJsonSchema(numbers, new CfWorkerJsonSchemaValidator());
    expect(schema['~standard'].validate({ sum: 1 })).toEqual({ value: { sum: 1 } });
    expect(schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })).toBe(numbers);
  });
});

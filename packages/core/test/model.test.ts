import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { SdkError, SdkErrorCode } from '../src/errors.js';
import { resultCheck, withContent } from '../src/model/methodChecks.js';
import { AnnotationsSchema, ImplementationSchema } from '../src/model/common.js';
import { CompleteResultSchema } from '../src/model/completion.js';
import { ContentBlockSchema } from '../src/model/content.js';
import { AnyElicitRequestSchema, ElicitRequestSchema, ElicitResultSchema } from '../src/model/elicitation.js';
import { InitializeResultSchema } from '../src/model/lifecycle.js';
import { notificationSchema, requestSchema, resultSchema, type RequestTypeMap } from '../src/model/methods.js';
import { isOrdinaryCallToolResult, isOrdinaryListToolsResult } from '../src/model/fastChecks.js';
import { ListRootsResultSchema } from '../src/model/roots.js';
import {
  CreateMessageRequestParamsSchema,
  CreateMessageResultSchema,
  CreateMessageResultWithToolsSchema,
  ModelPreferencesSchema
} from '../src/model/sampling.js';
import { CallToolResultSchema, ListToolsResultSchema, type Tool, ToolSchema } from '../src/model/tools.js';
import type { Result } from '../src/jsonrpc/types.js';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

describe('schemas', () => {
  it('Schemas keep members that the specification does not name', () => {
    const tool = { name: 'a', inputSchema: { type: 'object', $defs: {} }, vendor: { deep: [1] } };
    expect(ToolSchema.parse(tool)).toEqual(tool);
  });

  it('Schemas add nothing that was not received', () => {
    expect(
      InitializeResultSchema.parse({ protocolVersion: 'x', capabilities: {}, serverInfo: { name: 'a', version: '1' } })
    ).toEqual({
      protocolVersion: 'x',
      capabilities: {},
      serverInfo: { name: 'a', version: '1' }
    });
  });

  it('Schemas check what a tool schema says about itself, and not what is inside of it', () => {
    const tool = (inputSchema: unknown): unknown => ({ name: 'a', inputSchema });
    expect(accepts(ToolSchema, tool({ type: 'object', properties: { a: { type: 'nonsense' } } }))).toBe(true);
    expect(accepts(ToolSchema, tool({ type: 'string' }))).toBe(false);
    expect(accepts(ToolSchema, tool({ type: 'object', required: 'a' }))).toBe(false);
  });

  it.each([
    ['text', { type: 'text', text: 'a' }],
    ['an image', { type: 'image', data: 'AA==', mimeType: 'image/png' }],
    ['audio', { type: 'audio', data: 'AA==', mimeType: 'audio/wav' }],
    ['a resource link', { type: 'resource_link', uri: 'file:///a', name: 'a' }],
    ['an embedded text', { type: 'resource', resource: { uri: 'file:///a', text: '' } }],
    ['an embedded blob', { type: 'resource', resource: { uri: 'file:///a', blob: 'AA==' } }]
  ])('Schemas accept %s as content', (_what, block) => {
    expect(accepts(ContentBlockSchema, block)).toBe(true);
  });

  it('Schemas refuse content of an unknown type', () => {
    expect(accepts(ContentBlockSchema, { type: 'smell', data: '' })).toBe(false);
  });

  it('Schemas accept an elicitation without a mode as a form', () => {
    const properties = {
      name: { type: 'string', format: 'email' },
      age: { type: 'integer', minimum: 0 },
      sure: { type: 'boolean', default: true },
      color: { type: 'string', oneOf: [{ const: '#f00', title: 'Red' }] },
      sizes: { type: 'array', items: { anyOf: [{ const: 's', title: 'Small' }] } },
      legacy: { type: 'string', enum: ['a'], enumNames: ['A'] }
    };
    const params = { message: 'Who?', requestedSchema: { type: 'object', properties } };
    expect(accepts(ElicitRequestSchema, { method: 'elicitation/create', params })).toBe(true);
  });

  it('Schemas refuse a nested object in an elicitation form', () => {
    const requestedSchema = { type: 'object', properties: { address: { type: 'object' } } };
    const params = { message: 'Where?', requestedSchema };
    expect(accepts(ElicitRequestSchema, { method: 'elicitation/create', params })).toBe(false);
  });

  it('Schemas accept a list of strings as an answer to an elicitation, and no object', () => {
    expect(accepts(ElicitResultSchema, { action: 'accept', content: { sizes: ['s', 'm'] } })).toBe(true);
    expect(accepts(ElicitResultSchema, { action: 'accept', content: { sizes: {} } })).toBe(false);
  });

  it('Schemas accept tool use in a sampling result only where tools are in play', () => {
    const content = [{ type: 'tool_use', id: '1', name: 'a', input: {} }];
    const result = { model: 'm', role: 'assistant', content, stopReason: 'toolUse' };
    expect(accepts(CreateMessageResultWithToolsSchema, result)).toBe(true);
    expect(accepts(CreateMessageResultSchema, result)).toBe(false);
  });

  it('Schemas refuse a priority outside of 0 and 1', () => {
    for (const [priority, fits] of [
      [0, true],
      [0.5, true],
      [1, true],
      [-0.1, false],
      [1.1, false],
      [NaN, false]
    ]) {
      expect(accepts(AnnotationsSchema, { priority })).toBe(fits);
      expect(accepts(ModelPreferencesSchema, { costPriority: priority })).toBe(fits);
      expect(accepts(ModelPreferencesSchema, { speedPriority: priority })).toBe(fits);
      expect(accepts(ModelPreferencesSchema, { intelligencePriority: priority })).toBe(fits);
    }
  });

  it('Schemas accept any string as the time of the last change, which only should be ISO 8601', () => {
    expect(accepts(AnnotationsSchema, { lastModified: '2026-01-31' })).toBe(true);
    expect(accepts(AnnotationsSchema, { lastModified: 0 })).toBe(false);
  });

  it('Schemas refuse to count completions and tokens in fractions', () => {
    const completed = (total: number): unknown => ({ completion: { values: [], total } });
    expect([1, 1.5].map(total => accepts(CompleteResultSchema, completed(total)))).toEqual([true, false]);
    const asked = (maxTokens: number): unknown => ({ messages: [], maxTokens });
    expect([1, 1.5].map(count => accepts(CreateMessageRequestParamsSchema, asked(count)))).toEqual([true, false]);
  });

  it('Schemas refuse a root that is no file', () => {
    const roots = (uri: unknown): unknown => ({ roots: [{ uri }] });
    expect(accepts(ListRootsResultSchema, roots('file:///a'))).toBe(true);
    for (const uri of ['https://example.com', 'FILE:///a', '', 1]) {
      expect(accepts(ListRootsResultSchema, roots(uri))).toBe(false);
    }
  });

  it('Schemas refuse to send the user where no URL leads, whatever the revision', () => {
    const params = { mode: 'url', message: 'Pay' };
    for (const [url, fits] of [
      ['https://example.com', true],
      ['example.com', false],
      ['', false],
      [1, false]
    ]) {
      const legacy = { method: 'elicitation/create', params: { ...params, url, elicitationId: '1' } };
      expect(accepts(ElicitRequestSchema, legacy)).toBe(fits);
      const modern = { method: 'elicitation/create', params: { ...params, url } };
      expect(accepts(AnyElicitRequestSchema, modern)).toBe(fits);
    }
  });

  it('Schemas accept an implementation of before titles and icons', () => {
    expect(accepts(ImplementationSchema, { name: 'a', version: '1' })).toBe(true);
  });
});

describe('types', () => {
  it('Types are closed, so that Omit keeps the other members', () => {
    expectTypeOf<keyof Omit<Tool, 'title'>>().toEqualTypeOf<
      'name' | 'icons' | 'description' | 'inputSchema' | 'outputSchema' | 'annotations' | 'execution' | '_meta'
    >();
  });

  it('Types map a method to its request', () => {
    expectTypeOf<RequestTypeMap['tools/call']['params']['name']>().toEqualTypeOf<string>();
  });
});

describe('method lookups', () => {
  it.each(['constructor', '__proto__', 'acme/search'])('Method lookups know nothing of %s', method => {
    expect([requestSchema(method), resultSchema(method), notificationSchema(method)]).toEqual([
      undefined,
      undefined,
      undefined
    ]);
  });
});

describe('resultCheck', () => {
  const check = (method: string, result: Result): unknown => resultCheck(method)?.(result, method);

  it('`resultCheck()` returns the very object that was received', () => {
    const result = { tools: [{ name: 'a', inputSchema: { type: 'object' } }], extra: 1 };
    expect(check('tools/list', result)).toBe(result);
  });

  it('`resultCheck()` says which method and where', () => {
    const result = {
      tools: [
        { name: 'a', inputSchema: { type: 'object' } },
        { name: 1, inputSchema: { type: 'array' } }
      ]
    };
    const thrown = ((): unknown => {
      try {
        return check('tools/list', result);
      } catch (caught) {
        return caught;
      }
    })();
    expect(thrown).toBeInstanceOf(SdkError);
    expect(thrown).toMatchObject({
      code: SdkErrorCode.InvalidResult,
      message:
        'Invalid result for tools/list: tools.1.name: expected string; tools.1.inputSchema.type: expected "object"'
    });
  });

  it('`resultCheck()` names the first three of many issues', () => {
    const tools = Array.from({ length: 5 }, () => ({ inputSchema: { type: 'object' } }));
    expect(() => check('tools/list', { tools })).toThrow(/tools\.2\.name: expected string; and 2 more$/);
  });

  it('`resultCheck()` fills in the content that a server left out beside structured content', () => {
    expect(check('tools/call', { structuredContent: { a: 1 } })).toEqual({ structuredContent: { a: 1 }, content: [] });
  });

  it('`resultCheck()` leaves a result with content alone', () => {
    const result = { content: 'nonsense' };
    expect(withContent(result)).toBe(result);
  });
});

// What the hand-written checks accept, the schemas must accept; values are near enough to right that both happen.
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 20, arbitrary },
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.anything() }
  );
const record = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Result> =>
  fc.record(members, { requiredKeys: [] });
const meta = maybe(fc.dictionary(fc.string(), fc.anything()));
const text = maybe(fc.string());
const flag = maybe(fc.boolean());

const content = record({
  type: fc.constantFrom('text', 'image', 'audio', 'resource', 'other'),
  text,
  data: text,
  mimeType: text,
  annotations: maybe(record({ priority: maybe(fc.double()) })),
  _meta: meta
});
const callToolResult = record({ content: maybe(fc.array(content, { maxLength: 3 })), isError: flag, _meta: meta });

const tool = record({
  name: text,
  title: text,
  description: text,
  inputSchema: maybe(
    record({
      type: fc.constantFrom('object', 'object', 'object', 'string'),
      properties: maybe(fc.dictionary(fc.string(), fc.anything())),
      required: maybe(fc.array(maybe(fc.string())))
    })
  ),
  outputSchema: maybe(record({ $schema: text, type: text })),
  annotations: maybe(
    record({ title: text, readOnlyHint: flag, destructiveHint: flag, idempotentHint: flag, openWorldHint: flag })
  ),
  _meta: meta
});
const listToolsResult = record({ tools: maybe(fc.array(tool, { maxLength: 3 })), nextCursor: text, _meta: meta });

describe('ordinary results', () => {
  it('Ordinary results of tools/call fit their schema', () => {
    fc.assert(
      fc.property(callToolResult, result => !isOrdinaryCallToolResult(result) || accepts(CallToolResultSchema, result)),
      { numRuns: 4000 }
    );
  });

  it('Ordinary results of tools/list fit their schema', () => {
    fc.assert(
      fc.property(
        listToolsResult,
        result => !isOrdinaryListToolsResult(result) || accepts(ListToolsResultSchema, result)
      ),
      { numRuns: 4000 }
    );
  });

  it('Ordinary results are recognized without the schema', () => {
    expect(isOrdinaryCallToolResult({ content: [{ type: 'text', text: 'a' }], isError: false })).toBe(true);
    const annotations = { readOnlyHint: true };
    const tools = [{ name: 'a', inputSchema: { type: 'object', required: ['b'] }, annotations, outputSchema: {} }];
    expect(isOrdinaryListToolsResult({ tools, nextCursor: 'c' })).toBe(true);
  });

  it('Ordinary results do not include what only the schema can judge', () => {
    expect(isOrdinaryCallToolResult({ content: [{ type: 'resource', resource: {} }] })).toBe(false);
    expect(isOrdinaryListToolsResult({ tools: [{ name: 'a', inputSchema: { type: 'object' }, icons: [{}] }] })).toBe(
      false
    );
  });
});

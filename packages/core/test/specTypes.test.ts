import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Tool } from '../src/model/tools.js';
import { assertCompleteRequestPrompt, assertCompleteRequestResourceTemplate } from '../src/model/completion.js';
import { getDisplayName } from '../src/model/displayName.js';
import { JSONRPCMessageSchema, JSONValueSchema } from '../src/model/envelopes.js';
import {
  isCallToolResult,
  isInitializedNotification,
  isInitializeRequest,
  isTaskAugmentedRequestParams
} from '../src/model/guards.js';
import { isInputRequiredResult, withInputRequired } from '../src/model/inputRequired.js';
import { CallToolResultSchema } from '../src/model/tools.js';
import { isSpecType, preloadSchemas, specTypeSchemas } from '../src/specTypes.js';

describe('isSpecType', () => {
  it('`isSpecType` has a guard for each name, which can be passed on', () => {
    const tools = [{ name: 'a', inputSchema: { type: 'object' } }, { name: 1 }].filter(isSpecType.Tool);
    expectTypeOf(tools[0]?.name).toEqualTypeOf<string | undefined>();
    expect(tools).toHaveLength(1);
    expect(Object.keys(isSpecType)).toEqual(Object.keys(specTypeSchemas));
  });

  it('`isSpecType` goes with a schema that answers at once', () => {
    const outcome = specTypeSchemas.Tool['~standard'].validate({ name: 'a', inputSchema: { type: 'object' } });
    expectTypeOf(outcome).not.toExtend<Promise<unknown>>();
    expect(outcome.issues).toBeUndefined();
    expectTypeOf<Tool>().toExtend<{ name: string }>();
  });

  it('`isSpecType` can be warmed up', () => {
    expect(preloadSchemas).not.toThrow();
  });
});

describe('guards', () => {
  const info = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } };

  it.each([
    [isCallToolResult, { content: [] }, true],
    [isCallToolResult, { content: [{ type: 'resource_link', uri: 'a', name: 'a' }] }, true],
    [isCallToolResult, {}, false],
    [isCallToolResult, { content: [{ type: 'text' }] }, false],
    [isInitializeRequest, { method: 'initialize', params: info }, true],
    [isInitializeRequest, { method: 'initialize', params: {} }, false],
    [isInitializedNotification, { method: 'notifications/initialized' }, true],
    [isInitializedNotification, { method: 'ping' }, false],
    [isTaskAugmentedRequestParams, { task: { ttl: 1 } }, true],
    [isTaskAugmentedRequestParams, { task: 1 }, false],
    [isInputRequiredResult, { resultType: 'input_required', requestState: 's' }, true],
    [isInputRequiredResult, { resultType: 'input_required', inputRequests: [] }, false],
    [isInputRequiredResult, { resultType: 'complete' }, false]
  ])('The guard %o judges %j', (guard, value, expected) => {
    expect(guard(value)).toBe(expected);
  });

  it('Guards of completions tell prompts from templates', () => {
    const argument = { name: 'a', value: 'b' };
    const prompt = {
      method: 'completion/complete',
      params: { ref: { type: 'ref/prompt', name: 'p' }, argument }
    } as const;
    expect(() => assertCompleteRequestPrompt(prompt)).not.toThrow();
    expect(() => assertCompleteRequestResourceTemplate(prompt)).toThrow(TypeError);
  });
});

describe('withInputRequired', () => {
  it('`withInputRequired()` passes what asks for input, and checks the rest', async () => {
    const schema = withInputRequired(CallToolResultSchema);
    const asks = { resultType: 'input_required', requestState: 's' };
    expect(await schema['~standard'].validate(asks)).toEqual({ value: asks });
    expect((await schema['~standard'].validate({ content: 1 })).issues).toHaveLength(1);
  });
});

it.each([
  [{ name: 'a' }, 'a'],
  [{ name: 'a', title: 'A' }, 'A'],
  [{ name: 'a', title: '', annotations: { title: 'B' } }, 'B'],
  [{ name: 'a', title: 'A', annotations: { title: 'B' } }, 'A']
])('the display name of %j is %s', (metadata, expected) => {
  expect(getDisplayName(metadata)).toBe(expected);
});

it('Envelopes and JSON values have schemas', () => {
  expect(JSONRPCMessageSchema.safeParse({ jsonrpc: '2.0', id: 1, result: {} }).success).toBe(true);
  expect(JSONRPCMessageSchema.safeParse({ jsonrpc: '2.0', id: 1, method: 'a', extra: 1 }).success).toBe(false);
  expect(JSONValueSchema.safeParse({ a: [1, null, { b: undefined }] }).success).toBe(false);
});

import * as z from 'zod/mini';
import { requestShape, resultShape } from './common.js';
import { open, optional, record } from './schemaParts.js';

// Completion of arguments. https://modelcontextprotocol.io/specification/2025-11-25/schema

export const PromptReferenceSchema = open({ type: z.literal('ref/prompt'), name: z.string(), title: optional.string });
export interface PromptReference extends z.infer<typeof PromptReferenceSchema> {}

/** `uri` is a URI or a URI template. */
export const ResourceTemplateReferenceSchema = open({ type: z.literal('ref/resource'), uri: z.string() });
export interface ResourceTemplateReference extends z.infer<typeof ResourceTemplateReferenceSchema> {}

export const CompleteRequestParamsSchema = open({
  ...requestShape,
  ref: z.union([PromptReferenceSchema, ResourceTemplateReferenceSchema]),
  argument: open({ name: z.string(), value: z.string() }),
  context: z.optional(open({ arguments: z.optional(record(z.string())) }))
});
export interface CompleteRequestParams extends z.infer<typeof CompleteRequestParamsSchema> {}

export const CompleteRequestSchema = open({
  method: z.literal('completion/complete'),
  params: CompleteRequestParamsSchema
});
export interface CompleteRequest extends z.infer<typeof CompleteRequestSchema> {}

export type CompleteRequestPrompt = CompleteRequest & { params: { ref: PromptReference } };
export type CompleteRequestResourceTemplate = CompleteRequest & { params: { ref: ResourceTemplateReference } };

export const CompleteResultSchema = z.looseObject({
  ...resultShape,
  completion: z.looseObject({ values: z.array(z.string()), total: optional.int, hasMore: optional.boolean })
});
export interface CompleteResult extends z.infer<typeof CompleteResultSchema> {}

/**
 * Makes sure that a request completes an argument of a prompt.
 * @throws {TypeError} when it does not
 */
export function assertCompleteRequestPrompt(request: CompleteRequest): asserts request is CompleteRequestPrompt {
  assertReference(request, 'ref/prompt');
}

/**
 * Makes sure that a request completes a variable of a resource template.
 * @throws {TypeError} when it does not
 */
export function assertCompleteRequestResourceTemplate(
  request: CompleteRequest
): asserts request is CompleteRequestResourceTemplate {
  assertReference(request, 'ref/resource');
}

function assertReference(request: CompleteRequest, expected: string): void {
  const { type } = request.params.ref;
  if (type !== expected) throw new TypeError(`Expected a completion of ${expected}, not of ${JSON.stringify(type)}`);
}

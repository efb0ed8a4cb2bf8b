import { isJsonObject } from '../jsonObject.js';

/**
 * The hottest results, checked by hand: what these functions accept, the schemas accept too, at a tenth of the cost.
 * What they do not recognize as ordinary is for the schema to judge, which then also says what is wrong.
 */

type Members = Record<string, unknown>;

const isAbsentOrObject = (value: unknown): boolean => value === undefined || isJsonObject(value);
const isAbsentOrString = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isAbsentOrBoolean = (value: unknown): boolean => value === undefined || typeof value === 'boolean';
const isString = (value: unknown): boolean => typeof value === 'string';

/** Tells whether a value is a `tools/call` result of text, images and audio without annotations. */
export function isOrdinaryCallToolResult({ content, isError, _meta }: Members): boolean {
  return (
    Array.isArray(content) && content.every(isOrdinaryContent) && isAbsentOrBoolean(isError) && isAbsentOrObject(_meta)
  );
}

function isOrdinaryContent(block: unknown): boolean {
  if (!isJsonObject(block) || block['annotations'] !== undefined || !isAbsentOrObject(block['_meta'])) return false;
  switch (block['type']) {
    case 'text':
      return typeof block['text'] === 'string';
    case 'image':
    case 'audio':
      return typeof block['data'] === 'string' && typeof block['mimeType'] === 'string';
    default:
      return false;
  }
}

/** Tells whether a value is a `tools/list` result of tools without icons and execution hints. */
export function isOrdinaryListToolsResult({ tools, nextCursor, _meta }: Members): boolean {
  return Array.isArray(tools) && tools.every(isOrdinaryTool) && isAbsentOrString(nextCursor) && isAbsentOrObject(_meta);
}

function isOrdinaryTool(tool: unknown): boolean {
  if (!isJsonObject(tool) || tool['icons'] !== undefined || tool['execution'] !== undefined) return false;
  const { name, title, description, inputSchema, outputSchema, annotations, _meta } = tool;
  return (
    typeof name === 'string' &&
    isAbsentOrString(title) &&
    isAbsentOrString(description) &&
    isInputSchema(inputSchema) &&
    (outputSchema === undefined || (isJsonObject(outputSchema) && isAbsentOrString(outputSchema['$schema']))) &&
    (annotations === undefined || isToolAnnotations(annotations)) &&
    isAbsentOrObject(_meta)
  );
}

function isInputSchema(schema: unknown): boolean {
  if (!isJsonObject(schema) || schema['type'] !== 'object' || !isAbsentOrObject(schema['properties'])) return false;
  const required = schema['required'];
  return required === undefined || (Array.isArray(required) && required.every(isString));
}

function isToolAnnotations(annotations: unknown): boolean {
  if (!isJsonObject(annotations)) return false;
  const { title, readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
  return (
    isAbsentOrString(title) &&
    isAbsentOrBoolean(readOnlyHint) &&
    isAbsentOrBoolean(destructiveHint) &&
    isAbsentOrBoolean(idempotentHint) &&
    isAbsentOrBoolean(openWorldHint)
  );
}

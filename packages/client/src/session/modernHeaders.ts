import { isJsonObject } from '@scopeful/core/engine';

// HTTP headers that repeat parts of the body. https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#request-metadata

// In lower case, so that they replace what a transport would send under the same name.
const VERSION_HEADER = 'mcp-protocol-version';
const METHOD_HEADER = 'mcp-method';
const NAME_HEADER = 'mcp-name';

/** Returns the headers of any request. */
export function standardHeaders(
  protocolVersion: string,
  method: string,
  params: object | undefined
): Record<string, string> {
  const headers: Record<string, string> = { [VERSION_HEADER]: protocolVersion, [METHOD_HEADER]: method };
  const name = nameOf(method, params);
  if (typeof name === 'string') headers[NAME_HEADER] = headerValue(name);
  return headers;
}

function nameOf(method: string, params: object | undefined): unknown {
  const { name, uri } = (params ?? {}) as { name?: unknown; uri?: unknown };
  switch (method) {
    case 'tools/call':
    case 'prompts/get':
      return name;
    case 'resources/read':
      return uri;
    default:
      return undefined;
  }
}

/** Text that can stand in a header as it is: visible ASCII, and blanks in between. */
const PLAIN = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;
const SENTINEL = /^=\?base64\?.*\?=$/s;

/** Makes a header value for any text: as it is where that is safe, else in base64 (Value Encoding). */
export function headerValue(text: string): string {
  return PLAIN.test(text) && !SENTINEL.test(text) ? text : `=?base64?${base64(text)}?=`;
}

function base64(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

/** A parameter of a tool that is repeated in a header. */
export interface HeaderParameter {
  /** The property names that lead to it. */
  path: readonly string[];
  /** The header's name in full. */
  header: string;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PRIMITIVES = new Set<unknown>(['string', 'integer', 'boolean']);
/** Deeper than any arguments that somebody wrote; a schema in memory could go on for ever. */
const MAX_DEPTH = 64;

/**
 * Returns the parameters that an input schema marks with `x-mcp-header`.
 * @throws {TypeError} that says why, when a mark is not as it must be: such a tool has to be left out.
 */
export function headerParameters(inputSchema: object): readonly HeaderParameter[] {
  if (!mentionsMark(inputSchema, 0)) return NONE;
  const found: HeaderParameter[] = [];
  const names = new Set<string>();
  collect(inputSchema, [], true, (schema, path) => {
    const parameter = parameterOf(schema, path);
    const name = parameter.header.toLowerCase();
    if (names.has(name)) throw new TypeError(`two of its parameters have the header ${parameter.header}`);
    names.add(name);
    found.push(parameter);
  });
  return found;
}

const NONE: readonly HeaderParameter[] = [];

/**
 * Tells whether the mark is anywhere at all, which is quickly told: a list can have thousands of tools, and few have
 * any.
 */
function mentionsMark(value: object, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  for (const key in value) {
    if (key === 'x-mcp-header') return true;
    const member: unknown = (value as Record<string, unknown>)[key];
    if (typeof member === 'object' && member !== null && mentionsMark(member, depth + 1)) return true;
  }
  return false;
}

type Found = (schema: Record<string, unknown>, path: readonly string[] | undefined) => void;

/** Visits every schema that has a mark; `path` is undefined where no chain of `properties` leads. */
function collect(
  value: unknown,
  path: readonly string[] | undefined,
  isSchema: boolean,
  found: Found,
  depth = 0
): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const each of value) collect(each, undefined, isSchema, found, depth + 1);
    return;
  }
  const members = value as Record<string, unknown>;
  if (isSchema && members['x-mcp-header'] !== undefined) found(members, path?.length === 0 ? undefined : path);
  for (const [keyword, member] of Object.entries(members)) {
    if (keyword === 'properties' && isSchema && isJsonObject(member)) {
      for (const [name, property] of Object.entries(member)) {
        collect(property, path && [...path, name], true, found, depth + 1);
      }
    } else if (!DATA_KEYWORDS.has(keyword)) {
      // The members of $defs and the like are schemas by name: any of those names may be that of a keyword.
      collect(member, undefined, !NAMED_SCHEMAS.has(keyword), found, depth + 1);
    }
  }
}

/** Keywords whose values are no schemas: a mark in there marks nothing. */
const DATA_KEYWORDS = new Set(['const', 'enum', 'default', 'examples', 'x-mcp-header']);
const NAMED_SCHEMAS = new Set(['$defs', 'definitions', 'patternProperties', 'dependentSchemas']);

function parameterOf(schema: Record<string, unknown>, path: readonly string[] | undefined): HeaderParameter {
  const name = schema['x-mcp-header'];
  if (typeof name !== 'string' || !TOKEN.test(name)) {
    throw new TypeError(`its x-mcp-header ${JSON.stringify(name)} is no name of a header`);
  }
  if (path === undefined)
    throw new TypeError(`no chain of properties leads to its x-mcp-header ${JSON.stringify(name)}`);
  if (!PRIMITIVES.has(schema['type'])) {
    const type = JSON.stringify(schema['type']);
    throw new TypeError(`its x-mcp-header ${JSON.stringify(name)} marks a parameter of type ${type}`);
  }
  return { path, header: `mcp-param-${name}` };
}

/** Returns the headers for the arguments of a call; a parameter without a value has none. */
export function parameterHeaders(
  parameters: readonly HeaderParameter[],
  args: Readonly<Record<string, unknown>> | undefined
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { path, header } of parameters) {
    const value = path.reduce<unknown>(
      (at, name) => (isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
      args
    );
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      headers[header] = headerValue(String(value));
    }
  }
  return headers;
}

/** Values that are of a type, and values that are not. */
export interface Examples {
  valid: unknown[];
  invalid: unknown[];
}

export type ExamplesByType = Record<string, Examples>;

export function without(value: object, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** Another value around each. */
function around({ valid, invalid }: Examples, wrap: (value: unknown) => unknown): Examples {
  return { valid: valid.map(wrap), invalid: invalid.map(wrap) };
}

/** Examples with further values that are not of the type. */
function butNot({ valid, invalid }: Examples, ...more: unknown[]): Examples {
  return { valid, invalid: [...invalid, ...more] };
}

/** `_meta` of every request of 2026-07-28. */
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'sommelier', version: '3.1.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
  progressToken: 'p-1'
};

/** Examples of params: those of the specification carry `_meta`. */
export const withMeta = (params: object): object => ({ ...params, _meta: META });

/** Examples of a request, from those of its params. */
export function request(method: string, params: Examples): Examples {
  const examples = around(params, each => ({ jsonrpc: '2.0', id: 7, method, params: each }));
  return butNot(examples, { jsonrpc: '2.0', id: 7, method: `${method}/other`, params: params.valid[0] });
}

/** Examples of a notification, from those of its params. */
export function notification(method: string, params: Examples): Examples {
  const examples = around(params, each => ({ jsonrpc: '2.0', method, params: each }));
  return butNot(examples, { jsonrpc: '2.0', method: 'notifications/other', params: params.valid[0] });
}

/** Examples of a response, from those of its result. */
export function response(result: Examples): Examples {
  const examples = around(result, each => ({ jsonrpc: '2.0', id: 'r-1', result: each }));
  return butNot(examples, { jsonrpc: '2.0', result: result.valid[0] }, { id: 'r-1', result: result.valid[0] });
}

/** What results of 2026-07-28 say about themselves. */
export const COMPLETE = {
  resultType: 'complete',
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'cellar', version: '1.4.2' } }
};
export const CACHED = { ...COMPLETE, ttlMs: 60_000, cacheScope: 'private' };

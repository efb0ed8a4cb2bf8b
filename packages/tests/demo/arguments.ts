import { parseArgs } from 'node:util';

export interface ServerArguments {
  readonly serverUrl: URL;
  readonly call: { readonly name: string; readonly arguments: Record<string, unknown> } | undefined;
  readonly port: number;
  readonly scope: string | undefined;
  readonly clientId: string | undefined;
  readonly openBrowser: boolean;
}

export type DemoArguments = { readonly kind: 'help' } | { readonly kind: 'own' } | ServerDemo;
type ServerDemo = { readonly kind: 'server' } & ServerArguments;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `Usage:
  pnpm demo                              both servers on this machine, signed in to by itself
  pnpm demo -- <url of an MCP server>    that server, signed in to with your browser

Options for the second form:
  --call <tool> ['<json arguments>']     calls this tool after listing all
  --scope '<scopes>'                     asked for when the server names none
  --client-id <id>                       a client registered beforehand
  --port <number>                        of the callback http://127.0.0.1:<number>/callback (default: any)
  --no-open                              prints the sign-in page's URL and opens no browser
  --help`;

const OPTIONS = {
  call: { type: 'string' },
  scope: { type: 'string' },
  'client-id': { type: 'string' },
  port: { type: 'string' },
  'no-open': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const;

/** @throws {UsageError} with a sentence for the user */
export function parseArguments(argv: readonly string[]): DemoArguments {
  // pnpm hands its own `--` on.
  const { values, tokens } = parse(argv.filter(word => word !== '--'));
  if (values.help === true) return { kind: 'help' };

  const words = tokens.filter(token => token.kind === 'positional');
  const callToken = tokens.find(token => token.kind === 'option' && token.name === 'call');
  const callArguments = words.find(({ index, value }) => {
    const afterCall = callToken !== undefined && index === callToken.index + (isInline(callToken) ? 1 : 2);
    return afterCall && !URL.canParse(value);
  });
  const [serverUrl, ...rest] = words.filter(word => word !== callArguments).map(word => word.value);
  if (rest.length > 0) throw new UsageError(`There is one server at a time; what is ${JSON.stringify(rest[0])}?`);
  if (serverUrl === undefined) {
    if (Object.keys(values).length > 0) throw new UsageError('These options need the URL of an MCP server.');
    return { kind: 'own' };
  }
  return {
    kind: 'server',
    serverUrl: parseUrl(serverUrl),
    call: values.call === undefined ? undefined : parseCall(values.call, callArguments?.value),
    port: parsePort(values.port ?? '0'),
    scope: values.scope,
    clientId: values['client-id'],
    openBrowser: values['no-open'] !== true
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, tokens: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function isInline(token: object): boolean {
  return 'inlineValue' in token && token.inlineValue === true;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError(`${JSON.stringify(text)} is not an http: or https: URL.`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port needs a number up to 65535, not ${JSON.stringify(text)}.`);
}

function parseCall(name: string, json = '{}'): { name: string; arguments: Record<string, unknown> } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UsageError(`The arguments of ${name} are not JSON: ${json}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { name, arguments: value as Record<string, unknown> };
  }
  throw new UsageError(`The arguments of ${name} must be a JSON object, not ${json}`);
}

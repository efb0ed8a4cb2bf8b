import { parseArgs } from 'node:util';

export const USAGE = `How a client module handles OAuth scopes, in scenarios over loopback HTTP.

  tsx scope-suite/main.ts [options]

  --client <module>  a package, or the absolute path of a module (default: @scopeful/client; may be repeated)
  --only <prefix>    a rule (R13), or the beginning of a scenario's id (R13-0); may be repeated
  --json             the results as JSON
  --compare          several clients side by side, as Markdown
  --help`;

export interface SuiteArguments {
  readonly clients: readonly string[];
  readonly only: readonly string[];
  readonly format: 'table' | 'json' | 'comparison' | 'help';
}

const OURS = '@scopeful/client';
const COMPARED = [OURS, '@modelcontextprotocol/client', '@modelcontextprotocol/sdk'];

/** @throws {TypeError} for options there are none of */
export function parseArguments(argv: readonly string[]): SuiteArguments {
  const { values } = parseArgs({
    // pnpm hands its own `--` on.
    args: argv.filter(word => word !== '--'),
    options: {
      client: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      compare: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  });
  const { client, only = [], json, compare, help } = values;
  return {
    clients: client ?? (compare ? COMPARED : [OURS]),
    only,
    format: help ? 'help' : compare ? 'comparison' : json ? 'json' : 'table'
  };
}

/** Whether a run is one of those asked for: `R1` means that rule and not R13. */
export function isWanted(id: string, only: readonly string[]): boolean {
  return (
    only.length === 0 ||
    only.some(prefix => (prefix.includes('-') ? id.startsWith(prefix) : id.startsWith(`${prefix}-`)))
  );
}

import { visitServer } from './anyServer.js';
import { parseArguments, USAGE, UsageError } from './arguments.js';
import { visitOwnServers } from './ownServers.js';
import { createStyle } from './style.js';

const print = (text: string): void => console.log(text);

/** @returns the exit status */
async function main(): Promise<number> {
  const style = createStyle(process.stdout, process.env);
  const options = parseArguments(process.argv.slice(2));
  if (options.kind === 'help') {
    print(USAGE);
    return 0;
  }
  const verdict = await (options.kind === 'own' ? visitOwnServers(print, style) : visitServer(options, print, style));
  print(`\n${verdict.lost ? style.red(verdict.sentence) : style.green(verdict.sentence)}`);
  return verdict.lost ? 1 : 0;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EADDRINUSE: 'the port is taken'
};

/** Network errors hide under one or more "fetch failed". */
function explain(error: unknown): string {
  const lines: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : '';
    lines.push(`${cause.name}: ${cause.message}${code in SYSTEM_ERRORS ? ` (${SYSTEM_ERRORS[code] ?? ''})` : ''}`);
  }
  return lines.join('\n  because of ') || String(error);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

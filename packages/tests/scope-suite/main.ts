// Runs the scope suite: tsx scope-suite/main.ts --help
import process from 'node:process';
import { packageOf } from './adapters/load.js';
import { isWanted, parseArguments, USAGE } from './arguments.js';
import { runsOf, type Run } from './harness/scenario.js';
import { comparison, hasPassed, table, totals, type Report } from './report.js';
import { runAll } from './runner.js';
import { scenarios } from './scenarios/index.js';

async function reportOn(client: string, runs: readonly Run[]): Promise<Report> {
  const date = new Date().toISOString().slice(0, 10);
  return { client, ...packageOf(client), date, results: await runAll(client, runs) };
}

/** @returns the exit status */
async function main(): Promise<number> {
  const { clients, only, format } = parseArguments(process.argv.slice(2));
  if (format === 'help') {
    console.log(USAGE);
    return 0;
  }
  const runs = runsOf(scenarios).filter(({ id }) => isWanted(id, only));
  if (runs.length === 0) throw new Error(`No scenario matches ${only.join(', ')}.`);
  const reports: Report[] = [];
  for (const client of clients) reports.push(await reportOn(client, runs));
  if (format === 'comparison') console.log(comparison(reports));
  else if (format === 'table') console.log(reports.map(table).join('\n\n'));
  else
    console.log(
      JSON.stringify(
        reports.map(report => ({ ...report, totals: totals(report) })),
        undefined,
        2
      )
    );
  // A comparison is about the first: that the others fail is what it is there to show.
  const judged = format === 'comparison' ? reports.slice(0, 1) : reports;
  return judged.every(hasPassed) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

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

const { clients, only, format } = parseArguments(process.argv.slice(2));
const runs = runsOf(scenarios).filter(({ id }) => isWanted(id, only));
if (format === 'help') {
  console.log(USAGE);
} else if (runs.length === 0) {
  console.error(`No scenario matches ${only.join(', ')}.`);
  process.exitCode = 2;
} else {
  const reports: Report[] = [];
  for (const client of clients) reports.push(await reportOn(client, runs));
  if (format === 'comparison') console.log(comparison(reports));
  else if (format === 'json')
    console.log(
      JSON.stringify(
        reports.map(report => ({ ...report, totals: totals(report) })),
        undefined,
        2
      )
    );
  else console.log(reports.map(table).join('\n\n'));
  process.exitCode = reports.every(hasPassed) ? 0 : 1;
}

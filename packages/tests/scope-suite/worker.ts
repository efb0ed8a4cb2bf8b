// The process that a client is tried in: told a run's id, it answers with the result.
import process from 'node:process';
import { loadClient } from './adapters/load.js';
import { runsOf } from './harness/scenario.js';
import { play, type Played } from './runScenario.js';
import { scenarios } from './scenarios/index.js';

export type WorkerMessage = { readonly kind: 'ready' } | ({ readonly kind: 'played' } & Played);

const [name = ''] = process.argv.slice(2);
const runs = new Map(runsOf(scenarios).map(run => [run.id, run]));

function send(message: WorkerMessage): void {
  process.send?.(message);
}

const client = await loadClient(name);
// What a client leaves unhandled must not end the scenarios that run beside it.
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);
process.on('message', (id: string) => {
  const run = runs.get(id);
  if (run !== undefined) void play(client, run).then(played => send({ kind: 'played', ...played }));
});
process.on('disconnect', () => process.exit());
send({ kind: 'ready' });

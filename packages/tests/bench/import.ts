// `pnpm bench`: what it costs to import the client, ours and the official one, taken in turns. CPU time, not seconds.
import { execFileSync } from 'node:child_process';
import process from 'node:process';

const ROUNDS = 11;

interface Cost {
  milliseconds: number;
  megabytes: number;
}

function importOnce(name: string): Cost {
  const program = `
    const cpu = process.cpuUsage(), heap = process.memoryUsage().heapUsed;
    await import(${JSON.stringify(name)});
    const { user, system } = process.cpuUsage(cpu);
    const megabytes = (process.memoryUsage().heapUsed - heap) / 1e6;
    console.log(JSON.stringify({ milliseconds: (user + system) / 1000, megabytes }));`;
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })) as Cost;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const names = ['@scopeful/client', '@modelcontextprotocol/client'];
const costs = new Map(names.map(name => [name, [] as Cost[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, list] of costs) list.push(importOnce(name));
}
const medians = names.map(name => {
  const list = costs.get(name) ?? [];
  return {
    name,
    milliseconds: median(list.map(cost => cost.milliseconds)),
    megabytes: median(list.map(cost => cost.megabytes))
  };
});
for (const { name, milliseconds, megabytes } of medians) {
  console.log(
    `${name.padEnd(30)} ${milliseconds.toFixed(1).padStart(7)} ms CPU ${megabytes.toFixed(1).padStart(6)} MB`
  );
}
const [ours, theirs] = medians;
if (ours !== undefined && theirs !== undefined) {
  console.log(
    `cold import, ratio of CPU time: ${(ours.milliseconds / theirs.milliseconds).toFixed(2)} (median of ${ROUNDS}, Node ${process.versions.node})`
  );
}

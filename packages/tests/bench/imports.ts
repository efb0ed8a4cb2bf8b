import { execFileSync } from 'node:child_process';
import process from 'node:process';

const ROUNDS = 11;

/** What one import costs: CPU time, since the clock depends on what else runs, and heap. */
export interface ImportCost {
  milliseconds: number;
  megabytes: number;
}

function importOnce(name: string): ImportCost {
  const program = `
    const cpu = process.cpuUsage(), heap = process.memoryUsage().heapUsed;
    await import(${JSON.stringify(name)});
    const { user, system } = process.cpuUsage(cpu);
    const megabytes = (process.memoryUsage().heapUsed - heap) / 1e6;
    console.log(JSON.stringify({ milliseconds: (user + system) / 1000, megabytes }));`;
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })) as ImportCost;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** The median cost of importing each of two packages in a fresh process, taken in turns. */
export function importCosts(...names: [string, string]): [ImportCost, ImportCost] {
  const rounds = Array.from({ length: ROUNDS }, () => names.map(importOnce));
  const medians = names.map((_, index) => ({
    milliseconds: median(rounds.map(round => round[index]?.milliseconds ?? NaN)),
    megabytes: median(rounds.map(round => round[index]?.megabytes ?? NaN))
  }));
  return medians as [ImportCost, ImportCost];
}

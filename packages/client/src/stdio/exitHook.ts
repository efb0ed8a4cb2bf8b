import type { ChildProcess } from 'node:child_process';
import process from 'node:process';

/** The servers that are running. One listener serves them all, and only while there are some. */
const running = new Set<ChildProcess>();

function endAll(): void {
  for (const child of running) child.kill();
}

/** Lets a server end with this process, should that not close it. */
export function endWithThisProcess(child: ChildProcess): void {
  child.once('spawn', () => {
    if (running.size === 0) process.on('exit', endAll);
    running.add(child);
  });
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', endAll);
  });
}

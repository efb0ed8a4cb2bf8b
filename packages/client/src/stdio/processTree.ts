import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';

// A server is often started by another program (npx, uvx, a shell), which does not always pass signals on.

/** Lists every process and its parent, as far as can be told. */
async function parents(): Promise<Map<number, number>> {
  if (process.platform === 'linux') return parentsFromProc();
  return new Promise(resolve => {
    execFile('ps', ['-A', '-o', 'pid=,ppid='], (error, output) => {
      const lines = error === null ? output.trim().split('\n') : [];
      resolve(new Map(lines.map(line => line.trim().split(/\s+/).map(Number) as [number, number])));
    });
  });
}

/** Slim containers have no `ps`. */
async function parentsFromProc(): Promise<Map<number, number>> {
  const names = await readdir('/proc').catch(() => []);
  const entries = await Promise.all(
    names
      .filter(name => /^\d+$/.test(name))
      .map(async (pid): Promise<[number, number]> => {
        // The second field, a name in parentheses, may hold anything; the parent is the second one after it.
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
        return [Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)];
      })
  );
  return new Map(entries);
}

/** Returns a process and everything it started, directly or not. */
export async function processTree(root: number): Promise<number[]> {
  const parentOf = await parents();
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, itsParent] of parentOf) if (itsParent === parent && !tree.includes(pid)) tree.push(pid);
  }
  return tree;
}

/** Sends a signal to those that are still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It is gone.
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Returns the program that ends a process and everything it started, on Windows; elsewhere signals do. */
export function treeKiller(platform: NodeJS.Platform, root: number): [command: string, args: string[]] | undefined {
  return platform === 'win32' ? ['taskkill', ['/pid', String(root), '/T', '/F']] : undefined;
}

/** Runs a program to its end, whatever comes of it. */
export async function runToEnd(command: string, args: string[]): Promise<void> {
  await new Promise<void>(resolve => {
    execFile(command, args, { windowsHide: true }, () => resolve());
  });
}

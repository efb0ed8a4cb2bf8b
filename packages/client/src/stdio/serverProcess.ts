import type { ChildProcess, IOType, SpawnOptions } from 'node:child_process';
import type { Buffer } from 'node:buffer';
import process from 'node:process';
import type { Readable, Stream, Writable } from 'node:stream';
import spawn from 'cross-spawn';
import { getDefaultEnvironment } from './environment.js';
import { endWithThisProcess } from './exitHook.js';
import { isAlive, processTree, runToEnd, signalAll, treeKiller } from './processTree.js';
import { StdioError } from './stdioError.js';

/** How long a server may take to end after its input was closed, and again after SIGTERM, in milliseconds. */
const GRACE = 2_000;

/** How long the system may take to end a process that is killed, in milliseconds. */
const KILL_TIME = 1_000;

/** A process that ended should have closed its output by then, and the other way round; in milliseconds. */
const DRAIN_TIME = 1_000;

/** The program that a {@link StdioClientTransport} starts. */
export type StdioServerParameters = {
  /** The executable. It is not run through a shell. */
  command: string;
  args?: string[];
  /** Environment variables, beside and before those of {@link getDefaultEnvironment}. */
  env?: Record<string, string>;
  /** Where its standard error goes, as with `child_process.spawn`; to that of this process by default. */
  stderr?: IOType | Stream | number;
  /** Working directory; that of this process by default. */
  cwd?: string;
  /** Longest message accepted, in bytes; 10 MiB by default. A longer one closes the connection. */
  maxBufferSize?: number;
};

/** Who is told about a process. */
export interface ProcessListener {
  onData: (chunk: Buffer) => void;
  /** The process and its output have ended, in good order or not, but not because of {@link ServerProcess.end}. */
  onEnd: (reason: StdioError, isOrderly: boolean) => void;
}

function spawnOptions({ cwd, env, stderr }: StdioServerParameters): SpawnOptions {
  return {
    cwd,
    env: { ...getDefaultEnvironment(), ...env },
    stdio: ['pipe', 'pipe', stderr ?? 'inherit'],
    shell: false,
    windowsHide: true
  };
}

function describeExit(command: string, code: number | null, signal: string | null): StdioError {
  const how = signal === null ? `exited with code ${code ?? 'unknown'}` : `was ended by ${signal}`;
  return new StdioError('SERVER_EXITED', `The server process (${command}) ${how}`);
}

/** A server that runs as a child process. */
export class ServerProcess {
  /** Settles when the process runs, or could not be started. */
  readonly started: Promise<void>;
  /** Resolves when the process has ended; also when it never ran. */
  readonly #exited: Promise<void>;
  /** Resolves when the listener has been told of the end, or need not be. */
  readonly #over: Promise<void>;
  #setOver!: () => void;
  readonly #child: ChildProcess;
  /** Missing when this process may not open any more files. */
  readonly #input: Writable | null;
  readonly #output: Readable | null;
  #exitReason: StdioError | undefined;
  #isOrderly = true;
  #hasOutputEnded = false;
  #isEnding = false;
  #drainTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly parameters: StdioServerParameters,
    readonly listener: ProcessListener
  ) {
    const { command, args = [] } = parameters;
    const child = spawn(command, args, spawnOptions(parameters));
    this.#child = child;
    this.#input = child.stdin;
    this.#output = child.stdout;
    this.started = new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', cause => reject(this.#spawnFailure(cause)));
    });
    this.#exited = new Promise(resolve => {
      child.once('error', () => (child.pid === undefined ? resolve() : undefined));
      child.once('exit', (code, signal) => {
        this.#exitReason = describeExit(command, code, signal);
        this.#isOrderly = code === 0;
        resolve();
        this.#settle();
      });
    });
    this.#over = new Promise(resolve => (this.#setOver = resolve));
    endWithThisProcess(child);
    this.#listen();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stderr(): Readable | null {
    return this.#child.stderr;
  }

  /** Writes text; resolves when the system has taken it, so that a slow server slows its client down. */
  async write(text: string): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#input?.write(text, error => (error == null ? resolve() : reject(error)));
      });
    } catch (error) {
      // The pipe breaks before it is known how the process ended, which is what matters.
      await within(this.#over, 2 * DRAIN_TIME);
      throw this.#exitReason ?? error;
    }
  }

  /** Ends the process: gracefully when it lets us, by force otherwise. Takes five seconds at most. */
  async end(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#drainTimer);
    this.#input?.end();
    if (!(await within(this.#exited, GRACE))) await this.#terminate();
    // Something that it started may still hold these.
    this.#input?.destroy();
    this.#output?.destroy();
    this.#child.stderr?.destroy();
    this.#child.unref();
    this.#setOver();
  }

  #listen(): void {
    // Whoever writes is told by the write itself; without a listener it would end this process, too.
    this.#input?.on('error', () => undefined);
    this.#output?.on('data', (chunk: Buffer) => this.listener.onData(chunk));
    this.#output?.on('error', () => undefined);
    this.#output?.once('close', () => {
      this.#hasOutputEnded = true;
      this.#settle();
    });
  }

  async #terminate(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    const killer = treeKiller(process.platform, pid);
    if (killer !== undefined) {
      await runToEnd(...killer);
    } else {
      const tree = await processTree(pid);
      signalAll(tree, 'SIGTERM');
      await allGone(tree, GRACE);
      signalAll(tree, 'SIGKILL');
    }
    await within(this.#exited, KILL_TIME);
  }

  /** Process and output end in any order, and one of them possibly never: what a server started may hold its output open. */
  #settle(): void {
    if (this.#isEnding) return;
    clearTimeout(this.#drainTimer);
    if (this.#exitReason === undefined || !this.#hasOutputEnded) {
      this.#drainTimer = setTimeout(() => this.#finish(), DRAIN_TIME);
      return;
    }
    this.#finish();
  }

  #finish(): void {
    const { command } = this.parameters;
    const closed = new StdioError('SERVER_EXITED', `The server process (${command}) closed its output`);
    if (this.pid !== undefined) this.listener.onEnd(this.#exitReason ?? closed, this.#isOrderly);
    this.#setOver();
  }

  #spawnFailure(cause: Error): StdioError {
    const { code = 'SPAWN_FAILED' } = cause as NodeJS.ErrnoException;
    const { command, cwd } = this.parameters;
    const where = cwd === undefined ? '' : ` in ${JSON.stringify(cwd)}`;
    const advice =
      code === 'ENOENT' ? '. Is it installed, and on the PATH that the server is given? Does its directory exist?' : '';
    const message = `The server process ${JSON.stringify(command)} could not be started${where} (${code})${advice}`;
    return new StdioError(code, message, { cause });
  }
}

/** Waits; answers whether it came to pass before time was up. */
async function within(event: Promise<void>, time: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<boolean>(resolve => (timer = setTimeout(() => resolve(false), time)));
  const isInTime = await Promise.race([event.then(() => true), timeUp]);
  clearTimeout(timer);
  return isInTime;
}

/** Waits until every process is gone, or time is up. */
async function allGone(pids: readonly number[], time: number): Promise<void> {
  for (const end = Date.now() + time; Date.now() < end && pids.some(isAlive);) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

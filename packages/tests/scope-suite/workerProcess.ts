import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Result, Run } from './harness/scenario.js';
import type { WorkerMessage } from './worker.js';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

/** What a worker is allowed beyond the scenario's own limit, in milliseconds: it may be busy with several others. */
const GRACE = 2_000;

/** How long a client may take to load, in milliseconds. */
const LOADING_LIMIT = 30_000;

export interface WorkerEvents {
  onReady: () => void;
  onPlayed: (result: Result) => void;
  /** The process was lost, with runs that it had not finished. */
  onLost: (unfinished: Run[], how: string) => void;
  /** The client could not even be loaded. */
  onUnloadable: (error: Error) => void;
}

/** One process with the client under test, and the runs it was given. */
export class WorkerProcess {
  /** Whether its client may still be busy with a run that is over: then it should get no other. */
  isTainted = false;
  readonly #inFlight = new Map<string, { run: Run; timer: NodeJS.Timeout }>();
  readonly #process: ChildProcess;
  readonly #events: WorkerEvents;
  readonly #loading: NodeJS.Timeout;
  #isReady = false;
  #stderr = '';

  constructor(client: string, events: WorkerEvents) {
    this.#events = events;
    this.#process = fork(WORKER, [client], {
      execArgv: ['--import', TSX],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc']
    });
    this.#process.stderr?.on('data', (text: Buffer) => (this.#stderr = (this.#stderr + String(text)).slice(-2_000)));
    this.#process.on('message', message => this.#receive(message as WorkerMessage));
    this.#process.once('exit', () => this.#lose('its process ended'));
    this.#loading = setTimeout(() => this.#lose('it took too long to load'), LOADING_LIMIT);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  start(run: Run): void {
    const timer = setTimeout(() => this.#lose('it blocked its process'), run.scenario.limit + GRACE);
    this.#inFlight.set(run.id, { run, timer });
    this.#process.send(run.id);
  }

  stop(): void {
    clearTimeout(this.#loading);
    this.#process.removeAllListeners('exit');
    this.#process.kill('SIGKILL');
  }

  #receive(message: WorkerMessage): void {
    if (message.kind === 'ready') {
      clearTimeout(this.#loading);
      this.#isReady = true;
      return this.#events.onReady();
    }
    const { result, isRunaway } = message;
    clearTimeout(this.#inFlight.get(result.id)?.timer);
    this.#inFlight.delete(result.id);
    this.isTainted ||= isRunaway;
    this.#events.onPlayed(result);
  }

  #lose(how: string): void {
    this.stop();
    if (!this.#isReady)
      return this.#events.onUnloadable(new Error(`The client was not loaded: ${how}.\n${this.#stderr}`));
    const unfinished = [...this.#inFlight.values()];
    for (const { timer } of unfinished) clearTimeout(timer);
    this.#inFlight.clear();
    this.#events.onLost(
      unfinished.map(({ run }) => run),
      how
    );
  }
}

import { resultOf, type Result, type Run } from './harness/scenario.js';
import { failed } from './harness/verdict.js';
import { WorkerProcess } from './workerProcess.js';

/** Runs at a time. */
const CONCURRENCY = 8;

/** Plays runs on a client in processes of its own. What hangs or kills its process fails; the rest goes on. */
class Runner {
  readonly results = new Map<string, Result>();
  readonly #client: string;
  #queue: Run[];
  /** Runs that were in a process that was lost: each is tried again, alone. */
  readonly #suspects: Run[] = [];
  readonly #settle: { resolve: () => void; reject: (error: Error) => void };

  constructor(client: string, runs: readonly Run[], settle: { resolve: () => void; reject: (error: Error) => void }) {
    this.#client = client;
    this.#queue = [...runs];
    this.#settle = settle;
  }

  /** Starts a process for what is left: for as many as are allowed at a time, or, after those, for one suspect. */
  begin(): void {
    const suspect = this.#queue.length === 0 ? this.#suspects.shift() : undefined;
    if (suspect !== undefined) this.#queue = [suspect];
    if (this.#queue.length === 0) return this.#settle.resolve();
    const worker = new WorkerProcess(this.#client, {
      onReady: () => this.#feed(worker),
      onPlayed: result => {
        this.results.set(result.id, result);
        this.#feed(worker);
      },
      onLost: (unfinished, how) => {
        if (unfinished.length > 1) this.#suspects.push(...unfinished);
        else for (const run of unfinished) this.results.set(run.id, resultOf(run, failed(how), run.scenario.limit));
        this.begin();
      },
      onUnloadable: this.#settle.reject
    });
  }

  #feed(worker: WorkerProcess): void {
    while (!worker.isTainted && worker.inFlight < CONCURRENCY) {
      const run = this.#queue.shift();
      if (run === undefined) break;
      worker.start(run);
    }
    if (worker.inFlight > 0) return;
    worker.stop();
    this.begin();
  }
}

/** @returns the results, in the order of the runs */
export async function runAll(client: string, runs: readonly Run[]): Promise<Result[]> {
  let runner: Runner | undefined;
  await new Promise<void>((resolve, reject) => {
    runner = new Runner(client, runs, { resolve, reject });
    runner.begin();
  });
  return runs.flatMap(({ id }) => runner?.results.get(id) ?? []);
}

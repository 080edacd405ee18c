import cluster, { type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, OperatorError } from '../kernel/faults.ts';
import type { Logger } from '../telemetry/index.ts';

/** Milliseconds. A worker that served longer than this before it died was no part of a row of deaths. */
const STEADY = 30_000;
/** Milliseconds between two tries of a row, at most. */
const LONGEST_DELAY = 30_000;
/** Starts in a row that may fail. */
const ATTEMPTS = 5;
/** Milliseconds workers have to drain: longer than they take themselves, shorter than what the operator was told. */
const DRAIN = 9500;

/** What a worker says over IPC: that it serves, or what the operator has to set right before it can. */
export type WorkerMessage = 'ready' | { readonly faults: readonly Fault[] };

export interface WorkerPoolOptions {
  readonly size: number;
  /** Added to the primary's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/**
 * Keeps so many workers running. Before all have been ready once, a fault or a row of failures ends the start; after
 * that workers are replaced for as long as one of them serves.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #alive = new Set<Worker>();
  readonly #ready = new Map<Worker, number>();
  readonly #allReady = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #stopping = new AbortController();
  #started = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#failed.promise.catch(() => undefined);
    // Metrics may hold NaN, which JSON turns into null.
    cluster.setupPrimary({ serialization: 'advanced' });
  }

  /** Starts the workers; resolves when all of them serve. */
  start(): Promise<void> {
    for (let slot = 0; slot < this.#options.size; slot += 1) this.#fork(0);
    return Promise.race([this.#allReady.promise, this.#failed.promise]);
  }

  /** Rejects when the pool has given up. Never resolves. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Those that serve. */
  ready(): Iterable<Worker> {
    return this.#ready.keys();
  }

  /** Lets the workers drain; false when one had to be killed. */
  async stop(signal: NodeJS.Signals): Promise<boolean> {
    this.#stopping.abort();
    const exits = [...this.#alive].map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const worker of this.#alive) worker.process.kill(signal);
    const clean = Promise.all(exits).then(() => true);
    const drained = await Promise.race([clean, pause(DRAIN, false, { ref: false })]);
    for (const worker of this.#alive) worker.process.kill('SIGKILL');
    return clean.then(() => drained);
  }

  /** @param failures starts and short lives in a row before this one */
  #fork(failures: number): void {
    const worker = cluster.fork(this.#options.env);
    this.#alive.add(worker);
    worker.on('message', (message: WorkerMessage) => this.#hear(worker, message));
    worker.once('exit', (status, signal) => {
      this.#alive.delete(worker);
      if (!this.#stopping.signal.aborted) this.#replace(worker, failures, { status, signal });
    });
  }

  #hear(worker: Worker, message: WorkerMessage): void {
    if (this.#stopping.signal.aborted) return;
    if (message === 'ready') {
      this.#ready.set(worker, Date.now());
      if (this.#ready.size < this.#options.size) return;
      this.#started = true;
      this.#allReady.resolve();
    } else if (message.faults !== undefined) {
      if (!this.#started) this.#failed.reject(new OperatorError(message.faults));
      else this.#options.logger.error({ faults: message.faults }, 'a worker cannot start');
    }
  }

  #replace(worker: Worker, before: number, end: { status: number | null; signal: string | null }): void {
    const since = this.#ready.get(worker);
    this.#ready.delete(worker);
    const failures = since !== undefined && Date.now() - since > STEADY ? 1 : before + 1;
    if (since === undefined && failures >= ATTEMPTS && (!this.#started || this.#ready.size === 0)) {
      this.#failed.reject(new Error(`no worker could be started in ${failures} attempts`));
      return;
    }
    // The first replacement comes at once: somebody is waiting for it.
    const delay = failures === 1 ? 0 : Math.min(100 * 2 ** failures, LONGEST_DELAY);
    this.#options.logger.error(
      { worker: worker.process.pid, ...end, delay },
      'a worker ended; another takes its place',
    );
    pause(delay, undefined, { signal: this.#stopping.signal }).then(
      () => this.#fork(failures),
      () => undefined,
    );
  }
}

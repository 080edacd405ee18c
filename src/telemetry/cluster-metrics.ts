import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, Registry } from 'prom-client';

/**
 * One scrape answers for all processes, whichever of them it reaches: a worker asks the primary, and the primary asks
 * every worker that serves. prom-client adds the numbers up; it does not ask (its own way waits 5 s and then fails
 * while one worker is starting or has just died).
 */
type Message =
  | { readonly metrics: 'scrape'; readonly id: number }
  | { readonly metrics: 'scraped'; readonly id: number; readonly text: string }
  | { readonly metrics: 'report'; readonly id: number }
  | { readonly metrics: 'reported'; readonly id: number; readonly values: object };

/** Milliseconds a worker has for its report; the primary is given twice as long for the sum. */
const PATIENCE = 1000;

/** A worker's registry: what it prints is the sum over all processes; its own part alone where nobody answers. */
export class WorkerRegistry extends Registry {
  readonly #waiting = new Map<number, (text: string | undefined) => void>();
  #last = 0;

  constructor() {
    super();
    process.on('message', (message: Message) => void this.#hear(message));
  }

  override async metrics(): Promise<string> {
    return (await this.#askPrimary()) ?? (await super.metrics());
  }

  async #askPrimary(): Promise<string | undefined> {
    this.#last += 1;
    const id = this.#last;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#waiting.set(id, resolve);
    const timer = setTimeout(resolve, 2 * PATIENCE, undefined);
    process.send?.({ metrics: 'scrape', id } satisfies Message);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(id);
    });
  }

  async #hear(message: Message): Promise<void> {
    if (message.metrics === 'scraped') this.#waiting.get(message.id)?.(message.text);
    if (message.metrics !== 'report') return;
    const values = await this.getMetricsAsJSON();
    process.send?.({ metrics: 'reported', id: message.id, values } satisfies Message);
  }
}

/** The primary's side. `workers` are those that serve just now. */
export class ClusterMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #workers: () => Iterable<Worker>;
  #last = 0;

  constructor(workers: () => Iterable<Worker>) {
    this.#workers = workers;
    cluster.on('message', (worker, message: Message) => void this.#hear(worker, message));
  }

  /** The sum over all workers, as text. One that ends or hangs meanwhile is left out. */
  async metrics(): Promise<string> {
    const reports = await Promise.all([...this.#workers()].map((worker) => this.#report(worker)));
    return AggregatorRegistry.aggregate(reports.filter((report) => report !== undefined)).metrics();
  }

  async #hear(worker: Worker, message: Message): Promise<void> {
    if (message.metrics !== 'scrape') return;
    tell(worker, { metrics: 'scraped', id: message.id, text: await this.metrics() });
  }

  async #report(worker: Worker): Promise<object | undefined> {
    this.#last += 1;
    const id = this.#last;
    const { promise, resolve } = Promise.withResolvers<object | undefined>();
    const hear = (message: Message) => {
      if (message.metrics === 'reported' && message.id === id) resolve(message.values);
    };
    const gone = () => resolve(undefined);
    const timer = setTimeout(gone, PATIENCE);
    worker.on('message', hear).once('exit', gone);
    tell(worker, { metrics: 'report', id });
    return promise.finally(() => {
      clearTimeout(timer);
      worker.off('message', hear).off('exit', gone);
    });
  }
}

/** A worker may end at any moment; what can no longer be said to it is not worth an error. */
function tell(worker: Worker, message: Message): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}

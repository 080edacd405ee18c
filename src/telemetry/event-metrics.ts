import { Counter, Gauge } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** How far a sink is. */
interface MeasuredSink {
  readonly sink: string;
  readonly backlog: number;
  readonly age: number;
  readonly dead: number;
}

/**
 * Counts deliveries by sink and result, and asks at each scrape how far every sink is: the same of each process, so what is
 * shown for several is the largest, not their sum.
 */
export function measureEvents({ registry }: Metrics, measure: () => Promise<readonly MeasuredSink[]>) {
  const latest = onceInAWhile(() => measure().catch(() => []));
  const gauge = (name: string, help: string, of: 'backlog' | 'age' | 'dead') =>
    new Gauge({
      name,
      help,
      labelNames: ['sink'],
      aggregator: 'max',
      registers: [registry],
      async collect() {
        const sinks = await latest();
        this.reset();
        for (const { sink, [of]: value } of sinks) this.set({ sink }, value);
      },
    });
  const backlog = 'Events behind a sink’s cursor, or laid aside for it; 100000 stands for any more.';
  gauge('event_sink_backlog', backlog, 'backlog');
  gauge('event_sink_age_seconds', 'Age of the oldest event that is not delivered; 0 where there is none.', 'age');
  gauge('event_sink_dead_letters', 'Events that a sink has not taken, and that were given up.', 'dead');
  const deliveries = new Counter({
    name: 'event_deliveries_total',
    help: 'Events that were delivered, that a try to deliver failed for, and that were given up.',
    labelNames: ['sink', 'result'],
    registers: [registry],
  });
  return (sink: string, result: 'delivered' | 'failed' | 'dead', events: number) =>
    deliveries.inc({ sink, result }, events);
}

/** Milliseconds in which a scrape asks the database once, for all its gauges. */
const A_WHILE = 500;

function onceInAWhile<T>(ask: () => Promise<T>): () => Promise<T> {
  let [askedAt, answer]: [number, Promise<T> | undefined] = [0, undefined];
  return () => {
    if (answer && performance.now() - askedAt < A_WHILE) return answer;
    [askedAt, answer] = [performance.now(), ask()];
    return answer;
  };
}

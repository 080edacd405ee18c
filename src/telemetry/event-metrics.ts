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
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['sink'], aggregator: 'max', registers: [registry] });
  const age = gauge('event_sink_age_seconds', 'Age of the oldest event that is not delivered; 0 where there is none.');
  const dead = gauge('event_sink_dead_letters', 'Events that a sink has not taken, and that were given up.');
  new Gauge({
    name: 'event_sink_backlog',
    help: 'Events behind a sink’s cursor, or laid aside for it; 100000 stands for any more.',
    labelNames: ['sink'],
    aggregator: 'max',
    registers: [registry],
    async collect() {
      for (const each of [this, age, dead]) each.reset();
      for (const { sink, ...its } of await measure().catch(() => [])) {
        this.set({ sink }, its.backlog);
        age.set({ sink }, its.age);
        dead.set({ sink }, its.dead);
      }
    },
  });
  const deliveries = new Counter({
    name: 'event_deliveries_total',
    help: 'Events that were delivered, that a try to deliver failed for, and that were given up.',
    labelNames: ['sink', 'result'],
    registers: [registry],
  });
  return (sink: string, result: 'delivered' | 'failed' | 'dead', events: number) =>
    deliveries.inc({ sink, result }, events);
}

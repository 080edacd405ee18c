import cluster from 'node:cluster';
import type { Knex } from 'knex';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { WorkerRegistry } from './cluster-metrics.ts';

export interface Metrics {
  readonly registry: Registry;
  /** Seconds from the request's first byte to the end of the answer. */
  readonly requestDuration: Histogram<'method' | 'route' | 'status'>;
  /** What limits have turned away: which of them, and whether for an address or a network. */
  readonly refused: Counter<'limit' | 'by'>;
}

/** The process's own metrics, and one histogram for every request. Labels have a bounded set of values. */
export function createMetrics(): Metrics {
  const registry = cluster.isWorker ? new WorkerRegistry() : new Registry();
  collectDefaultMetrics({ register: registry });
  const requestDuration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'limits_refused_total',
    help: 'What limits have turned away, by limit, and by what it was counted for: address or network.',
    labelNames: ['limit', 'by'],
    registers: [registry],
  });
  return { registry, requestDuration, refused };
}

/** Connections of the database pool: in use, idle, and requests waiting for one. */
export function measurePool({ registry }: Metrics, db: Knex): void {
  const pool = db.client.pool as { numUsed(): number; numFree(): number; numPendingAcquires(): number };
  new Gauge({
    name: 'database_pool_connections',
    help: 'Connections of the database pool, by state.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'used' }, pool.numUsed());
      this.set({ state: 'idle' }, pool.numFree());
      this.set({ state: 'waiting' }, pool.numPendingAcquires());
    },
  });
}

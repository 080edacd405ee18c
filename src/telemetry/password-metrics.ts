import { Counter, Gauge } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** Counts what the passwords of accounts tell of: breach checks by their result, and callers whom the queue turned away. */
export function countPasswords({ registry }: Metrics) {
  const checks = new Counter({
    name: 'password_breach_checks_total',
    help: 'New passwords looked up among those known from breaches, by result; failed ones were taken.',
    labelNames: ['result'],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'password_hashing_refused_total',
    help: 'Callers turned away because too many passwords waited to be hashed.',
    registers: [registry],
  });
  for (const result of ['clean', 'breached', 'failed']) checks.inc({ result }, 0);
  return {
    onResult: (result: 'clean' | 'breached' | 'failed') => checks.inc({ result }),
    onRefused: () => refused.inc(),
  };
}

/** How many passwords wait to be hashed. */
export function measureHashing({ registry }: Metrics, queue: { readonly waiting: number }): void {
  new Gauge({
    name: 'password_hashing_waiting',
    help: 'Passwords that wait to be hashed or verified.',
    registers: [registry],
    collect() {
      this.set(queue.waiting);
    },
  });
}

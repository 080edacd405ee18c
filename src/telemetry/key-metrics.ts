import { Gauge } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** A signing key, as far as it is measured. */
interface MeasuredKey {
  readonly alg: string;
  readonly state: string;
  readonly activatedAt: Date | undefined;
}

interface KeyMeasurement {
  /** The keys of this process. */
  readonly keys: () => readonly MeasuredKey[];
  readonly now: () => Date;
  /** Seconds that a key signs for. */
  readonly rotateEvery: number;
}

/** Age of the keys that sign, and the time that is left to them; below zero, the job that rotates them does not run. */
export function measureKeys({ registry }: Metrics, { keys, now, rotateEvery }: KeyMeasurement): void {
  const gauge = (name: string, help: string, seconds: (age: number) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['alg'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { alg, state, activatedAt } of keys()) {
          if (state !== 'active' || !activatedAt) continue;
          this.set({ alg }, seconds((now().getTime() - activatedAt.getTime()) / 1000));
        }
      },
    });
  gauge('signing_key_age_seconds', 'How long the key of an algorithm has signed.', (age) => age);
  gauge('signing_key_rotation_seconds', 'Until the key of an algorithm is replaced.', (age) => rotateEvery - age);
}

import { setTimeout as pause } from 'node:timers/promises';
import type { CandidateParts } from '../parts.ts';
import { countOverdue, expireBatch, removeBatch } from './expiry-store.ts';

type Parts = Pick<CandidateParts, 'db' | 'time'>;

/**
 * Milliseconds over which many are spread. None ends more than 60 s late: the job runs every half minute, and the worker
 * looks for it every other second.
 */
export const SPREAD = 25_000;

export interface Run {
  /** How many at a time. */
  readonly batch?: number;
  /** Leaves off after the batch in hand: the rest is another run's. */
  readonly stopping?: AbortSignal;
}

/**
 * Ends what is overdue, in batches so small that no save waits for one, and no faster than it has to be, for those who save
 * have the database beside it. Several nodes may do it at once. Who reads such a session has seen it expired already.
 * @returns how many
 */
export async function expireSessions({ db, time }: Parts, { batch = 25, stopping }: Run = {}): Promise<number> {
  const began = performance.now();
  const overdue = await countOverdue(db, time);
  const rest = (took: number, done: number) =>
    restOf(took, { batches: (overdue - done) / batch, left: began + SPREAD - performance.now() });
  return untilLess(batch, rest, () => expireBatch(db, time, batch), stopping);
}

/**
 * How long the database is left to others after a batch that took so long: what is left of the time, shared among the batches
 * that are to come, and at most ten times as long as the batch. That is less than as long only where all of them would be
 * too late otherwise. All in milliseconds.
 */
export function restOf(took: number, { batches, left }: { readonly batches: number; readonly left: number }): number {
  return Math.max(0, Math.min(left / Math.max(batches, 1) - took, 10 * took));
}

/**
 * Removes sessions that ended more than so many days ago, with their trails. Nobody waits for that.
 * @returns how many
 */
export async function removeEndedSessions({ db, time }: Parts, days: number, batch = 100): Promise<number> {
  return untilLess(
    batch,
    (took) => 2 * took,
    () => removeBatch(db, time, days, batch),
  );
}

/** @param rest how long it rests after a batch that took so long, when so many are done; in milliseconds */
async function untilLess(
  batch: number,
  rest: (took: number, total: number) => number,
  step: () => Promise<number>,
  stopping?: AbortSignal,
): Promise<number> {
  let total = 0;
  while (!stopping?.aborted) {
    const began = performance.now();
    const done = await step();
    total += done;
    if (done < batch) break;
    await pause(rest(performance.now() - began, total), undefined, { signal: stopping }).catch(() => undefined);
  }
  return total;
}

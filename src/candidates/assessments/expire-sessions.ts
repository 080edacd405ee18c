import { setTimeout as pause } from 'node:timers/promises';
import type { CandidateParts } from '../parts.ts';
import { expireBatch, removeBatch } from './expiry-store.ts';

type Parts = Pick<CandidateParts, 'db' | 'time'>;

/**
 * Ends what is overdue, in batches so small that no save waits for one. Several nodes may do it at once. Who reads such a
 * session has seen it expired already.
 * @returns how many
 */
export async function expireSessions({ db, time }: Parts, batch = 25): Promise<number> {
  return untilLess(batch, 3, () => expireBatch(db, time, batch));
}

/**
 * Removes sessions that ended more than so many days ago, with their trails.
 * @returns how many
 */
export async function removeEndedSessions({ db, time }: Parts, days: number, batch = 100): Promise<number> {
  return untilLess(batch, 2, () => removeBatch(db, time, days, batch));
}

/** After each batch the database is left to those who save, for so many times as long as it took. */
async function untilLess(batch: number, pauses: number, step: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const began = performance.now();
    const done = await step();
    total += done;
    if (done < batch) return total;
    await pause(pauses * (performance.now() - began));
  }
}

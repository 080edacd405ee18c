import { setTimeout as pause } from 'node:timers/promises';
import type { CandidateParts } from '../parts.ts';
import { countOverdue, expireBatch, removeBatch } from './expiry-store.ts';

type Parts = Pick<CandidateParts, 'db' | 'time'>;

/** Milliseconds over which many are spread. The job runs every half minute, and none ends more than 60 s late. */
const SPREAD = 20_000;

/**
 * Ends what is overdue, in batches so small that no save waits for one, and no faster than it has to be, for those who save
 * have the database beside it. Several nodes may do it at once. Who reads such a session has seen it expired already.
 * @returns how many
 */
export async function expireSessions({ db, time }: Parts, batch = 25): Promise<number> {
  const every = (SPREAD * batch) / (await countOverdue(db, time));
  return untilLess(
    batch,
    (took) => between(took, every - took, 10 * took),
    () => expireBatch(db, time, batch),
  );
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

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most));

/**
 * After each batch the database is left to those who save.
 * @param rest for how long, of a batch that took so long; in milliseconds
 */
async function untilLess(batch: number, rest: (took: number) => number, step: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const began = performance.now();
    const done = await step();
    total += done;
    if (done < batch) return total;
    await pause(rest(performance.now() - began));
  }
}

import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';
import { dropAsides } from './aside-store.ts';
import { dropBefore, dropMonth, lastDropped, listMonths, makeMonth } from './partition-store.ts';
import { monthOf } from './partitions.ts';

/** Months that are there before they are needed: a server may be off for some. */
const AHEAD = 3;

/**
 * Keeps the log's partitions: this month's and the next ones are there, and those whose last event is older than
 * `retention` seconds are gone. One node of several does it; another finds nothing left.
 */
export async function keepMonths(
  { db, clock }: { readonly db: Knex; readonly clock: Clock },
  retention: number,
): Promise<void> {
  const now = clock.now();
  const oldest = new Date(now.getTime() - retention * 1000);
  const there = await listMonths(db);
  const names = new Set(there.map(({ name }) => name));
  for (let ahead = 0; ahead <= AHEAD; ahead += 1) {
    const month = monthOf(now, ahead);
    if (!names.has(month.name)) await makeMonth(db, month).catch(ignoreMade);
  }
  for (const month of there) if (month.end <= oldest) await dropMonth(db, month);
  await dropBefore(db, monthOf(oldest));
  await dropAsides(db, await lastDropped(db));
}

/**
 * Another node has made it in this moment. PostgreSQL says so in three ways, by how far both had come: duplicate_table,
 * duplicate_object of the table's row type, or unique_violation in its own catalogue.
 */
function ignoreMade(error: unknown): void {
  if (!['42P07', '42710', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
}

import type { Knex } from 'knex';

/** Rows that one statement of housekeeping removes: so many that none waits for it for a tenth of a second, on a slow disk either. */
export const BATCH = 100;

/**
 * Runs a statement that changes `batch` rows at most, again and again until it finds fewer. What it changes is to be chosen by a
 * `materialized` step: a subquery with a limit may be run more than once, and each time lock other rows.
 * @param bindings of `sql`, of which `batch` is the last
 * @returns how many rows were changed in all
 */
export async function inBatches(
  db: Knex,
  sql: string,
  bindings: readonly Knex.RawBinding[],
  batch: number,
): Promise<number> {
  let total = 0;
  for (let gone = batch; gone === batch; total += gone) gone = (await db.raw(sql, [...bindings, batch])).rowCount;
  return total;
}

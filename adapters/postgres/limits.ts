import type { Knex } from 'knex';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { BuildLimiter } from '../../src/limits/index.ts';

/** Counts in PostgreSQL: one statement each, in a table that needs no disk (migration 0003). */
export function postgresLimiter(db: Knex): BuildLimiter {
  const table = { tableName: 'rate_limits', tableCreated: true, clearExpiredByTimeout: false };
  return (options) => new RateLimiterPostgres({ ...options, ...table, storeClient: db, storeType: 'knex' });
}

/** Removes counts whose time is over, in small batches. Now is the machine's, as it was when they were written. */
export async function sweepLimits(db: Knex, batch = 1000): Promise<void> {
  for (let gone = batch; gone === batch; ) {
    gone = (await db.raw(SWEEP, [Date.now(), batch])).rowCount;
  }
}

/** `materialized`: a subquery with a limit may be run more than once, and each time lock other rows. */
const SWEEP = `
  with expired as materialized (
    select key from rate_limits where expire <= ? order by expire limit ? for update skip locked
  )
  delete from rate_limits r using expired e where r.key = e.key`;

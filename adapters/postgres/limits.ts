import type { Knex } from 'knex';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { BATCH, inBatches } from '../../src/kernel/batch.ts';
import { run } from '../../src/kernel/statement.ts';
import type { BuildLimiter, Consumed, Point } from '../../src/limits/index.ts';

/** Counts in PostgreSQL: one statement each, in a table that needs no disk (migration 0003). */
export function postgresLimiter(db: Knex): BuildLimiter {
  const table = { tableName: 'rate_limits', tableCreated: true, clearExpiredByTimeout: false };
  const build: BuildLimiter = (options) =>
    new RateLimiterPostgres({ ...options, ...table, storeClient: db, storeType: 'knex' });
  return Object.assign(build, { consumeInTurn: consumeInTurn(db) });
}

/** The library's own statement, twice in one: who is too many under the first key is not looked up under the second. */
const IN_TURN = {
  name: 'consume-in-turn',
  text: `
  with first as (
    insert into rate_limits as r (key, points, expire) values ($1, 1, $2)
    on conflict (key) do update set points = case when r.expire <= $6 then 1 else r.points + 1 end,
      expire = case when r.expire <= $6 then excluded.expire else r.expire end
    returning points, expire
  ), second as (
    insert into rate_limits as r (key, points, expire) select $4::varchar, 1, $5::bigint from first where points <= $3
    on conflict (key) do update set points = case when r.expire <= $6 then 1 else r.points + 1 end,
      expire = case when r.expire <= $6 then excluded.expire else r.expire end
    returning points, expire
  )
  select f.points, f.expire, s.points as next_points, s.expire as next_expire from first f left join second s on true`,
};

interface InTurn {
  readonly points: number;
  readonly expire: number;
  readonly next_points: number | null;
  readonly next_expire: number;
}

function consumeInTurn(db: Knex): NonNullable<BuildLimiter['consumeInTurn']> {
  return async (first, second) => {
    const now = Date.now();
    const until = ({ duration }: Point) => now + duration * 1000;
    const values = [keyOf(first), until(first), first.points, keyOf(second), until(second), now];
    const { rows } = await run<InTurn>(db, IN_TURN, values);
    const [row] = rows as [InTurn];
    const consumed = (points: number, expire: number): Consumed => ({
      consumedPoints: points,
      msBeforeNext: Math.max(expire - now, 0),
    });
    const next = row.next_points === null ? undefined : consumed(row.next_points, row.next_expire);
    return [consumed(row.points, row.expire), next];
  };
}

/** As the library names a row. */
const keyOf = ({ keyPrefix, key }: Point): string => `${keyPrefix}:${key}`;

/** Removes counts whose time is over, in small batches. Now is the machine's, as it was when they were written. */
export async function sweepLimits(db: Knex, batch = BATCH): Promise<void> {
  await inBatches(db, SWEEP, [Date.now()], batch);
}

const SWEEP = `
  with expired as materialized (
    select key from rate_limits where expire <= ? order by expire limit ? for update skip locked
  )
  delete from rate_limits r using expired e where r.key = e.key`;

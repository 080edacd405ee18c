import type { Knex } from 'knex';
import { BATCH, inBatches } from '../../src/kernel/batch.ts';

/**
 * Puts on the list what has ended: kinds, values, `before`s, status indexes, digests of grants whose index it is; now. It
 * stays until no token of it can be shown: not as this process has it, for another one may have signed it. What has ended
 * without a date has ended for good, whatever date it has besides. A grant's index stands with the grant. Of several at the
 * same moment one finds it
 * `is_new`: a row that was there already is locked before it is written again, and by that has an `xmax`.
 * @param when a join and condition more
 */
export const RECORD = (when = '') => `
  insert into revocations as r (kind, value, before, status_index, revoked_at, expires_at)
  select distinct on (e.kind, e.value)
    e.kind, e.value, e.before, coalesce(e.status_index, g.status_index), t.now,
    t.now + make_interval(secs => (select seconds from longest_token))
  from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bytea[]) as e (kind, value, before, status_index, grant_id)
    left join lateral (
      select status_index from oidc_artifacts where model = 'Grant' and id = e.grant_id offset 0
    ) g on true
    cross join (select ?::timestamptz as now) t${when}
  on conflict (kind, value) do update set
    before = case when num_nulls(r.before, excluded.before) = 0 then greatest(r.before, excluded.before) end,
    status_index = coalesce(r.status_index, excluded.status_index),
    revoked_at = excluded.revoked_at, expires_at = greatest(r.expires_at, excluded.expires_at),
    xid = pg_current_xact_id()
  returning r.kind, r.value, r.xmax = 0 as is_new`;

/** What has ended for one person, an application or all. */
export interface Ended {
  readonly kind: 'jti' | 'sid' | 'grant' | 'sub' | 'client';
  readonly value: string;
  /** Seconds since the epoch: tokens issued earlier. */
  readonly before?: number;
  readonly statusIndex?: number | undefined;
}

/** Records within a transaction, and tells every node once it is committed. */
export async function recordEnded(transaction: Knex.Transaction, ended: readonly Ended[], now: Date): Promise<void> {
  if (ended.length === 0) return;
  const column = <T>(of: (each: Ended) => T | undefined) => ended.map((each) => of(each) ?? null);
  const rows = [
    column(({ kind }) => kind),
    column(({ value }) => value),
    column(({ before }) => before),
    column(({ statusIndex }) => statusIndex),
    ended.map(() => null),
  ];
  const tell = `with ended as (${RECORD()}) select pg_notify('gatehouse_revocations', '') from ended limit 1`;
  await transaction.raw(tell, [...rows, now] as Knex.Value[]);
}

/** Removes what no token can be of any more, in small batches. */
export async function sweepRevocations(db: Knex, now: Date, batch = BATCH): Promise<void> {
  await inBatches(db, SWEEP, [now], batch);
}

const SWEEP = `
  with expired as materialized (
    select kind, value from revocations where expires_at <= ? order by expires_at limit ? for update skip locked
  )
  delete from revocations r using expired e where r.kind = e.kind and r.value = e.value`;

import type { Knex } from 'knex';
import { run } from '../kernel/statement.ts';
import type { EventRow } from './event.ts';

/** Told when the log has something new after a second in which it had not. */
export const EVENTS_APPENDED = 'gatehouse_events';

/** The least UUIDv7 of a second ago, by the statement's time, so that PostgreSQL leaves aside the partitions before. */
const A_SECOND_AGO = `(lpad(to_hex((extract(epoch from statement_timestamp()) * 1000)::bigint - 1000), 12, '0')
      || repeat('0', 20))::uuid`;

/**
 * Inserts events: a statement, or a step of one (`with … appended as (${appendSql()}) …`), so that it costs no commit.
 *
 * Whoever waits for events is told where they may have fallen asleep: when none has come for a second. Telling each time
 * would have every commit wait for the one before (PostgreSQL holds one lock from `notify` until the commit is on disk).
 * @param rows where the rows are bound, as `eventRows` makes them
 * @param when a join and condition more
 */
export const appendSql = (rows = '?', when = '') => `
  insert into events (id, type, subject, time, correlation_id, actor, client_id, network, data)
  select e.* from json_to_recordset(${rows}::json) as e (id uuid, type text, subject text, time timestamptz,
    correlation_id text, actor text, client_id text, network text, data json)${when}
  returning (select pg_notify('${EVENTS_APPENDED}', '')::text
    where not exists (select from events before where before.id > ${A_SECOND_AGO}))`;

/** What `appendSql` is given. */
export const bound = (rows: readonly EventRow[]): string => JSON.stringify(rows);

export async function insertEvents(transaction: Knex.Transaction, rows: readonly EventRow[]): Promise<void> {
  await transaction.raw(appendSql(), [bound(rows)]);
}

export async function insertAlone(db: Knex, rows: readonly EventRow[]): Promise<void> {
  await run(db, APPEND_ALONE, [bound(rows)]);
}

const APPEND_ALONE = { name: 'append-event', text: appendSql('$1') };

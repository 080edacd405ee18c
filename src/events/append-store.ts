import type { Knex } from 'knex';
import { run } from '../kernel/statement.ts';
import type { EventRow } from './event.ts';

/** Told when the log has something new after a while in which it had not. */
export const EVENTS_APPENDED = 'gatehouse_events';

/**
 * Inserts events: a statement, or a step of one (`with … appended as (…) …`), so that it costs no commit.
 * @param rows where the rows are bound, as `bound` makes them
 * @param when a join and condition more
 */
export const appendSql = (rows = '?', when = '') => `
  insert into events (id, type, subject, time, correlation_id, actor, client_id, network, data)
  select e.id, concat(e.type, case when e.tell then pg_notify('${EVENTS_APPENDED}', '')::text end), e.subject, e.time,
    e.correlation_id, e.actor, e.client_id, e.network, e.data
  from json_to_recordset(${rows}::json) as e (id uuid, type text, subject text, time timestamptz, correlation_id text,
    actor text, client_id text, network text, data json, tell boolean)${when}`;

/** Milliseconds for which whoever was told stays awake, at the least. */
const AWAKE = 250;
let toldAt = Number.NEGATIVE_INFINITY;

/**
 * What `appendSql` is given. Whoever waits for events is told by the first of a while alone, and looks by themselves until
 * none comes: told each time, every commit would wait for the one before it (PostgreSQL holds one lock from `notify` until
 * the commit is on disk). Should that first one be rolled back, they look a second later.
 */
export function bound(rows: readonly EventRow[]): string {
  const [first, ...others] = rows;
  if (!first || performance.now() - toldAt < AWAKE) return JSON.stringify(rows);
  toldAt = performance.now();
  return JSON.stringify([{ ...first, tell: true }, ...others]);
}

/** @param db a transaction, or what is a statement of its own */
export async function insertEvents(db: Knex, rows: readonly EventRow[]): Promise<void> {
  await run(db, APPEND, [bound(rows)]);
}

const APPEND = { name: 'append-events', text: appendSql('$1') };

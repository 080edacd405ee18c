import type { Knex } from 'knex';
import { run } from '../kernel/statement.ts';
import type { CommonRow, EventRow } from './event.ts';

/** Told when the log has something new after a while in which it had not. */
export const EVENTS_APPENDED = 'gatehouse_events';

/** What an event's type is taken from; where it is asked for, whoever waits is told on the way. */
const typeIn = (row: string) =>
  `concat(${row}.type, case when ${row}.tell then pg_notify('${EVENTS_APPENDED}', '')::text end)`;

/**
 * Inserts events: a statement, or a step of one (`with … appended as (…) …`), so that it costs no commit.
 * @param rows where the rows are bound, as `bound` makes them
 * @param when a join and condition more
 */
export const appendSql = (rows = '?', when = '') => `
  insert into events (id, type, subject, time, correlation_id, actor, client_id, network, data)
  select e.id, ${typeIn('e')}, e.subject, e.time, e.correlation_id, e.actor, e.client_id, e.network,
    e.data
  from json_to_recordset(${rows}::json) as e (id uuid, type text, subject text, time timestamptz, correlation_id text,
    actor text, client_id text, network text, data json, tell boolean)${when}`;

/**
 * The same for what only the statement itself finds out: an event of each row. Its `data` are for the catalogue to allow, and
 * nobody looks: write their members one by one.
 * @param each a query of `subject`, `time` and `data` (json)
 * @param common where it is bound what they have in common, as `boundEach` makes it
 */
export const appendEachSql = (each: string, common: string) => `
  insert into events (id, type, subject, time, correlation_id, actor, client_id, network, data)
  select ${NEW_ID}, ${typeIn('c')}, e.subject, e.time, c.correlation_id, c.actor, c.client_id, c.network, e.data
  from (${each}) e cross join json_to_record(${common}::json) as c (type text, correlation_id text, actor text,
    client_id text, network text, tell boolean)`;

/** As `newId` makes one (RFC 9562 §5.7), by the database's clock: a random UUIDv4 with the time in front, and marked as version 7. */
const NEW_ID = `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
    substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
    52, 1), 53, 1), 'hex')::uuid`;

/** Milliseconds for which whoever was told stays awake, at the least. */
const AWAKE = 250;
let toldAt = Number.NEGATIVE_INFINITY;

/**
 * What `appendSql` is given. Whoever waits for events is told by the first of a while alone, and looks by themselves until
 * none comes: told each time, every commit would wait for the one before it (PostgreSQL holds one lock from `notify` until
 * the commit is on disk). Should that first one be rolled back, they look a second later.
 */
export const bound = ([first, ...others]: readonly EventRow[]): string =>
  JSON.stringify(first ? [telling(first), ...others] : []);

/** The same for `appendEachSql`. */
export const boundEach = (common: CommonRow): string => JSON.stringify(telling(common));

function telling<Row extends CommonRow>(row: Row): Row & { readonly tell?: true } {
  if (performance.now() - toldAt < AWAKE) return row;
  toldAt = performance.now();
  return { ...row, tell: true };
}

/** @param db a transaction, or what is a statement of its own */
export async function insertEvents(db: Knex, rows: readonly EventRow[]): Promise<void> {
  await run(db, APPEND, [bound(rows)]);
}

const APPEND = { name: 'append-events', text: appendSql('$1') };

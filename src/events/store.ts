import type { Knex } from 'knex';
import type { EventType } from './catalogue/index.ts';
import type { Sight } from './horizon.ts';

/** An event as it stands in the log. */
export interface StoredEvent {
  readonly id: string;
  readonly position: number;
  readonly type: string;
  readonly subject: string | undefined;
  readonly time: Date;
  readonly correlationId: string | undefined;
  readonly actor: string | undefined;
  readonly clientId: string | undefined;
  readonly network: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Looks at the sequence first, takes an xid where that has gone on, and looks then which transactions run: statements in one
 * message, each with its own view. What a snapshot calls its `xmax` is no xid to go by: transactions of higher ones may run.
 * @param seen the last position that is known
 */
export async function lookAtLog(db: Knex, seen: number): Promise<Sight> {
  const answers = (await db.raw(`${LAST}; ${AN_XID(seen)}; ${OLDEST}`)) as unknown as {
    rows: Record<string, string>[];
  }[];
  const [last, taken, oldest] = answers.map(({ rows }) => rows[0]);
  const xid = taken?.['xid'];
  return {
    position: Number(last?.['position']),
    xid: xid === undefined ? undefined : BigInt(xid),
    oldest: BigInt(oldest?.['oldest'] ?? 0),
  };
}

const LAST = 'select case when is_called then last_value else 0 end as position from event_position';
const AN_XID = (seen: number) =>
  `select pg_current_xact_id()::text as xid from event_position where is_called and last_value > ${Number(seen)}`;

/**
 * The oldest that runs, of this database: a cluster gives out one row of xids, and a neighbour's transaction that takes hours
 * writes nothing here. Whose they are is known by the lock that each has on its own.
 */
const OLDEST = `
  select coalesce(mine.xid, pg_snapshot_xmax(s.now))::text as oldest
  from (select pg_current_snapshot() as now) s left join lateral (
    select xid from pg_snapshot_xip(s.now) xid where not exists (
      select from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'transactionid' and l.granted and l.transactionid = xid::xid and a.datname <> current_database())
    order by xid limit 1) mine on true`;

export interface Reading {
  readonly after: number;
  /** Up to where the log is whole. */
  readonly to: number;
  /** Undefined: all. */
  readonly types: readonly EventType[] | undefined;
  readonly limit: number;
}

/**
 * Events in the order of the log. What is wanted is told to PostgreSQL with its values, so that it looks through the index of
 * types for a few rare ones, and by position for most of them: it knows how many there are of each.
 */
export async function readEvents(db: Knex, { after, to, types, limit }: Reading): Promise<StoredEvent[]> {
  const events = db('events').select(EVENT_COLUMNS.split(', ')).orderBy('position').limit(limit);
  events.where('position', '>', after).where('position', '<=', to);
  if (types) events.whereIn('type', [...types]);
  return (await events).map(fromRow);
}

export const EVENT_COLUMNS = 'id, position, type, subject, time, correlation_id, actor, client_id, network, data';

/**
 * The position before the first event at or after a moment, as ids tell it; undefined where there is none. Ids are made just
 * before positions are given out, so the first position is one of the first ids'.
 */
export async function positionBefore(db: Knex, firstId: string): Promise<number | undefined> {
  const { rows } = await db.raw(
    'select min(position) as first from (select position from events where id >= ? order by id limit 1000) soon',
    [firstId],
  );
  return rows[0].first === null ? undefined : Number(rows[0].first) - 1;
}

/** What somebody looks for in the log; what is not named may be anything. */
export interface AuditQuery {
  readonly actor: string | undefined;
  readonly subject: string | undefined;
  readonly types: readonly EventType[] | undefined;
  /** Ids tell when: from the one, and before the other. */
  readonly fromId: string | undefined;
  readonly beforeId: string | undefined;
  /** Only what stands before this position. */
  readonly before: number | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function findEvents(db: Knex, query: AuditQuery): Promise<StoredEvent[]> {
  const { actor, subject, types, fromId, beforeId, before, limit } = query;
  const events = db('events').select(EVENT_COLUMNS.split(', ')).orderBy('position', 'desc').limit(limit);
  if (actor !== undefined) events.where({ actor });
  if (subject !== undefined) events.where({ subject });
  if (types !== undefined) events.whereIn('type', [...types]);
  if (fromId !== undefined) events.where('id', '>=', fromId);
  if (beforeId !== undefined) events.where('id', '<', beforeId);
  if (before !== undefined) events.where('position', '<', before);
  return (await events).map(fromRow);
}

export async function removeNetworks(db: Knex, subject: string, actor: string): Promise<void> {
  await db('events')
    .where((either) => either.where({ subject }).orWhere({ actor }))
    .whereNotNull('network')
    .update({ network: null });
}

interface Row {
  readonly id: string;
  readonly position: number;
  readonly type: string;
  readonly subject: string | null;
  readonly time: Date;
  readonly correlation_id: string | null;
  readonly actor: string | null;
  readonly client_id: string | null;
  readonly network: string | null;
  readonly data: Record<string, unknown>;
}

export function fromRow(row: Row): StoredEvent {
  return {
    id: row.id,
    position: row.position,
    type: row.type,
    subject: row.subject ?? undefined,
    time: row.time,
    correlationId: row.correlation_id ?? undefined,
    actor: row.actor ?? undefined,
    clientId: row.client_id ?? undefined,
    network: row.network ?? undefined,
    data: row.data,
  };
}

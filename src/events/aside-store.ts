import type { Knex } from 'knex';
import { EVENT_COLUMNS, fromRow, type StoredEvent } from './store.ts';

/** An event that a sink has not taken, or that waits behind one of its subject's. */
export interface Aside {
  readonly event: StoredEvent;
  readonly attempts: number;
  readonly firstFailedAt: Date | undefined;
}

/** One that is laid aside now. */
export interface NewAside {
  readonly event: StoredEvent;
  /** Undefined: it was not tried, and waits for the one before it. `dead`: it is not tried again. */
  readonly failure:
    | { readonly error: string; readonly nextTry: Date; readonly at: Date; readonly dead?: boolean }
    | undefined;
}

/** The subjects that have something laid aside, and wait for it: those of `block` behind dead letters, too. */
export async function heldSubjects(db: Knex, sink: string, blocks: boolean): Promise<Set<string>> {
  const states = blocks ? ['waiting', 'dead'] : ['waiting'];
  const subjects = await db('event_deliveries')
    .distinct('subject')
    .where({ sink })
    .whereIn('state', states)
    .whereNotNull('subject')
    .pluck('subject');
  return new Set(subjects);
}

export async function layAside(db: Knex, sink: string, asides: readonly NewAside[]): Promise<void> {
  if (asides.length === 0) return;
  await db('event_deliveries')
    .insert(
      asides.map(({ event, failure }) => ({
        sink,
        event_id: event.id,
        position: event.position,
        subject: event.subject ?? null,
        attempts: failure ? 1 : 0,
        first_failed_at: failure?.at ?? null,
        last_error: failure?.error.slice(0, 500) ?? null,
        next_try_at: failure?.nextTry ?? new Date(0),
        state: failure?.dead ? 'dead' : 'waiting',
      })),
    )
    .onConflict(['sink', 'event_id'])
    .ignore();
}

/** What is to be tried again now: the first of each subject. */
export async function dueAsides(
  db: Knex,
  sink: string,
  { now, blocks, limit }: { readonly now: Date; readonly blocks: boolean; readonly limit: number },
): Promise<Aside[]> {
  const { rows } = await db.raw(DUE, [sink, blocks ? ['waiting', 'dead'] : ['waiting'], now, limit]);
  return rows.map((row: Parameters<typeof fromRow>[0] & { attempts: number; first_failed_at: Date | null }) => ({
    event: fromRow(row),
    attempts: row.attempts,
    firstFailedAt: row.first_failed_at ?? undefined,
  }));
}

const DUE = `
  select ${EVENT_COLUMNS.split(', ')
    .map((column) => `e.${column}`)
    .join(', ')}, d.attempts, d.first_failed_at
  from (
    select distinct on (coalesce(subject, event_id::text)) * from event_deliveries
    where sink = ? and state = any(?) order by coalesce(subject, event_id::text), position
  ) d join events e on e.id = d.event_id
  where d.state = 'waiting' and d.next_try_at <= ? order by d.position limit ?`;

/** When the next is due; undefined where none waits. */
export async function nextDue(db: Knex, sink: string): Promise<Date | undefined> {
  const row = await db('event_deliveries')
    .where({ sink, state: 'waiting' })
    .where('attempts', '>', 0)
    .min('next_try_at as next')
    .first();
  return row?.['next'] ?? undefined;
}

/** How many subjects have one that was tried in vain and is to be tried again. */
export async function countFailing(db: Knex, sink: string): Promise<number> {
  const row = await db('event_deliveries').where({ sink, state: 'waiting' }).where('attempts', '>', 0).count().first();
  return Number(row?.['count'] ?? 0);
}

export async function removeAside(db: Knex, sink: string, eventId: string): Promise<boolean> {
  return (await db('event_deliveries').where({ sink, event_id: eventId }).delete()) === 1;
}

export async function noteRetry(
  db: Knex,
  sink: string,
  eventId: string,
  {
    error,
    nextTry,
    dead,
    at,
  }: { readonly error: string; readonly nextTry: Date; readonly dead: boolean; readonly at: Date },
): Promise<void> {
  await db('event_deliveries')
    .where({ sink, event_id: eventId })
    .update({
      attempts: db.raw('attempts + 1'),
      first_failed_at: db.raw('coalesce(first_failed_at, ?)', [at]),
      last_error: error.slice(0, 500),
      next_try_at: nextTry,
      state: dead ? 'dead' : 'waiting',
    });
}

/** After a sink has been away: what it refused then is tried at once. */
export async function hurryAsides(db: Knex, sink: string, now: Date): Promise<void> {
  await db('event_deliveries')
    .where({ sink, state: 'waiting' })
    .where('next_try_at', '>', now)
    .update({ next_try_at: now });
}

/** Removes what is laid aside of events that are no longer kept. */
export async function dropAsides(db: Knex, upTo: number): Promise<void> {
  await db('event_deliveries').where('position', '<=', upTo).delete();
}

/** An event that was given up. */
export interface DeadLetter {
  readonly sink: string;
  readonly eventId: string;
  readonly position: number;
  readonly type: string | undefined;
  readonly subject: string | undefined;
  readonly attempts: number;
  readonly firstFailedAt: Date;
  readonly lastError: string;
}

/** The oldest first. */
export async function listDeadLetters(
  db: Knex,
  { sink, after, limit }: { readonly sink?: string | undefined; readonly after: number; readonly limit: number },
): Promise<DeadLetter[]> {
  const letters = db('event_deliveries as d')
    .leftJoin('events as e', 'e.id', 'd.event_id')
    .select('d.*', 'e.type')
    .where({ 'd.state': 'dead' })
    .where('d.position', '>', after)
    .orderBy(['d.position', 'd.sink'])
    .limit(limit);
  if (sink !== undefined) letters.where({ 'd.sink': sink });
  return (await letters).map((row) => ({
    sink: row.sink,
    eventId: row.event_id,
    position: row.position,
    type: row.type ?? undefined,
    subject: row.subject ?? undefined,
    attempts: row.attempts,
    firstFailedAt: row.first_failed_at,
    lastError: row.last_error,
  }));
}

/** Has it tried again, from the beginning. @returns how many there were: of one event, or of a sink. */
export function retryDeadLetters(db: Knex, sink: string, eventId?: string): Promise<number> {
  return db('event_deliveries')
    .where({ sink, state: 'dead', ...(eventId === undefined ? {} : { event_id: eventId }) })
    .update({ state: 'waiting', attempts: 0, first_failed_at: null, next_try_at: new Date(0) });
}

/** Leaves it undelivered for good: its subject goes on without it. @returns how many there were. */
export function dropDeadLetters(db: Knex, sink: string, eventId?: string): Promise<number> {
  return db('event_deliveries')
    .where({ sink, state: 'dead', ...(eventId === undefined ? {} : { event_id: eventId }) })
    .delete();
}

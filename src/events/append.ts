import type { Knex } from 'knex';
import { bound, boundEach, insertEvents } from './append-store.ts';
import type { EventType } from './catalogue/index.ts';
import { commonRowOf, type NewEvent, rowOf } from './event.ts';

/**
 * Writes down what has happened, in the transaction that makes it happen: committed with it, or not at all. It is the way
 * into the log; a statement that does both is given {@link eventRows}.
 * @param at when it happened
 */
export async function append(transaction: Knex.Transaction, at: Date, ...events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  // A pool's own commit would come before, or without, what it tells of.
  if (!transaction.isTransaction) throw new TypeError('an event is appended in the transaction of what it tells of');
  await insertEvents(
    transaction,
    events.map((event) => rowOf(event, at)),
  );
}

/** Writes down what changes nothing else, such as a try that was in vain: a statement and a commit of its own. */
export const appendAlone = (db: Knex, at: Date, event: NewEvent): Promise<void> => insertEvents(db, [rowOf(event, at)]);

/** The same for a statement that writes: what {@link appendSql} is given. */
export const eventRows = (at: Date, ...events: readonly NewEvent[]): string =>
  bound(events.map((event) => rowOf(event, at)));

/** What all events have in common that a statement makes of what it finds: what {@link appendEachSql} is given. */
export const eachRow = (type: EventType): string => boundEach(commonRowOf(type));

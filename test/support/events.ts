import type { Knex } from 'knex';
import { append, type NewEvent } from '../../src/events/index.ts';

/** An event to be told, about whom one likes. */
export const anEvent = (subject: string, kid = 'a-key'): NewEvent => ({
  type: 'identity.key.revoked.v1',
  subject,
  data: { kid },
});

/** Appends in a transaction of its own. */
export const appendAlone = (db: Knex, ...events: NewEvent[]): Promise<void> =>
  db.transaction((transaction) => append(transaction, new Date(), ...events));

/** What stands in the log, in its order. */
export async function loggedEvents(db: Knex): Promise<Record<string, unknown>[]> {
  return db('events').orderBy('position');
}

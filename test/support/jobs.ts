import type { Knex } from 'knex';

/** Has the worker look now for what is due, and not at its next look in a second or two. */
export async function wakeWorker(db: Knex): Promise<void> {
  await db.raw(`select pg_notify('jobs:insert', '{"count": 100}')`);
}

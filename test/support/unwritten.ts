import assert from 'node:assert/strict';
import type { Knex } from 'knex';

const TABLES = ['users', 'email_proofs', 'mails', 'events', 'graphile_worker.jobs'];
/** What opening a page keeps: how far somebody is on their way, and in which browser. */
const ON_THE_WAY = ['Interaction', 'Session'];

/** All that the forms of accounts could write, but for what limits count. */
export const formsWrote = (db: Knex): Promise<unknown[]> =>
  Promise.all([
    ...TABLES.map((table) => db(table).orderBy('id')),
    db('oidc_artifacts').whereNotIn('model', ON_THE_WAY).orderBy(['model', 'id']),
  ]);

/** Nothing of it is written by `act`. */
export async function expectUnwritten(db: Knex, act: () => Promise<unknown>): Promise<void> {
  const before = await formsWrote(db);
  await act();
  assert.deepEqual(await formsWrote(db), before);
}

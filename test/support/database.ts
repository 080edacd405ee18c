import type { Knex } from 'knex';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { createTestDatabase } from './postgres.ts';

/** A migrated database of the test's own, and a pool to it. */
export async function openTestDatabase(): Promise<{ db: Knex; close(): Promise<void> }> {
  const { url, drop } = await createTestDatabase();
  const db = createDatabase(url);
  const close = async () => {
    await db.destroy();
    await drop();
  };
  return { db, close };
}

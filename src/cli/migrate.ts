import { migrate as migrateSchema } from '../../adapters/postgres/index.ts';
import { migrations } from '../../migrations/index.ts';
import type { Config } from '../config/index.ts';
import { withDatabase } from './with-database.ts';

/** Brings the schema up to this version. Safe to run on several machines at once, and twice. */
export async function migrate(config: Config): Promise<void> {
  await withDatabase(config, async (db) => {
    const { applied } = await migrateSchema(db, migrations);
    const list = applied.map((name) => `  ${name}\n`).join('');
    process.stdout.write(
      applied.length === 0 ? 'The schema is up to date.\n' : `The schema was brought up to date.\n${list}`,
    );
  });
}

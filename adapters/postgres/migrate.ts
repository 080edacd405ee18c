import type { Knex } from 'knex';
import type { Migration } from '../../migrations/index.ts';
import { operatorError } from '../../src/kernel/faults.ts';

export type { Migration } from '../../migrations/index.ts';

/** Any number does that nothing else in the database uses. It stays: nodes of two versions must agree on it. */
const advisoryLock = '7238250119487331';

export interface SchemaState {
  /** Steps this version knows and the database has not seen. */
  readonly pending: string[];
  /** Steps the database has seen and this version does not know. */
  readonly unknown: string[];
}

/** Compares the database with what this version knows. Reads only: an empty database stays empty. */
export async function schemaState(db: Knex, migrations: readonly Migration[]): Promise<SchemaState> {
  const table = await db.raw(`select to_regclass('knex_migrations') is not null as present`);
  const applied: string[] = table.rows[0].present ? await db('knex_migrations').orderBy('id').pluck('name') : [];
  const known = migrations.map((migration) => migration.name);
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/** Brings the schema up to this version. Any number of nodes may call it at once; one of them does the work. */
export async function migrate(db: Knex, migrations: readonly Migration[]): Promise<{ applied: string[] }> {
  return await withAdvisoryLock(db, async () => {
    const { pending, unknown } = await schemaState(db, migrations);
    if (unknown.length > 0) throw newerSchema(unknown);
    if (pending.length > 0) await applyPending(db, migrations);
    await migrateQueue(db.client.config.connection.connectionString);
    return { applied: pending };
  });
}

/** The queue's own schema is brought up to date with ours, so that whoever writes may queue; its news is no operator's. */
async function migrateQueue(connectionString: string): Promise<void> {
  const { Logger, runMigrations } = await import('graphile-worker');
  await runMigrations({ connectionString, logger: new Logger(() => () => undefined) });
}

function newerSchema(unknown: string[]): Error {
  const problem = `the schema is newer than this Gatehouse (it has ${unknown.join(', ')}); nothing was changed`;
  return operatorError('DATABASE_URL', problem);
}

async function applyPending(db: Knex, migrations: readonly Migration[]): Promise<void> {
  const migrationSource: Knex.MigrationSource<Migration> = {
    getMigrations: async () => [...migrations],
    getMigrationName: (migration) => migration.name,
    getMigration: async (migration) => migration,
  };
  // Under our lock nobody else migrates: a lock row that Knex finds taken is a dead node's.
  await db.migrate.forceFreeMigrationsLock({ migrationSource });
  // The pool's statement timeout is for requests, not for rewriting a table.
  const beforeAll = async (trx: Knex) => await trx.raw('set local statement_timeout = 0');
  await db.migrate.latest({ migrationSource, beforeAll });
}

/** On a connection of its own, outside the pool: a pool of one would wait for itself. */
async function withAdvisoryLock<T>(db: Knex, work: () => Promise<T>): Promise<T> {
  const connection = await db.client.acquireRawConnection();
  try {
    await connection.query('set statement_timeout = 0');
    await connection.query('select pg_advisory_lock($1)', [advisoryLock]);
    return await work();
  } finally {
    // The lock ends with its connection.
    await db.client.destroyRawConnection(connection);
  }
}

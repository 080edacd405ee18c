import { existsSync } from 'node:fs';
import type { Knex } from 'knex';
import type { Config } from '../config/index.ts';
import { operatorError } from '../kernel/faults.ts';
import { embeddedDir, schemaIsCurrent } from '../open-database.ts';
import { withDatabase } from './with-database.ts';

/**
 * Runs `work` on the database of this project, at this version's schema. Makes no database that is not there.
 * @throws OperatorError where there is none yet, or its schema is another version's.
 */
export async function withSchema<T>(config: Config, work: (db: Knex) => Promise<T>): Promise<T> {
  requireSomePlace(config);
  return withDatabase(config, async (db) => {
    if (await schemaIsCurrent(db)) return work(db);
    throw operatorError('DATABASE_URL', 'the schema is not this version’s: run gatehouse migrate');
  });
}

/** In the wrong folder a command would find nothing, in a database that it has just made. */
function requireSomePlace(config: Config): void {
  if (config.databaseUrl !== undefined || existsSync(embeddedDir(config))) return;
  const problem = `is unset, and ${config.dataDir} holds no development database: start the server once (npm start)`;
  throw operatorError('DATABASE_URL', problem);
}

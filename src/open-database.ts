import { join } from 'node:path';
import type { Knex } from 'knex';
import { checkDatabase, createDatabase, migrate, schemaState, startEmbedded } from '../adapters/postgres/index.ts';
import { migrations } from '../migrations/index.ts';
import type { Config } from './config/index.ts';
import { type ExternalKeys, loadKeys } from './keys/index.ts';

/** Longest time a statement may take, in milliseconds. */
const STATEMENT_TIMEOUT = 10_000;

export interface OpenDatabase {
  readonly db: Knex;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * The database, at this version's schema: the one of DATABASE_URL, or in development the embedded one. Keys are
 * opened before the schema is touched, so that a wrong master key changes nothing.
 * @throws OperatorError when it cannot be reached, is of a newer version, or the master key is not its own.
 */
export async function openDatabase(config: Config, external?: ExternalKeys): Promise<OpenDatabase> {
  const embedded = config.databaseUrl === undefined ? await startEmbedded({ dir: embeddedDir(config) }) : undefined;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const db = createDatabase(url, { statementTimeoutMs: STATEMENT_TIMEOUT });
  const close = async () => {
    await db.destroy();
    await embedded?.stop();
  };
  try {
    await checkDatabase(db);
    const { pending } = await schemaState(db, migrations);
    // On the schema as it is: what reads the keys must know that of every version before.
    if (pending.length < migrations.length) await loadKeys(db, config.masterKeys, external);
    await migrate(db, migrations);
    return { db, url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function schemaIsCurrent(db: Knex): Promise<boolean> {
  return (await schemaState(db, migrations)).pending.length === 0;
}

/** Where the development database is kept. */
export const embeddedDir = ({ dataDir }: Config): string => join(dataDir, 'postgres');

import { userInfo } from 'node:os';
import type { Knex } from 'knex';
import { checkDatabase, createDatabase, findEmbedded, startEmbedded } from '../../adapters/postgres/index.ts';
import type { Config } from '../config/index.ts';
import { isConnectionLost } from '../kernel/away.ts';
import { withCause } from '../kernel/correlation.ts';
import { operatorError } from '../kernel/faults.ts';
import { newId } from '../kernel/ids.ts';
import { embeddedDir } from '../open-database.ts';

/** Runs `work` on the database of this project: DATABASE_URL, a running development database, or one started for it. */
export async function withDatabase<T>(config: Config, work: (db: Knex) => Promise<T>): Promise<T> {
  const running = config.databaseUrl ?? (await findEmbedded(embeddedDir(config)));
  const started = running === undefined ? await startEmbedded({ dir: embeddedDir(config) }) : undefined;
  const db = createDatabase(running ?? started?.url ?? '', { max: 2, applicationName: 'gatehouse cli' });
  try {
    await checkDatabase(db);
    return await withCause(byOperator(), () => work(db));
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    await checkDatabase(db);
    throw operatorError('DATABASE_URL', 'the database went away, and is back: run the same command again', error);
  } finally {
    await db.destroy();
    await started?.stop();
  }
}

/** What a command does is its operator's doing, by the name they have on this machine. */
const byOperator = () => ({ correlationId: newId(), actor: `operator:${userInfo().username}` });

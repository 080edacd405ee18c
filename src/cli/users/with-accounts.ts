import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { connectRedis } from '../../../adapters/redis/index.ts';
import type { AccountParts } from '../../accounts/index.ts';
import { buildAccounts } from '../../build-accounts.ts';
import type { Config } from '../../config/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { operatorError } from '../../kernel/faults.ts';
import { embeddedDir, schemaIsCurrent } from '../../open-database.ts';
import { createLogger, type Logger } from '../../telemetry/index.ts';
import { load } from '../run.ts';
import { withDatabase } from '../with-database.ts';

/**
 * Runs `work` on the people of this project. Makes nothing that is not there: neither a database nor a master key.
 * @throws OperatorError where there is no database yet, or its schema is not this version's.
 */
export async function withAccounts<T>(work: (accounts: AccountParts) => Promise<T>): Promise<T> {
  const config = load({ makeKey: false });
  requireSomePlace(config);
  return withDatabase(config, async (db) => {
    if (!(await schemaIsCurrent(db)))
      throw operatorError('DATABASE_URL', 'the schema is not this version’s: run gatehouse migrate');
    const redis = config.redisUrls.length > 0 ? await connectRedis(config.redisUrls, () => undefined) : undefined;
    try {
      return await work(buildAccounts(config, { db, redis }, systemClock));
    } finally {
      await redis?.close();
    }
  });
}

/** In the wrong folder a command would find nobody, in a database that it has just made. */
function requireSomePlace(config: Config): void {
  if (config.databaseUrl !== undefined || existsSync(embeddedDir(config))) return;
  const problem = `is unset, and ${config.dataDir} holds no development database: start the server once (npm start)`;
  throw operatorError('DATABASE_URL', problem);
}

/**
 * Notes who changed what, without names, addresses or links: a line of the log on standard error, where a log is kept. A
 * terminal shows what happened already.
 */
export async function note(action: string, subject: Readonly<Record<string, unknown>>): Promise<void> {
  if (process.stderr.isTTY) return;
  logger ??= await createLogger(load({ makeKey: false }).logLevel, process.stderr);
  logger.info({ action: `users.${action}`, ...subject, operator: userInfo().username }, 'changed by the command line');
}

let logger: Logger | undefined;

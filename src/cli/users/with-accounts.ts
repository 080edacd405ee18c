import { userInfo } from 'node:os';
import { connectRedis } from '../../../adapters/redis/index.ts';
import type { AccountParts } from '../../accounts/index.ts';
import { buildAccounts } from '../../build-accounts.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Logger } from '../../telemetry/index.ts';
import { load } from '../run.ts';
import { withSchema } from '../with-schema.ts';

/**
 * Runs `work` on the people of this project. Makes nothing that is not there: neither a database nor a master key.
 * @throws OperatorError where there is no database yet, or its schema is not this version's.
 */
export async function withAccounts<T>(work: (accounts: AccountParts) => Promise<T>): Promise<T> {
  const config = load({ makeKey: false });
  return withSchema(config, async (db) => {
    const redis = config.redisUrls.length > 0 ? await connectRedis(config.redisUrls, () => undefined) : undefined;
    try {
      return await work(buildAccounts(config, { db, redis }, systemClock));
    } finally {
      await redis?.close();
    }
  });
}

/**
 * Notes who changed what, without names, addresses or links: a line of the log on standard error, where a log is kept. A
 * terminal shows what happened already.
 */
export async function note(action: string, subject: Readonly<Record<string, unknown>>): Promise<void> {
  if (process.stderr.isTTY) return;
  const { createLogger } = await import('../../telemetry/index.ts');
  logger ??= await createLogger(load({ makeKey: false }).logLevel, process.stderr);
  logger.info({ action: `users.${action}`, ...subject, operator: userInfo().username }, 'changed by the command line');
}

let logger: Logger | undefined;

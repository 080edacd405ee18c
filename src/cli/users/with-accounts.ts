import { connectRedis } from '../../../adapters/redis/index.ts';
import type { AccountParts } from '../../accounts/index.ts';
import { buildAccounts } from '../../build-accounts.ts';
import { systemClock } from '../../kernel/clock.ts';
import { noteChange } from '../note-change.ts';
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

/** Notes what was done to somebody. */
export const note = (action: string, subject: Readonly<Record<string, unknown>>): Promise<void> =>
  noteChange(`users.${action}`, subject);

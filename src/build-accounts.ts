import type { Knex } from 'knex';
import { endSessions } from '../adapters/postgres/index.ts';
import { endRedisAccount, type Redis } from '../adapters/redis/index.ts';
import type { AccountParts } from './accounts/index.ts';
import type { Config } from './config/index.ts';
import type { Clock } from './kernel/clock.ts';
import { unlimited } from './limits/index.ts';

export interface Stores {
  readonly db: Knex;
  /** Where short-lived artefacts are, where there is one. */
  readonly redis: Redis | undefined;
}

/** What the use cases of accounts are made of: the same for a server and for a command. */
export function buildAccounts(config: Config, { db, redis }: Stores, clock: Clock): AccountParts {
  const mail = { clock, masterKeys: config.masterKeys };
  return { db, clock, mail, limits: unlimited, issuer: config.issuer, endSessions: ending(redis, clock) };
}

/** Ends a user's sessions in both stores. Redis is no part of the transaction: what went there is missed by nobody. */
function ending(redis: Redis | undefined, clock: Clock): AccountParts['endSessions'] {
  return async (transaction, userId) => {
    await endSessions(transaction, userId);
    if (redis) await endRedisAccount(redis.connection, clock, userId);
  };
}

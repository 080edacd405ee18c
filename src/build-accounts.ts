import { availableParallelism } from 'node:os';
import type { Knex } from 'knex';
import { endSessions } from '../adapters/postgres/index.ts';
import { endRedisAccount, type Redis } from '../adapters/redis/index.ts';
import {
  type AccountParts,
  type BreachOptions,
  breachCheck,
  HashQueue,
  noBreachCheck,
  PasswordHashing,
  type Passwords,
} from './accounts/index.ts';
import type { Config } from './config/index.ts';
import type { Clock } from './kernel/clock.ts';
import { unlimited } from './limits/index.ts';

export interface Stores {
  readonly db: Knex;
  /** Where short-lived artefacts are, where there is one. */
  readonly redis: Redis | undefined;
}

/** How passwords are watched over, and what tests replace. */
export interface PasswordOptions extends BreachOptions {
  readonly onRefused?: () => void;
  /** How many passwords may wait to be hashed. */
  readonly waiting?: number;
}

/** What the use cases of accounts are made of: the same for a server and for a command. */
export function buildAccounts(
  config: Config,
  { db, redis }: Stores,
  clock: Clock,
  options: PasswordOptions = {},
): AccountParts {
  const mail = { clock, masterKeys: config.masterKeys };
  const passwords = buildPasswords(config, options);
  return { db, clock, mail, limits: unlimited, passwords, issuer: config.issuer, endSessions: ending(redis, clock) };
}

/** Passwords that may wait to be hashed; the last of them waits for one or two seconds. */
const WAITING = 100;

function buildPasswords({ passwordHashing, breachedPasswords, workers }: Config, options: PasswordOptions): Passwords {
  const { waiting = WAITING, onRefused } = options;
  const queue = new HashQueue({ concurrency: hashesAtOnce(workers), waiting, onRefused });
  return {
    hashing: new PasswordHashing(passwordHashing, queue),
    isBreached: breachedPasswords ? breachCheck(options) : noBreachCheck,
  };
}

/**
 * Hashing takes every core that is this process's share, but for one thread of libuv's pool: signing a token takes one
 * too, and must not wait for a password.
 */
function hashesAtOnce(workers: number): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  return Math.max(1, Math.min(Math.floor(availableParallelism() / workers), threads - 1));
}

/** Ends a user's sessions in both stores. Redis is no part of the transaction: what went there is missed by nobody. */
function ending(redis: Redis | undefined, clock: Clock): AccountParts['endSessions'] {
  return async (transaction, userId) => {
    await endSessions(transaction, userId);
    if (redis) await endRedisAccount(redis.connection, clock, userId);
  };
}

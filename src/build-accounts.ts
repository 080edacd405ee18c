import { availableParallelism } from 'node:os';
import type { Knex } from 'knex';
import { postgresLimiter } from '../adapters/postgres/index.ts';
import { type Redis, redisLimiter } from '../adapters/redis/index.ts';
import {
  type AccountParts,
  type BreachOptions,
  breachCheck,
  emailKey,
  HashQueue,
  noBreachCheck,
  PasswordHashing,
  type Passwords,
} from './accounts/index.ts';
import { buildPersonal } from './build-personal.ts';
import type { Config } from './config/index.ts';
import type { Clock } from './kernel/clock.ts';
import { createLimits, type Limits, type LimitsOptions } from './limits/index.ts';

export interface Stores {
  readonly db: Knex;
  /** Where short-lived artefacts are, where there is one. */
  readonly redis: Redis | undefined;
}

/** How passwords are watched over, and what tests replace. */
export interface PasswordOptions extends BreachOptions {
  readonly onRefused?: () => void;
  /** Told why a stored hash could not be checked. */
  readonly onHashFailure?: (error: unknown) => void;
  /** How many passwords may wait to be hashed. */
  readonly waiting?: number;
}

/** Told that sessions or grants of somebody have ended. */
export interface EndingOptions {
  readonly onEnded?: () => void;
}

/** What a server may add to how limits are counted. */
export type LimitOptions = Partial<Pick<LimitsOptions, 'onRefusal' | 'policy'>>;

/** What the use cases of accounts are made of: the same for a server and for a command. */
export function buildAccounts(
  config: Config,
  stores: Stores,
  clock: Clock,
  options: PasswordOptions & LimitOptions & EndingOptions = {},
): AccountParts {
  return {
    db: stores.db,
    clock,
    mail: { clock, masterKeys: config.masterKeys },
    limits: buildLimits(config, stores, clock, options),
    passwords: buildPasswords(config, options),
    issuer: config.issuer,
    requireVerifiedEmail: config.requireVerifiedEmail,
    ...buildPersonal(stores.redis, { clock, ...(options.onEnded && { onEnded: options.onEnded }) }),
  };
}

/** Counts are where short-lived artefacts are. */
function buildLimits(
  { masterKeys }: Config,
  { db, redis }: Stores,
  clock: Clock,
  { onRefusal, policy }: LimitOptions,
): Limits {
  const build = redis ? redisLimiter(redis.connection) : postgresLimiter(db);
  return createLimits({ build, masterKeys, clock, addressOf: emailKey, onRefusal, policy });
}

/** Passwords that may wait to be hashed; the last of them waits for one or two seconds. */
const WAITING = 100;

function buildPasswords({ passwordHashing, breachedPasswords, workers }: Config, options: PasswordOptions): Passwords {
  const { waiting = WAITING, onRefused, onHashFailure } = options;
  const queue = new HashQueue({ concurrency: hashesAtOnce(workers), waiting, onRefused });
  return {
    hashing: new PasswordHashing(passwordHashing, queue, onHashFailure),
    isBreached: breachedPasswords ? breachCheck(options) : noBreachCheck,
  };
}

/**
 * Hashing takes every core that is this process's share, but for one thread of libuv's pool: looking up a name takes
 * one, as a slow signature does, and must not wait for a password.
 */
function hashesAtOnce(workers: number): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  return Math.max(1, Math.min(Math.floor(availableParallelism() / workers), threads - 1));
}

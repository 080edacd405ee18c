import type { Knex } from 'knex';
import { postgresArtifacts } from '../adapters/postgres/index.ts';
import { type Redis, redisArtifacts } from '../adapters/redis/index.ts';
import { type ArtifactStore, routedStore } from './artifacts/index.ts';
import type { Reconciliation } from './clients/index.ts';
import { type Config, DEMO_CLIENT_IDS } from './config/index.ts';
import { createCookieKeys, type createCsrf, type Middleware, type Show } from './http/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { KeptKeyRing } from './keys/index.ts';
import type { OnRefusal } from './limits/index.ts';
import { SESSION, statusLists } from './oidc/index.ts';
import { type KeptRevocations, statusListExists } from './revocations/index.ts';
import type { Logger, Metrics } from './telemetry/index.ts';

/** What cookies are signed with: a session is the longest-lived of them. */
export function buildCookieKeys({ cookieKeys, masterKeys, rotateEvery }: Config, clock: Clock) {
  const derived = { masterKeys, rotateEvery: rotateEvery.cookieKeys, longest: SESSION };
  return createCookieKeys({ given: cookieKeys, ...derived, clock });
}

/** Without a file nothing goes but what may not be: a server started in the wrong folder takes nobody's clients. */
export function reconciliationOf({ clients, declared, production }: Config): Reconciliation {
  return { clients, remove: declared ? 'undeclared' : production ? DEMO_CLIENT_IDS : [] };
}

export function artifactStore(db: Knex, redis: Redis | undefined, clock: Clock, longestToken: number): ArtifactStore {
  const lasting = postgresArtifacts(db, clock, longestToken);
  return redis ? routedStore(lasting, redisArtifacts(redis.connection, clock)) : lasting;
}

/** The demo applications, where their clients exist: in development without a file. */
export async function demoOf(
  { production, issuer, clients, smtpUrl }: Config,
  show: Show,
  csrf: ReturnType<typeof createCsrf>,
): Promise<Middleware | undefined> {
  if (production || !clients.some((client) => client.client_id === 'demo-web')) return undefined;
  const { demo } = await import('./demo/index.ts');
  return demo({ issuer, show, csrf, mailbox: smtpUrl === undefined ? '/dev/mailbox' : undefined });
}

export const logRedis = (logger: Logger) => (error: Error) => logger.warn({ err: error }, 'redis connection lost');

export const logHash = (logger: Logger) => (error: unknown) =>
  logger.warn({ err: error }, 'a password hash cannot be checked');

/** What a limit has turned away is counted and logged, without who it was. */
export function noting(logger: Logger, metrics: Metrics): OnRefusal {
  return (limit, by) => {
    metrics.refused.inc({ limit, by });
    logger.info({ limit, by }, 'turned away by a limit');
  };
}

/** Status lists, from what this process holds in memory. */
export function buildStatusLists(
  { issuer }: Config,
  { db, clock, revocations, keys }: { db: Knex; clock: Clock; revocations: KeptRevocations; keys: KeptKeyRing },
): Middleware {
  const exists = statusListExists(db);
  return statusLists({ issuer, clock, keyRing: () => keys.current(), revocations, exists });
}

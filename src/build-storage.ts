import type { Knex } from 'knex';
import { postgresArtifacts } from '../adapters/postgres/index.ts';
import { type Redis, redisArtifacts } from '../adapters/redis/index.ts';
import { type ArtifactStore, routedStore } from './artifacts/index.ts';
import type { Reconciliation } from './clients/index.ts';
import { type Config, DEMO_CLIENT_IDS } from './config/index.ts';
import type { Clock } from './kernel/clock.ts';

/** Everything in PostgreSQL; what is short-lived in Redis, where there is one. */
export function artifactStore(db: Knex, redis: Redis | undefined, clock: Clock): ArtifactStore {
  const lasting = postgresArtifacts(db, clock);
  return redis ? routedStore(lasting, redisArtifacts(redis.connection, clock)) : lasting;
}

/** Without a file nothing goes but what may not be: a server started in the wrong folder takes nobody's clients. */
export function reconciliationOf({ clients, declared, production }: Config): Reconciliation {
  return { clients, remove: declared ? 'undeclared' : production ? DEMO_CLIENT_IDS : [] };
}

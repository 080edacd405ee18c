import type { Knex } from 'knex';
import type { Redis } from '../adapters/redis/index.ts';
import type { Checks } from './http/index.ts';
import type { KeptKeyRing } from './keys/index.ts';
import { schemaIsCurrent } from './open-database.ts';

/** What the keys in use sign, to show that they can; no token looks like it. */
const PROOF = Buffer.from('ready');

/** What has to answer for this process to serve (`/readyz`). */
export function readiness(db: Knex, redis: Redis | undefined, keys: KeptKeyRing, draining: { now: boolean }): Checks {
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(what);
  };
  return {
    database: async () => void (await db.raw('select 1')),
    migrations: async () => must(await schemaIsCurrent(db), 'the schema is not this version’s'),
    keys: async () => {
      must(await keys.canSign(), 'the signing keys cannot be read');
      await Promise.all(keys.current().keys.map(({ state, sign }) => (state === 'active' ? sign(PROOF) : undefined)));
    },
    ...(redis ? { redis: () => redis.ping() } : {}),
    process: async () => must(!draining.now, 'the process is stopping'),
  };
}

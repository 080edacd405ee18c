import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import { CLIENT_ID } from '../config/index.ts';
import { findClientMetadata } from './store.ts';
import type { ClientMetadata } from './types.ts';

/** Clients by id, from memory: the engine asks at every request. */
export interface ClientRegistry {
  /** The stored metadata, at most 30 s old; undefined for a client that is unknown or disabled. */
  find(clientId: string): Promise<ClientMetadata | undefined>;
  /** Forgets one, or all: the next look reads the database. */
  forget(clientId?: string): void;
}

/** Milliseconds after which a change made elsewhere is seen at the latest. */
const MAX_AGE = 30_000;

/**
 * What cannot be an id is neither asked for nor remembered. An id nobody registered is remembered too, in a bounded cache: guessing ids costs the database nothing twice.
 * @param builtIn clients that are there without being stored
 * @param now milliseconds of a clock that is never set back
 */
export function createClientRegistry(
  db: Knex,
  builtIn: readonly ClientMetadata[] = [],
  now = () => performance.now(),
): ClientRegistry {
  const own = new Map(builtIn.map((client) => [client.client_id, client]));
  const cache = new LRUCache<string, { metadata: ClientMetadata | undefined }>({
    max: 10_000,
    ttl: MAX_AGE,
    // Else it would set a timer at each look, so as not to ask the clock twice in a millisecond.
    ttlResolution: 0,
    perf: { now },
    // Whoever was looking when it was forgotten gets what they found, and nobody after them does.
    ignoreFetchAbort: true,
    fetchMethod: async (clientId) => ({ metadata: await findClientMetadata(db, clientId) }),
  });
  return {
    async find(clientId) {
      if (!CLIENT_ID.test(clientId)) return undefined;
      return own.get(clientId) ?? (cache.get(clientId) ?? (await cache.fetch(clientId)))?.metadata;
    },
    forget: (clientId) => void (clientId === undefined ? cache.clear() : cache.delete(clientId)),
  };
}

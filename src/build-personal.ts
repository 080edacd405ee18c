import type { Knex } from 'knex';
import { type EndingParts, endSessions, personalArtifacts, queueJob } from '../adapters/postgres/index.ts';
import { endRedisAccount, type Redis } from '../adapters/redis/index.ts';
import type { AccountParts } from './accounts/index.ts';
import {
  END_SHORT_LIVED,
  type EndShortLivedJob,
  isOfSessions,
  type Model,
  type ShortLived,
  signedInWith,
} from './artifacts/index.ts';
import { isAway } from './kernel/away.ts';
import { type Clock, epochSeconds } from './kernel/clock.ts';

/** Seconds between two tries to end what is in Redis; and those in which all of it expires by itself. */
const AGAIN = 30;
const LIFE = 3600;
/** Seconds that clocks of two nodes may differ by. */
const SKEW = 30;

/**
 * What the engine keeps of one person, in both stores. Redis is no part of a transaction: what ends there in one that
 * is rolled back is missed by nobody. It is too short-lived to be shown; a code whose grant has ended buys nothing.
 * Whoever is to be shut out is so without Redis, too: what it has is then ended by a job of the same commit (checklist R8).
 */
export function buildPersonal(
  redis: Redis | undefined,
  parts: EndingParts,
): Pick<AccountParts, 'endSessions' | 'personal'> {
  const { clock } = parts;
  const lasting = personalArtifacts(parts);
  const end = shortLivedEnding(redis, clock);
  const endSoon = (transaction: Knex.Transaction, user_id: string, what: ShortLived) =>
    end({ user_id, what }).catch(async (error: unknown) => {
      if (!isAway(error)) throw error;
      const before = epochSeconds(clock) + SKEW;
      await queueJob(transaction, END_SHORT_LIVED, { user_id, what, before } satisfies EndShortLivedJob, AGAIN);
    });
  return {
    async endSessions(transaction, userId, which) {
      await endSessions(transaction, parts, userId, which);
      await endSoon(transaction, userId, { sessions: which ?? 'all' });
    },
    personal: {
      ...lasting,
      async takeBack(transaction, userId, clientId) {
        await lasting.takeBack(transaction, userId, clientId);
        await endSoon(transaction, userId, { client_id: clientId });
      },
      async erase(transaction, userId) {
        await lasting.erase(transaction, userId);
        await endSoon(transaction, userId, { everything: true });
      },
    },
  };
}

/** Ends what is short-lived of somebody; nothing, where that is with everything else. */
function shortLivedEnding(redis: Redis | undefined, clock: Clock): (job: EndShortLivedJob) => Promise<void> {
  return async (job) => {
    if (redis) await endRedisAccount(redis.connection, clock, job.user_id, (...artifact) => isMeant(job, ...artifact));
  };
}

/** The job: tried again and again, for as long as there can be anything to end. */
export function shortLivedTask(db: Knex, redis: Redis | undefined, clock: Clock) {
  const end = shortLivedEnding(redis, clock);
  return async (job: EndShortLivedJob): Promise<void> => {
    await end(job).catch(async (error: unknown) => {
      if (!isAway(error) || epochSeconds(clock) > (job.before ?? 0) + LIFE) throw error;
      await queueJob(db, END_SHORT_LIVED, job, AGAIN);
    });
  };
}

function isMeant(
  { what, before = Number.POSITIVE_INFINITY }: EndShortLivedJob,
  model: Model,
  payload: Readonly<Record<string, unknown>>,
): boolean {
  if (Number(payload['iat'] ?? 0) > before) return false;
  if ('everything' in what) return true;
  if ('client_id' in what) return payload['clientId'] === what.client_id;
  return signedInWith.has(model) && (what.sessions === 'all' || isOfSessions(what.sessions, payload));
}

import type { Knex } from 'knex';
import { type EndingParts, endSessions, personalArtifacts, queueJob } from '../adapters/postgres/index.ts';
import { endRedisAccount, type Redis } from '../adapters/redis/index.ts';
import type { AccountParts } from './accounts/index.ts';
import {
  END_ATTEMPTS,
  END_SHORT_LIVED,
  type EndShortLivedJob,
  isOfSessions,
  type Model,
  signedInWith,
} from './artifacts/index.ts';
import { isAway } from './kernel/away.ts';
import { type Clock, epochSeconds } from './kernel/clock.ts';

/**
 * What the engine keeps of one person, in both stores. Redis is no part of a transaction: what ends there in one that
 * is rolled back is missed by nobody. It is too short-lived to be shown; a code whose grant has ended buys nothing. Whoever is to
 * be shut out is so without Redis, too: what it has is then ended by a job of the same commit (checklist R8).
 */
export function buildPersonal(
  redis: Redis | undefined,
  parts: EndingParts,
): Pick<AccountParts, 'endSessions' | 'personal'> {
  const { clock } = parts;
  const lasting = personalArtifacts(parts);
  const end = shortLivedEnding(redis, clock);
  const endSoon = (transaction: Knex.Transaction, job: EndShortLivedJob) =>
    end(job).catch(async (error: unknown) => {
      if (!isAway(error)) throw error;
      await queueJob(transaction, END_SHORT_LIVED, job, END_ATTEMPTS);
    });
  const now = () => epochSeconds(clock);
  return {
    async endSessions(transaction, userId, sessions) {
      await endSessions(transaction, parts, userId, sessions);
      await endSoon(transaction, { user_id: userId, sessions, before: now() });
    },
    personal: {
      ...lasting,
      async takeBack(transaction, userId, clientId) {
        await lasting.takeBack(transaction, userId, clientId);
        await endSoon(transaction, { user_id: userId, client_id: clientId, before: now() });
      },
      async erase(transaction, userId) {
        await lasting.erase(transaction, userId);
        if (redis) await endRedisAccount(redis.connection, clock, userId);
      },
    },
  };
}

/** Ends what is short-lived of somebody; nothing, where that is with everything else. */
export function shortLivedEnding(redis: Redis | undefined, clock: Clock): (job: EndShortLivedJob) => Promise<void> {
  return async (job) => {
    if (redis) await endRedisAccount(redis.connection, clock, job.user_id, (...artifact) => isMeant(job, ...artifact));
  };
}

function isMeant(
  { client_id, sessions, before }: EndShortLivedJob,
  model: Model,
  payload: Readonly<Record<string, unknown>>,
): boolean {
  if (Number(payload['iat'] ?? 0) > before) return false;
  if (client_id !== undefined) return payload['clientId'] === client_id;
  return signedInWith.has(model) && isOfSessions(sessions, payload);
}

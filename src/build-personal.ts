import { type EndingParts, endSessions, personalArtifacts } from '../adapters/postgres/index.ts';
import { endRedisAccount, type Redis, type Which } from '../adapters/redis/index.ts';
import type { AccountParts } from './accounts/index.ts';
import { isOfSessions, signedInWith } from './artifacts/index.ts';

/**
 * What the engine keeps of one person, in both stores. Redis is no part of a transaction: what ends there in one that
 * is rolled back is missed by nobody. It is too short-lived to be shown; a code whose grant has ended buys nothing.
 */
export function buildPersonal(
  redis: Redis | undefined,
  parts: EndingParts,
): Pick<AccountParts, 'endSessions' | 'personal'> {
  const { clock } = parts;
  const inRedis = async (userId: string, which?: Which) =>
    redis && endRedisAccount(redis.connection, clock, userId, which);
  const lasting = personalArtifacts(parts);
  return {
    async endSessions(transaction, userId, which) {
      await endSessions(transaction, parts, userId, which);
      await inRedis(userId, (model, payload) => signedInWith.has(model) && isOfSessions(which, payload));
    },
    personal: {
      ...lasting,
      async takeBack(transaction, userId, clientId) {
        await lasting.takeBack(transaction, userId, clientId);
        await inRedis(userId, (_model, payload) => payload['clientId'] === clientId);
      },
      async erase(transaction, userId) {
        await lasting.erase(transaction, userId);
        await inRedis(userId);
      },
    },
  };
}

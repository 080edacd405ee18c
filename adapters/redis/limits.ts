import { RateLimiterRedis, RLWrapperTimeouts } from 'rate-limiter-flexible';
import type { BuildLimiter } from '../../src/limits/index.ts';
import type { RedisConnection } from './client.ts';

/** Longest wait for Redis, in milliseconds, before this process's memory counts in its place. */
const PATIENCE = 500;

/** Counts in Redis, a single server or a cluster: each count is one key. */
export function redisLimiter(redis: RedisConnection): BuildLimiter {
  const client = { storeClient: redis, useRedisPackage: true, rejectIfRedisNotReady: true };
  return (options) => {
    const limiter = new RateLimiterRedis({ ...options, ...client, keyPrefix: `gatehouse:limit:${options.keyPrefix}` });
    // A server that has stopped without closing its connections answers nothing at all.
    return new RLWrapperTimeouts({ ...options, limiter, timeoutMs: PATIENCE });
  };
}

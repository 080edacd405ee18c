import { Away } from '../../src/kernel/away.ts';
import type { RedisConnection } from './client.ts';

/**
 * Longest wait for an answer, in milliseconds. The client's own time-out ends once a command has been sent: a server that
 * keeps its connections and is stopped, or far too slow, would hold up a request for ever.
 */
const PATIENCE = 2000;

/**
 * The same connection, with an answer in time or none. What was given up on may still be done later: a code may be used up
 * by it, which costs a retry, and nothing is used twice.
 * @throws Away
 */
export function inTime(redis: RedisConnection): RedisConnection {
  return {
    get: (key) => answered(redis.get(key)),
    mGet: (keys) => answered(redis.mGet(keys)),
    set: (key, value, options) => answered(redis.set(key, value, options)),
    sMembers: (key) => answered(redis.sMembers(key)),
    sRem: (key, member) => answered(redis.sRem(key, member)),
    pExpire: (key, milliseconds) => answered(redis.pExpire(key, milliseconds)),
    unlink: (keys) => answered(redis.unlink(keys)),
    eval: (script, options) => answered(redis.eval(script, options)),
  };
}

async function answered<T>(answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('Redis does not answer')), PATIENCE);
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    throw new Away('the store of artefacts', cause);
  } finally {
    clearTimeout(timer);
  }
}

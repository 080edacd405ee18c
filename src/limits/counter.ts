import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Allowance } from './policy.ts';

/** What a store's limiter is built with; `insuranceLimiter` takes over while the store does not answer. */
export interface LimiterOptions {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
  readonly insuranceLimiter: RateLimiterMemory;
}

/** What there is to be consumed of a key, by a limiter with these options. */
export interface Point extends Pick<LimiterOptions, 'keyPrefix' | 'points' | 'duration'> {
  readonly key: string;
}

/** What there is of a key after that. */
export type Consumed = Pick<RateLimiterRes, 'consumedPoints' | 'msBeforeNext'>;

/** A store of counts that all processes share. */
export interface BuildLimiter {
  /** Builds a limiter of rate-limiter-flexible on it. */
  (options: LimiterOptions): RateLimiterAbstract;
  /** Consumes two points by one question, where the store can: the second only if the first was not one too many. */
  readonly consumeInTurn?: (first: Point, second: Point) => Promise<readonly [Consumed, Consumed | undefined]>;
}

/** What was counted: the how manieth it was, and where that was one too many, the whole seconds to wait. */
export interface Count {
  readonly count: number;
  readonly wait: number | undefined;
}

/** Counts under keys, each for its time. No call fails: while the store is away, this process's memory counts. */
export interface Counter {
  /** Counts one, atomically. `seconds`: how long, where this is the first; the allowance's where nothing is said. */
  take(key: string, seconds?: number): Promise<Count>;
  /** Counts one, and then one at `next`, which is left alone, and undefined, where this one was one too many. */
  takeBefore(key: string, next: Counter, nextKey: string): Promise<readonly [Count, Count | undefined]>;
  /** Takes one back. */
  giveBack(key: string): Promise<void>;
  /** How many there are. */
  count(key: string): Promise<number>;
  /** So many from now on, for the whole time of the allowance. */
  set(key: string, count: number): Promise<void>;
  forget(key: string): Promise<void>;
  /** What `take` consumes. */
  point(key: string): Point;
}

export function createCounter(build: BuildLimiter, name: string, { points, seconds }: Allowance): Counter {
  const options = { keyPrefix: name, points, duration: seconds };
  const limiter = build({ ...options, insuranceLimiter: new RateLimiterMemory(options) });
  const point = (key: string): Point => ({ ...options, key });
  const take = async (key: string, time?: number) => {
    const consumed = limiter.consume(key, 1, time === undefined ? {} : { customDuration: time });
    return counted(point(key), await consumed.catch(refused));
  };
  return {
    take,
    async takeBefore(key, next, nextKey) {
      const [first, second] = [point(key), next.point(nextKey)];
      // Where the store is away, the limiters know what to do.
      const both = await build.consumeInTurn?.(first, second).catch(() => undefined);
      if (both) return [counted(first, both[0]), both[1] && counted(second, both[1])];
      const own = await take(key);
      return [own, own.wait === undefined ? await next.take(nextKey) : undefined];
    },
    giveBack: async (key) => void (await limiter.reward(key, 1)),
    count: async (key) => (await limiter.get(key))?.consumedPoints ?? 0,
    set: async (key, count) => void (await limiter.set(key, count, seconds)),
    forget: async (key) => void (await limiter.delete(key)),
    point,
  };
}

function counted({ points }: Point, { consumedPoints: count, msBeforeNext }: Consumed): Count {
  return { count, wait: count > points ? Math.max(1, Math.ceil(msBeforeNext / 1000)) : undefined };
}

/** The library throws what it tells of those it turns away. */
function refused(reason: unknown): Consumed {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  return reason;
}

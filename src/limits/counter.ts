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

/** Builds a limiter of rate-limiter-flexible on a store that all processes share. */
export type BuildLimiter = (options: LimiterOptions) => RateLimiterAbstract;

/** What was counted: the how manieth it was, and where that was one too many, the whole seconds to wait. */
export interface Count {
  readonly count: number;
  readonly wait: number | undefined;
}

/** Counts under keys, each for its time. No call fails: while the store is away, this process's memory counts. */
export interface Counter {
  /** Counts one, atomically. `seconds`: how long, where this is the first; the allowance's where nothing is said. */
  take(key: string, seconds?: number): Promise<Count>;
  /** Takes one back. */
  giveBack(key: string): Promise<void>;
  /** How many there are. */
  count(key: string): Promise<number>;
  /** So many from now on, for the whole time of the allowance. */
  set(key: string, count: number): Promise<void>;
  forget(key: string): Promise<void>;
}

export function createCounter(build: BuildLimiter, name: string, { points, seconds }: Allowance): Counter {
  const insuranceLimiter = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
  const limiter = build({ keyPrefix: name, points, duration: seconds, insuranceLimiter });
  return {
    take: (key, time) =>
      limiter
        .consume(key, 1, time === undefined ? {} : { customDuration: time })
        .then(({ consumedPoints }) => ({ count: consumedPoints, wait: undefined }), refused),
    giveBack: async (key) => void (await limiter.reward(key, 1)),
    count: async (key) => (await limiter.get(key))?.consumedPoints ?? 0,
    set: async (key, count) => void (await limiter.set(key, count, seconds)),
    forget: async (key) => void (await limiter.delete(key)),
  };
}

function refused(reason: unknown): Count {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  return { count: reason.consumedPoints, wait: Math.max(1, Math.ceil(reason.msBeforeNext / 1000)) };
}

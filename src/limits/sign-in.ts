import { type BuildLimiter, type Count, type Counter, createCounter } from './counter.ts';
import { SIGN_IN, waitAfter } from './policy.ts';
import type { Reservation, SignInRefusal } from './types.ts';

/** Tries at the password of one account. A key is an account's, for strangers, or a known browser's. */
export interface SignInGate {
  /** The tries that are free, which every try is counted with first. */
  readonly free: Counter;
  /**
   * @param most failures after which no password is looked at
   * @param counted what `free` said, where it was asked already
   */
  try(key: string, most?: number, counted?: Count): Promise<Reservation | SignInRefusal>;
  forgive(key: string): Promise<void>;
}

/**
 * The first few tries are free. From then on a gate lets one through at a time and closes behind it, for longer and
 * longer; who finds it closed has not tried, and nothing is counted. Every step is atomic in the store, so that of any
 * number of tries at once no more get through than of as many one after the other.
 */
export function createSignInGate(build: BuildLimiter): SignInGate {
  const seconds = SIGN_IN.forgottenAfter;
  // The last free try goes through the gate as well: it is the one that closes it.
  const free = createCounter(build, 'sign_in:free', { points: SIGN_IN.free - 1, seconds });
  const slow = createCounter(build, 'sign_in:slow', { points: SIGN_IN.most, seconds });
  const gate = createCounter(build, 'sign_in:gate', { points: 1, seconds: SIGN_IN.longestWait });
  const forgive = async (key: string) => {
    await Promise.all([free, slow, gate].map((counter) => counter.forget(key)));
  };

  return {
    free,
    forgive,
    async try(key, most = SIGN_IN.most, counted) {
      const first = counted ?? (await free.take(key));
      if (first.wait === undefined) return freeTry(free, key, first.count);
      const before = SIGN_IN.free - 1 + (await slow.count(key));
      if (before >= most) return { problem: 'reset_needed' };
      const failures = before + 1;
      const { wait } = await gate.take(key, waitAfter(failures));
      if (wait !== undefined) return { problem: 'too_many_tries', retryAfter: wait };
      const putSlow = (count: number) => slow.set(key, count - (SIGN_IN.free - 1));
      // The free ones are used up for as long as the slow ones are remembered.
      await Promise.all([putSlow(failures), free.set(key, SIGN_IN.free)]);
      return {
        failures,
        succeeded: () => forgive(key),
        release: async () => void (await Promise.all([putSlow(before), gate.forget(key)])),
      };
    },
  };
}

/** There can be no slow tries yet, so that one thing to forget is all there is. */
function freeTry(free: Counter, key: string, failures: number): Reservation {
  return { failures, succeeded: () => free.forget(key), release: () => free.giveBack(key) };
}

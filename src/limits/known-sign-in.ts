import { type BuildLimiter, type Counter, createCounter } from './counter.ts';
import { SIGN_IN } from './policy.ts';
import type { SignInGate } from './sign-in.ts';
import type { Reservation, SignInRefusal } from './types.ts';

/** Tries at the password of one account from browsers that are known for it. */
export interface KnownGate {
  /** `mark` and `account` are keys. Undefined: nothing is left for this browser, which is as good as a stranger's now. */
  try(account: string, mark: string): Promise<Reservation | SignInRefusal | undefined>;
  forgive(account: string): Promise<void>;
}

/**
 * Each mark has a row of failures of its own, so that no browser slows another one down; a short one, and all of an
 * account's together have no more than strangers have, so that many marks are no more guesses.
 */
export function createKnownGate(build: BuildLimiter, gate: SignInGate): KnownGate {
  const { most: points, forgottenAfter: seconds } = SIGN_IN;
  const together = createCounter(build, 'sign_in:known', { points, seconds });
  return {
    forgive: (account) => together.forget(account),
    async try(account, mark) {
      const own = await gate.try(mark, SIGN_IN.mostOfKnown);
      if ('problem' in own) return own.problem === 'reset_needed' ? undefined : own;
      if ((await together.take(account)).wait === undefined) return both(own, account, together);
      await own.release();
      return undefined;
    },
  };
}

function both(own: Reservation, account: string, together: Counter): Reservation {
  return {
    failures: own.failures,
    succeeded: async () => void (await Promise.all([own.succeeded(), together.forget(account)])),
    release: async () => void (await Promise.all([own.release(), together.giveBack(account)])),
  };
}

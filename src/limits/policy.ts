import type { Limited } from './types.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** So many in so many seconds, counted from the first. */
export interface Allowance {
  readonly points: number;
  readonly seconds: number;
}

/** `address`: for one e-mail address, or one assessment session, from anywhere. `network`: from one network, for any address. */
interface Allowances {
  readonly address?: Allowance;
  readonly network: Allowance;
}

export type Policy = Readonly<Record<Limited | 'sign_in', Allowances>>;

/**
 * Every limit there is. A network may be an office, or a town behind one address, so it has a lot; browsers that are
 * known don't count towards it.
 *
 * Mails: as long as no further one may be asked for, a link that was mailed still works, so whoever asks in the name of
 * somebody else keeps nobody out. That is why the seconds are no more than the link's life.
 */
export const POLICY: Policy = {
  sign_in: { network: { points: 300, seconds: 10 * MINUTE } },
  register: { address: { points: 20, seconds: HOUR }, network: { points: 100, seconds: 10 * MINUTE } },
  reset_mail: { address: { points: 3, seconds: 30 * MINUTE }, network: { points: 100, seconds: 10 * MINUTE } },
  verification_mail: { address: { points: 10, seconds: DAY }, network: { points: 100, seconds: 10 * MINUTE } },
  code: { address: { points: 20, seconds: DAY }, network: { points: 300, seconds: DAY } },
  new_password: { network: { points: 100, seconds: 10 * MINUTE } },
  resume_code: { address: { points: 20, seconds: HOUR }, network: { points: 300, seconds: 10 * MINUTE } },
};

/** Tries at the password of one address, wrong ones in a row: from strangers, and apart from them from each known browser. */
export const SIGN_IN = {
  /** Wrong ones before each further one has to wait. */
  free: 5,
  /** Seconds to wait after the last free one; twice as many after each further one. */
  firstWait: 1,
  longestWait: 15 * MINUTE,
  /** Wrong ones after which no password is looked at any more, until a new one was set (NIST SP 800-63B-4, 3.2.2). */
  most: 100,
  /** The same for one known browser, which counts as a stranger's then; all of an account's have `most` together. */
  mostOfKnown: 20,
  /** A row is forgotten when so many seconds went by without a try. Timers, which count while a store is away, hold 24 days. */
  forgottenAfter: 21 * DAY,
  /** The owner is told of every so many. */
  tellEvery: 10,
} as const;

/** Seconds to wait after the nth wrong password in a row. */
export function waitAfter(failures: number): number {
  const steps = failures - SIGN_IN.free;
  return steps < 0 ? 0 : Math.min(SIGN_IN.firstWait * 2 ** steps, SIGN_IN.longestWait);
}

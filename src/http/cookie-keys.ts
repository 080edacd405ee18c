import { createHmac, hkdfSync } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { equal } from '../kernel/equal.ts';

/**
 * What cookies are signed with, by keys that change while they are in use. `sign`, `verify` and `index` are those of
 * `keygrip`, by which Koa and the engine have their cookies signed.
 */
export interface CookieKeys {
  /** Those that are accepted now; the first one signs. */
  accepted(): readonly string[];
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
  /**
   * 0 for a good signature, else -1. Never more, by which a cookie would be signed anew on the spot: as one for the time the
   * browser is open, whatever it was. It is when it is set again.
   */
  index(data: string, signature: string): number;
}

export interface CookieKeyOptions {
  /** The operator's own, newest first: they change when the operator changes them. */
  readonly given: readonly string[] | undefined;
  /** Newest first; where none are given, keys are derived from these. */
  readonly masterKeys: readonly Buffer[];
  /** Seconds that one key signs for. */
  readonly rotateEvery: number;
  /** Seconds that the longest-lived cookie lives. */
  readonly longest: number;
  readonly clock: Clock;
}

/** The same at every moment for all processes that are told the same: nothing is stored, and nobody is asked. */
export function createCookieKeys(options: CookieKeyOptions): CookieKeys {
  const accepted = options.given ? () => options.given ?? [] : derivedKeys(options);
  const verify = (data: string, signature: string) =>
    accepted().some((key) => equal(signatureOf(key, data), signature));
  return {
    accepted,
    sign: (data) => signatureOf(accepted()[0] ?? '', data),
    verify,
    index: (data, signature) => (verify(data, signature) ? 0 : -1),
  };
}

/**
 * One key for each period and master key: this period's, those of periods that a cookie may still be of, and the next one's,
 * for a process whose clock is ahead.
 */
function derivedKeys({ masterKeys, rotateEvery, longest, clock }: CookieKeyOptions): () => readonly string[] {
  let known: { period: number; keys: readonly string[] } | undefined;
  return () => {
    const period = Math.floor(clock.now().getTime() / 1000 / rotateEvery);
    if (known?.period === period) return known.keys;
    const past = Array.from({ length: Math.ceil(longest / rotateEvery) }, (_, index) => period - 1 - index);
    const keys = [period, ...past, period + 1].flatMap((each) => masterKeys.map((key) => derive(key, each)));
    known = { period, keys };
    return keys;
  };
}

function derive(masterKey: Buffer, period: number): string {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `gatehouse cookie key v1 ${period}`, 32)).toString('base64url');
}

function signatureOf(key: string, data: string): string {
  return createHmac('sha256', key).update(data).digest('base64url');
}

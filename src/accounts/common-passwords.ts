import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** Whose password it is to be: what others know of them makes a bad one. */
export interface PasswordOwner {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
}

/** Whether something else than the password proves who signs in. There is nothing else yet. */
export interface Factors {
  readonly second: boolean;
}

/** Code points of a password that are looked at, half of them at each end; more would only cost time (measured: 64 hostile ones take some 10 ms). */
const LOOKED_AT = 64;
/** Ways of reading l33t; the estimator's own 100 find no more, and take five times as long. */
const L33T_READINGS = 4;
/** The estimator's scores that will do: more than 10⁸ guesses for a password alone, 10⁶ beside a second factor. */
const SCORE_MIN = 3;
const SCORE_MIN_BESIDE_FACTOR = 2;

let loading: Promise<ZxcvbnFactory> | undefined;

/** The estimator with its dictionary of 49,000 common passwords: read once, when it is first needed (80 ms). */
export function commonPasswords(): Promise<ZxcvbnFactory> {
  loading ??= load();
  return loading;
}

/**
 * Whether a password is one that everybody tries, or hardly more: a common one, one repeated, with digits appended, in
 * l33t or backwards, a walk over the keyboard, a sequence, a date, or the person's own address or name.
 */
export async function isCommon(password: string, person: PasswordOwner, { second }: Factors): Promise<boolean> {
  const estimator = await commonPasswords();
  const seen = bothEnds(password);
  const words = wordsOf(person);
  const least = second ? SCORE_MIN_BESIDE_FACTOR : SCORE_MIN;
  const isWeak = (text: string) => estimator.check(text, words).score < least;
  // `password password` is `passwordpassword`: spaces and signs between words make nothing strong.
  const joined = seen.replace(/[^\p{L}\p{N}]/gu, '');
  return isWeak(seen) || (joined.length > 0 && joined !== seen && isWeak(joined));
}

async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Estimator }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  // Each code point may be two units long.
  const options = { maxLength: 2 * LOOKED_AT, l33tMaxSubstitutions: L33T_READINGS };
  return new Estimator({ dictionary, graphs: adjacencyGraphs, ...options });
}

function bothEnds(password: string): string {
  const points = [...password];
  if (points.length <= LOOKED_AT) return password;
  return [...points.slice(0, LOOKED_AT / 2), ...points.slice(-LOOKED_AT / 2)].join('');
}

/** The address, the name, their parts, and the name of this server. What is shorter is in too many words. */
function wordsOf({ email = '', name = '' }: PasswordOwner): string[] {
  const wholes = [email, name].map((text) => text.slice(0, LOOKED_AT));
  const parts = wholes.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)).slice(0, 20);
  const joined = name.replace(/[^\p{L}\p{N}]/gu, '').slice(0, LOOKED_AT);
  return [...wholes, ...parts, joined, 'gatehouse'].filter((word) => word.length >= 3);
}

import type { KeyLife } from './types.ts';

/** How long keys live, in seconds; which algorithms have one. The settings make sure that the numbers go together. */
export interface KeyPolicy {
  readonly algorithms: readonly string[];
  /** From one key's first signature to the next one's. */
  readonly rotateEvery: number;
  /** A key is published this long before it signs: no cache of the JWKS is older. */
  readonly publishAhead: number;
  /** A key is published this long after it was replaced: no token it signed lives longer. */
  readonly retireAfter: number;
}

/** One step in the life of an algorithm's keys. */
export type Step =
  | { readonly kind: 'make'; readonly alg: string; readonly state: 'pending' | 'active' }
  | { readonly kind: 'promote'; readonly kid: string; readonly replaced: string | undefined }
  | { readonly kind: 'replace'; readonly kid: string }
  | { readonly kind: 'retire'; readonly kid: string }
  | { readonly kind: 'revoke'; readonly kid: string };

export interface Circumstances {
  /** Algorithms whose active key is due now, however young (an operator's `keys rotate`). */
  readonly hurried?: readonly string[];
  /** Keys that cannot be opened: none of them begins to sign. */
  readonly unopened?: readonly string[];
}

/**
 * What is due now: `pending → active → retiring → retired`. A key becomes active when the one before has signed for as
 * long as it should and the new one has been published for long enough; late is no harm, early never happens.
 */
export function dueSteps(
  keys: readonly KeyLife[],
  policy: KeyPolicy,
  now: Date,
  { hurried = [], unopened = [] }: Circumstances = {},
): Step[] {
  const algorithms = new Set([...policy.algorithms, ...keys.map(({ alg }) => alg)]);
  return [...algorithms].flatMap((alg) => {
    const own = keys.filter((key) => key.alg === alg);
    const wanted = policy.algorithms.includes(alg);
    return [
      ...retirements(own, policy, now),
      ...(wanted ? succession(alg, own, policy, now, { hurry: hurried.includes(alg), unopened }) : ending(own)),
    ];
  });
}

/**
 * What has to be done for a key to sign nothing and be verified by nobody any more, at once. Where it was the one that
 * signs, the next one does so from now on, whether or not caches know it: what was signed is lost already. A key that is
 * retired has nothing left to lose.
 */
export function revocationSteps(
  keys: readonly KeyLife[],
  policy: KeyPolicy,
  kid: string,
  { unopened = [] }: Circumstances = {},
): Step[] {
  const key = keys.find((each) => each.kid === kid);
  if (!key || key.state === 'retired') return [];
  const { alg, state } = key;
  if (state !== 'active' || !policy.algorithms.includes(alg)) return [{ kind: 'revoke', kid }];
  const next = nextOf(
    keys.filter((each) => each.alg === alg),
    unopened,
  );
  return [
    { kind: 'revoke', kid },
    next ? { kind: 'promote', kid: next.kid, replaced: undefined } : { kind: 'make', alg, state: 'active' },
  ];
}

function retirements(keys: readonly KeyLife[], { retireAfter }: KeyPolicy, now: Date): Step[] {
  const over = keys.filter(({ state, retiringAt }) => state === 'retiring' && isPast(retiringAt, retireAfter, now));
  return over.map(({ kid }) => ({ kind: 'retire', kid }));
}

function succession(
  alg: string,
  keys: readonly KeyLife[],
  policy: KeyPolicy,
  now: Date,
  { hurry, unopened }: { readonly hurry: boolean; readonly unopened: readonly string[] },
): Step[] {
  const active = keys.find(({ state }) => state === 'active');
  const pending = nextOf(keys, unopened);
  // Nobody has cached anything of an algorithm that never had a key.
  if (!active && !pending) return [{ kind: 'make', alg, state: keys.length === 0 ? 'active' : 'pending' }];
  if (!pending) {
    const ahead = policy.rotateEvery - policy.publishAhead;
    return hurry || isPast(active?.activatedAt, ahead, now) ? [{ kind: 'make', alg, state: 'pending' }] : [];
  }
  if (!isPast(pending.createdAt, policy.publishAhead, now)) return [];
  if (active && !hurry && !isPast(active.activatedAt, policy.rotateEvery, now)) return [];
  return [{ kind: 'promote', kid: pending.kid, replaced: active?.kid }];
}

/** Of an algorithm's keys, the one that signs next. */
function nextOf(keys: readonly KeyLife[], unopened: readonly string[]): KeyLife | undefined {
  return keys.find(({ kid, state }) => state === 'pending' && !unopened.includes(kid));
}

/** Of an algorithm that is no longer wanted, nothing signs. */
function ending(keys: readonly KeyLife[]): Step[] {
  return keys.flatMap(({ kid, state }): Step[] => {
    if (state === 'active') return [{ kind: 'replace', kid }];
    return state === 'pending' ? [{ kind: 'retire', kid }] : [];
  });
}

/** Whether so many seconds have passed since. */
function isPast(since: Date | undefined, seconds: number, now: Date): boolean {
  return since !== undefined && now.getTime() >= since.getTime() + seconds * 1000;
}

import { unopenedOf } from './open-key.ts';
import type { KeyParts } from './parts.ts';
import { listKeys } from './store.ts';
import { turnKeys } from './turn-keys.ts';
import type { PublicKey } from './types.ts';

export interface Rotation {
  /** Keys that sign from now on. */
  readonly promoted: readonly PublicKey[];
  /** Keys that cannot sign yet, because caches of the JWKS may not know them; each with the time from which they can. */
  readonly waiting: readonly { readonly key: PublicKey; readonly from: Date }[];
}

/**
 * Rotates on an operator's word, not on the day that is due: a pending key that has been published for long enough signs
 * from now on; where there is none yet, one is published.
 * @param options `now`: does not wait for caches. A verifier that keeps the JWKS may refuse the new key's tokens until it
 * asks again.
 */
export async function rotateKeys(parts: KeyParts, { now = false } = {}): Promise<Rotation> {
  const policy = now ? { ...parts.policy, publishAhead: 0 } : parts.policy;
  const steps = [...(await turnKeys({ ...parts, policy }, policy.algorithms))];
  const published = steps.flatMap((step) => (step.kind === 'make' ? [step.alg] : []));
  if (now && published.length > 0) steps.push(...(await turnKeys({ ...parts, policy }, published)));
  const keys = await listKeys(parts.db);
  const unopened = await unopenedOf(keys, parts);
  const promoted = new Set(steps.flatMap((step) => (step.kind === 'promote' ? [step.kid] : [])));
  return {
    promoted: keys.filter(({ kid }) => promoted.has(kid)),
    waiting: keys
      .filter(({ kid, state }) => state === 'pending' && !unopened.includes(kid))
      .map((key) => ({ key, from: new Date(key.createdAt.getTime() + policy.publishAhead * 1000) })),
  };
}

import type { Knex } from 'knex';
import { announce } from './announce.ts';
import { destroyRetired } from './destroy-retired.ts';
import { revocationSteps, type Step } from './life.ts';
import { unopenedOf } from './open-key.ts';
import type { KeyParts } from './parts.ts';
import { type ClientTokens, listSigned } from './signed-store.ts';
import { listKeys, lockKeys } from './store.ts';
import { takeStep } from './take-step.ts';
import type { KeyState, PublicKey } from './types.ts';

export interface Revocation {
  /** As it is now; in a dry run, as it would be left alone. */
  readonly key: PublicKey;
  /** In which state it was found. */
  readonly was: KeyState;
  /** Which key signs in its place; in a dry run undefined as well where one would be made. */
  readonly replacedBy: PublicKey | undefined;
  /** Who holds tokens of it that were live until now. */
  readonly clients: readonly ClientTokens[];
}

/** Why nothing is revoked: nobody knows the key, or it is retired already. */
export type NoRevocation = { readonly problem: 'unknown' } | { readonly problem: 'retired'; readonly key: PublicKey };

/**
 * Ends a key in an emergency: its private part is destroyed, it is published no more, and what it signed is refused by
 * whoever asks for the keys. Where it signed, another key does from now on, whether caches know it or not. All of it is one
 * transaction, so that a process that is killed has done it or not.
 * @param options `dryRun`: only tells what it would break
 */
export async function revokeKey(
  parts: KeyParts,
  kid: string,
  { dryRun = false } = {},
): Promise<Revocation | NoRevocation> {
  const revocation = await parts.db.transaction<Revocation | NoRevocation>(async (transaction) => {
    await lockKeys(transaction);
    const keys = await listKeys(transaction);
    const key = keys.find((each) => each.kid === kid);
    if (!key) return { problem: 'unknown' };
    if (key.state === 'retired') return { problem: 'retired', key };
    const unopened = await unopenedOf(keys, parts);
    const steps = revocationSteps(keys, parts.policy, kid, { unopened });
    const clients = await listSigned(transaction, kid, parts.clock.now());
    if (!dryRun) await take(transaction, parts, steps);
    const after = dryRun ? keys : await listKeys(transaction);
    const replacedBy = key.state === 'active' ? successorOf(key, after, steps) : undefined;
    return { key: after.find((each) => each.kid === kid) ?? key, was: key.state, replacedBy, clients };
  });
  // Kept elsewhere it is out of use as well; where it cannot be destroyed now, the job does it.
  if (!dryRun) await destroyRetired(parts).catch(() => undefined);
  return revocation;
}

/** The key that is promoted, or was made. */
function successorOf({ kid, alg }: PublicKey, keys: readonly PublicKey[], steps: readonly Step[]) {
  const next = steps.find((step) => step.kind === 'promote')?.kid;
  return keys.find((key) => key.kid === next || (key.kid !== kid && key.alg === alg && key.state === 'active'));
}

async function take(transaction: Knex.Transaction, parts: KeyParts, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await takeStep(transaction, parts, step);
  await announce(transaction, parts.clock.now(), steps);
}

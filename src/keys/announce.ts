import type { Knex } from 'knex';
import { append, type NewEvent } from '../events/index.ts';
import type { Step } from './life.ts';
import { listKeys, tellKeysChanged } from './store.ts';
import type { PublicKey } from './types.ts';

/**
 * Tells of steps that keys have taken, in the transaction that took them: whoever changes keys calls this last, once. What is
 * written down of them is committed with the keys or not at all.
 */
export async function announce(transaction: Knex.Transaction, at: Date, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  const made = steps.some(({ kind }) => kind === 'make') ? await listKeys(transaction) : [];
  await append(transaction, at, ...steps.flatMap((step) => eventsOf(step, made)));
  await tellKeysChanged(transaction);
}

function eventsOf(step: Step, keys: readonly PublicKey[]): NewEvent[] {
  switch (step.kind) {
    case 'promote':
      return [rotated(step.kid, step.replaced)];
    case 'make':
      return step.state === 'active' ? [rotated(activeOf(step.alg, keys)?.kid ?? '', undefined)] : [];
    case 'revoke':
      return [{ type: 'identity.key.revoked.v1', subject: step.kid, data: { kid: step.kid } }];
    default:
      return [];
  }
}

const rotated = (kid: string, replaced: string | undefined): NewEvent => ({
  type: 'identity.key.rotated.v1',
  subject: kid,
  data: { kid, replaced_kid: replaced ?? null },
});

/** A key that was made is known by being the one that signs. */
const activeOf = (alg: string, keys: readonly PublicKey[]) =>
  keys.find((key) => key.alg === alg && key.state === 'active');

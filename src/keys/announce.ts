import type { Knex } from 'knex';
import type { Step } from './life.ts';
import { tellKeysChanged } from './store.ts';

/**
 * Tells of steps that keys have taken, in the transaction that took them: whoever changes keys calls this last, once.
 * It is the one place where the event `identity.key.rotated.v1` belongs, whose row is committed with the keys or not at all.
 */
export async function announce(transaction: Knex.Transaction, steps: readonly Step[]): Promise<void> {
  if (steps.length > 0) await tellKeysChanged(transaction);
}

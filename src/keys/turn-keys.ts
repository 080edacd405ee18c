import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';
import { dueSteps, type KeyPolicy, type Step } from './life.ts';
import { makeKey } from './make-key.ts';
import type { Openers } from './open-key.ts';
import { insertKey, listKeys, lockKeys, setKeyState, tellKeysChanged } from './store.ts';

/** What keys are turned with. */
export interface KeyParts extends Openers {
  readonly db: Knex;
  readonly clock: Clock;
  readonly policy: KeyPolicy;
}

/**
 * Takes every step that is due, as one: of several nodes that try at once, one takes it and the others find nothing
 * left to do; a node killed in between leaves the keys as they were. The first start makes the first keys this way.
 * @param hurried algorithms whose keys are turned on an operator's word
 * @returns the steps taken, in order.
 */
export async function turnKeys(parts: KeyParts, hurried: readonly string[] = []): Promise<readonly Step[]> {
  return parts.db.transaction(async (transaction) => {
    await lockKeys(transaction);
    const taken: Step[] = [];
    for (let due = await stepsNow(transaction, parts, hurried); due.length > 0; ) {
      for (const step of due) await take(transaction, parts, step);
      taken.push(...due);
      // One step may make another due; an operator's hurry is for the key that signed when they asked.
      due = await stepsNow(transaction, parts);
    }
    if (taken.length > 0) await tellKeysChanged(transaction);
    return taken;
  });
}

async function stepsNow(transaction: Knex.Transaction, { policy, clock }: KeyParts, hurried?: readonly string[]) {
  return dueSteps(await listKeys(transaction), policy, clock.now(), hurried);
}

async function take(transaction: Knex.Transaction, parts: KeyParts, step: Step): Promise<void> {
  const now = parts.clock.now();
  switch (step.kind) {
    case 'make':
      return insertKey(transaction, await makeKey(step.alg, step.state, parts, parts.clock));
    case 'promote':
      if (step.replaced) await setKeyState(transaction, step.replaced, 'retiring', now);
      return setKeyState(transaction, step.kid, 'active', now);
    case 'replace':
      return setKeyState(transaction, step.kid, 'retiring', now);
    case 'retire':
      return setKeyState(transaction, step.kid, 'retired', now);
  }
}

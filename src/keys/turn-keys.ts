import type { Knex } from 'knex';
import { announce } from './announce.ts';
import { dueSteps, type Step } from './life.ts';
import { unopenedOf } from './open-key.ts';
import type { KeyParts } from './parts.ts';
import { listKeys, lockKeys } from './store.ts';
import { takeStep } from './take-step.ts';

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
      for (const step of due) await takeStep(transaction, parts, step);
      taken.push(...due);
      // One step may make another due; an operator's hurry is for the key that signed when they asked.
      due = await stepsNow(transaction, parts);
    }
    await announce(transaction, parts.clock.now(), taken);
    return taken;
  });
}

async function stepsNow(transaction: Knex.Transaction, parts: KeyParts, hurried: readonly string[] = []) {
  const { policy, clock } = parts;
  const keys = await listKeys(transaction);
  return dueSteps(keys, policy, clock.now(), { hurried, unopened: await unopenedOf(keys, parts) });
}

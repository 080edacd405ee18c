import { eraseLocked } from './erase-user.ts';
import type { AccountParts } from './parts.ts';
import { lockDue } from './store.ts';

/**
 * Erases the users whose time to change their mind is over, with all there is of them, in small transactions. Several
 * nodes may do it at once: each leaves to the others what they have begun with.
 * @returns how many were erased.
 */
export async function eraseDueAccounts(parts: AccountParts, batch = 20): Promise<number> {
  let total = 0;
  for (let erased = batch; erased === batch; total += erased) erased = await eraseBatch(parts, batch);
  return total;
}

function eraseBatch(parts: AccountParts, batch: number): Promise<number> {
  return parts.db.transaction(async (transaction) => {
    const due = await lockDue(transaction, parts.clock.now(), batch);
    for (const userId of due) await eraseLocked(transaction, parts, userId);
    return due.length;
  });
}

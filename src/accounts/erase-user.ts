import type { Knex } from 'knex';
import { append, forgetNetworks } from '../events/index.ts';
import { forgetMails } from '../mail/index.ts';
import { tellOf } from './events.ts';
import type { AccountParts } from './parts.ts';
import { deleteUser, lockUser } from './store.ts';

/**
 * Erases a user with all there is of them, at once and as one: the two weeks in which people may change their mind are
 * for their own wish, an operator has made up theirs. Whoever is signed in with it is out (checklist 33).
 * @returns false when there is no such user.
 */
export function eraseUser(parts: AccountParts, userId: string): Promise<boolean> {
  return parts.db.transaction(async (transaction) => {
    if (!(await lockUser(transaction, userId))) return false;
    await parts.endSessions(transaction, userId);
    await eraseLocked(transaction, parts, userId);
    return true;
  });
}

/** The user's row is to be locked. */
export async function eraseLocked(transaction: Knex.Transaction, parts: AccountParts, userId: string): Promise<void> {
  await parts.personal.erase(transaction, userId);
  await forgetMails(transaction, userId);
  await deleteUser(transaction, userId);
  await append(transaction, parts.clock.now(), tellOf(userId, 'identity.user.deleted.v1'));
  await forgetNetworks(transaction, userId);
}

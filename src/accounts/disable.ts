import type { AccountParts } from './parts.ts';
import { setStatus } from './store.ts';

/**
 * Shuts an account: nobody signs in to it any more, and whoever is signed in with it is out at once, with every code
 * and token (checklist 33). Doing it twice comes to the same.
 * @returns false when there is no such user.
 */
export async function disableUser({ db, clock, endSessions }: AccountParts, userId: string): Promise<boolean> {
  return db.transaction(async (transaction) => {
    if (!(await setStatus(transaction, userId, 'disabled', clock.now()))) return false;
    await endSessions(transaction, userId);
    return true;
  });
}

/**
 * Opens it again, with the password it had. What was ended stays ended.
 * @returns false when there is no such user.
 */
export function enableUser({ db, clock }: AccountParts, userId: string): Promise<boolean> {
  return setStatus(db, userId, 'active', clock.now());
}

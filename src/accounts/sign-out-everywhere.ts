import type { AccountParts } from './parts.ts';
import { lockUser } from './store.ts';

/**
 * Signs a user out wherever they are, as they or an operator wish: every session ends, with every code and token. What they allowed
 * applications stays allowed, and they may sign in again.
 * @returns false when there is no such user.
 */
export function signOutEverywhere({ db, endSessions }: AccountParts, userId: string): Promise<boolean> {
  return db.transaction(async (transaction) => {
    if (!(await lockUser(transaction, userId))) return false;
    await endSessions(transaction, userId);
    return true;
  });
}

import { append, type NewEvent } from '../events/index.ts';
import { tellOf } from './events.ts';
import type { AccountParts } from './parts.ts';
import { lockUser, setStatus } from './store.ts';
import type { User } from './types.ts';

/**
 * Shuts an account: nobody signs in to it any more, and whoever is signed in with it is out at once, with every code
 * and token (checklist 33). Doing it twice comes to the same.
 * @returns false when there is no such user.
 */
export async function disableUser({ db, clock, endSessions }: AccountParts, userId: string): Promise<boolean> {
  return db.transaction(async (transaction) => {
    const user = await lockUser(transaction, userId);
    if (!user) return false;
    await setStatus(transaction, userId, 'disabled', clock.now());
    await endSessions(transaction, userId);
    await append(transaction, clock.now(), ...tellStatus(user, 'disabled'));
    return true;
  });
}

/**
 * Opens it again, with the password it had. What was ended stays ended.
 * @returns false when there is no such user.
 */
export function enableUser({ db, clock }: AccountParts, userId: string): Promise<boolean> {
  return db.transaction(async (transaction) => {
    const user = await lockUser(transaction, userId);
    if (!user) return false;
    await setStatus(transaction, userId, 'active', clock.now());
    await append(transaction, clock.now(), ...tellStatus(user, 'active'));
    return true;
  });
}

/** What to tell when a user's status is set: nothing, where it was so before. */
export function tellStatus({ id, status: before }: User, status: User['status']): NewEvent[] {
  if (status === before) return [];
  return [tellOf(id, status === 'disabled' ? 'identity.user.disabled.v1' : 'identity.user.enabled.v1')];
}

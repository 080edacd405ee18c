import { append } from '../events/index.ts';
import { tellStatus } from './disable.ts';
import { tellUpdated } from './events.ts';
import type { AccountParts } from './parts.ts';
import { nameProblem } from './register.ts';
import { findUser, lockUser, setProfile, setStatus } from './store.ts';
import type { User } from './types.ts';

/** What an operator changes about a user; what is not named stays as it is. */
export interface UserChange {
  readonly status?: User['status'];
  /** null, and a name of nothing but spaces: none. */
  readonly name?: string | null;
}

/**
 * Changes a user as one: all of it, or nothing. Disabled, whoever is signed in with the account is out at once, with every
 * code and token (checklist 33); what was ended stays so when it is enabled again.
 * @returns the user as they are then; undefined where there is no such user.
 */
export async function changeUser(
  { db, clock, endSessions }: AccountParts,
  userId: string,
  { status, name }: UserChange,
): Promise<User | undefined | { readonly problem: 'name_invalid' }> {
  const problem = nameProblem(name ?? undefined);
  if (problem) return { problem };
  return db.transaction(async (transaction) => {
    const before = await lockUser(transaction, userId);
    if (!before) return undefined;
    const now = clock.now();
    if (name !== undefined) await setProfile(transaction, userId, { name: name?.trim() || null }, now);
    if (status) await setStatus(transaction, userId, status, now);
    if (status === 'disabled') await endSessions(transaction, userId);
    const named = name === undefined ? [] : [tellUpdated(userId, 'name')];
    await append(transaction, now, ...named, ...(status ? tellStatus(before, status) : []));
    return findUser(transaction, userId);
  });
}

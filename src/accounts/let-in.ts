import { eventRows } from '../events/index.ts';
import { tellSignedIn } from './events.ts';
import type { AccountParts } from './parts.ts';
import { recordProved } from './sign-in-store.ts';
import { findUser } from './store.ts';
import type { Account, User } from './types.ts';

/**
 * Signs somebody in who has just proved who they are without typing a password to sign in: by registering, by a mail's link
 * or code, by a new password. It is noted, and told, once for each such proof, however often a browser comes with it.
 * @param proved when that was
 * @returns undefined where they may not come in: the account is shut, or its address is yet to be proved
 */
export async function letInProved(parts: AccountParts, userId: string, proved: Date): Promise<User | undefined> {
  const user = await findUser(parts.db, userId);
  if (user?.status !== 'active' || !isProved(parts, user)) return undefined;
  const at = parts.clock.now();
  await recordProved(parts.db, userId, { at, proved, rows: eventRows(at, tellSignedIn(userId)) });
  return user;
}

/** Whether all is proved that has to be, of somebody whose password is right. */
export const isProved = ({ requireVerifiedEmail }: AccountParts, { emailVerified }: Account): boolean =>
  emailVerified || !requireVerifiedEmail;

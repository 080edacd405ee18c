import type { Caller, SignInRefusal } from '../limits/index.ts';
import { emailKey } from './email.ts';
import type { AccountParts } from './parts.ts';
import { verifyPassword } from './password.ts';
import { findCredentials, recordLogin } from './store.ts';
import type { User } from './types.ts';

/** What somebody types to be let in, and from where. */
export interface SignIn {
  readonly email: string;
  readonly password: string;
  readonly caller: Caller;
}

export type Authentication = { readonly user: User } | { readonly problem: 'no_match' } | SignInRefusal;

/**
 * The user whose address and password these are: the one door for every channel. A wrong password, an unknown address
 * and a disabled account come to the same answer in the same time. The try is counted before the password is looked at,
 * so that tries at the same time don't slip past the limits; one that is turned away verifies nothing.
 */
export async function authenticate(parts: AccountParts, { email, password, caller }: SignIn): Promise<Authentication> {
  const { db, clock, limits } = parts;
  const reserved = await limits.trySignIn(email, caller);
  if ('problem' in reserved) return reserved;
  const key = emailKey(email);
  const known = key === undefined ? undefined : await findCredentials(db, key);
  const matches = await verifyPassword(known?.passwordHash, password);
  if (!known || !matches || known.user.status !== 'active') return { problem: 'no_match' };
  await Promise.all([reserved.succeeded(), recordLogin(db, known.user.id, clock.now())]);
  return { user: known.user };
}

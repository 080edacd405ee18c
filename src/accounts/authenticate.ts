import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';
import { emailKey } from './email.ts';
import { verifyPassword } from './password.ts';
import { findCredentials, recordLogin } from './store.ts';
import type { User } from './types.ts';

/**
 * The user whose address and password these are. A wrong password, an unknown address and a disabled account
 * come to the same answer in the same time.
 */
export async function authenticate(db: Knex, clock: Clock, email: string, password: string): Promise<User | undefined> {
  const key = emailKey(email);
  const known = key === undefined ? undefined : await findCredentials(db, key);
  const matches = await verifyPassword(known?.passwordHash, password);
  if (!known || !matches || known.user.status !== 'active') return undefined;
  await recordLogin(db, known.user.id, clock.now());
  return known.user;
}

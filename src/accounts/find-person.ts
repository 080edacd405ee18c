import type { Knex } from 'knex';
import { validate } from 'uuid';
import { emailKey } from './email.ts';
import { findUser, findUserByEmail } from './store.ts';
import type { User } from './types.ts';

/** The user whom somebody names by id, or by any spelling of the address. */
export async function findPerson(db: Knex, named: string): Promise<User | undefined> {
  if (validate(named)) return findUser(db, named);
  const key = emailKey(named);
  return key === undefined ? undefined : findUserByEmail(db, key);
}

import type { Knex } from 'knex';
import { emailKey } from './email.ts';
import type { User, UserQuery } from './types.ts';
import { fromRow } from './user-row.ts';

/** In the order of their ids. */
export async function selectUsers(db: Knex, { q, status, after, limit }: UserQuery): Promise<User[]> {
  const users = db('users').orderBy('id').limit(limit);
  if (status) users.where({ status });
  if (after) users.where('id', '>', after);
  if (q) users.where(matching(q.normalize('NFKC')));
  return (await users).map(fromRow);
}

/**
 * An accent has several spellings: addresses are stored in one of them, names as they were typed. To bring every name into
 * that one costs more than all the rest, so it is done for a `q` that has something to spell alone.
 */
function matching(q: string): Knex.QueryCallback {
  const part = containing(q);
  const key = emailKey(q);
  const name = /^[\x20-\x7e]*$/.test(q) ? 'name' : 'normalize(name, nfkc)';
  return (either) => {
    either.whereILike('email', part).orWhereRaw(`${name} ilike ?`, [part]);
    if (key) either.orWhere('email_key', key);
  };
}

/** `%` and `_` are looked for as they are. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

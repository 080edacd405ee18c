import type { Knex } from 'knex';
import type { User, UserQuery } from './types.ts';
import { fromRow } from './user-row.ts';

/** In the order of their ids. */
export async function selectUsers(db: Knex, { q, status, after, limit }: UserQuery): Promise<User[]> {
  const users = db('users').orderBy('id').limit(limit);
  if (status) users.where({ status });
  if (after) users.where('id', '>', after);
  if (q) users.where((either) => either.whereILike('email', containing(q)).orWhereILike('name', containing(q)));
  return (await users).map(fromRow);
}

/** `%` and `_` are looked for as they are. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

import type { Knex } from 'knex';
import { selectUsers } from './list-store.ts';
import type { User, UserQuery } from './types.ts';

export interface UserPage {
  readonly users: readonly User[];
  /** What the next page begins after; undefined on the last one. */
  readonly next: string | undefined;
}

/** Users in the order of their ids, which is that of their creation, a page at a time (keyset, so any page is as quick). */
export async function listUsers(db: Knex, query: UserQuery): Promise<UserPage> {
  // One more than asked for, to know whether there is another page.
  const found = await selectUsers(db, { ...query, limit: query.limit + 1 });
  const users = found.slice(0, query.limit);
  return { users, next: found.length > query.limit ? users.at(-1)?.id : undefined };
}

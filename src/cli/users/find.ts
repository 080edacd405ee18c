import { type AccountParts, findPerson, type User } from '../../accounts/index.ts';
import { Refusal } from '../run.ts';

/** The user of this address or id. @throws Refusal where there is none. */
export async function requireUser({ db }: AccountParts, named: string): Promise<User> {
  const user = await findPerson(db, named);
  if (user) return user;
  throw new Refusal(`There is no user ${named}. Look for a part of it: gatehouse users list --q …`);
}

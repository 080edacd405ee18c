import { findUser } from '../accounts/index.ts';
import { findCandidate } from '../candidates/index.ts';
import type { WebParts } from './parts.ts';

/** What whoever is signed in is called on a page: a user by their address, a candidate by what is known of them. */
export async function nameOf({ db }: WebParts, accountId: string): Promise<string | undefined> {
  const user = await findUser(db, accountId);
  if (user) return user.email;
  const candidate = await findCandidate(db, accountId);
  return candidate && (candidate.name ?? candidate.email ?? candidate.externalId ?? candidate.id);
}

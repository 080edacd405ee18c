import { append } from '../events/index.ts';
import { emailKey } from './email.ts';
import { tellVerified } from './events.ts';
import type { AccountParts } from './parts.ts';
import { dropProof } from './proof-store.ts';
import { markVerified } from './store.ts';
import type { User } from './types.ts';

/**
 * Marks a user's address as proved, by an operator's word; what was mailed to prove it ends.
 * @returns false when it was proved before, or is no longer the user's; nothing was written then.
 */
export async function verifyUser({ db, clock }: AccountParts, { id, email, emailVerified }: User): Promise<boolean> {
  if (emailVerified) return false;
  return db.transaction(async (transaction) => {
    if (!(await markVerified(transaction, id, emailKey(email) ?? '', clock.now()))) return false;
    await dropProof(transaction, id, 'verify_email');
    await append(transaction, clock.now(), tellVerified(id, 'operator'));
    return true;
  });
}

import type { AccountParts } from './parts.ts';

/**
 * Takes back what a user gave an application: its consents, codes and tokens end at once, in every session, and it has
 * to ask anew.
 */
export function takeBackAccess({ db, personal }: AccountParts, userId: string, clientId: string): Promise<void> {
  return db.transaction((transaction) => personal.takeBack(transaction, userId, clientId));
}

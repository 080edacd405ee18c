import type { AccountParts } from './parts.ts';

/**
 * Takes one consent back, as an operator: its codes and tokens end at once, and where the same application was allowed
 * something in another session, that stays.
 * @param grantId as `personal.grants` names it
 * @returns false when the user has no such grant.
 */
export function revokeGrant({ db, personal }: AccountParts, userId: string, grantId: string): Promise<boolean> {
  return db.transaction((transaction) => personal.endGrant(transaction, userId, grantId));
}

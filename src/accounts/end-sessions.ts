import type { AccountParts } from './parts.ts';

/** Ends one of a user's sessions, with every code and token that was issued in it, those that would outlive it too. */
export function endSession({ db, endSessions }: AccountParts, userId: string, session: string): Promise<void> {
  return db.transaction((transaction) => endSessions(transaction, userId, { only: session }));
}

/** Ends all of a user's sessions but this one, the same way. */
export function endOtherSessions({ db, endSessions }: AccountParts, userId: string, session: string): Promise<void> {
  return db.transaction((transaction) => endSessions(transaction, userId, { except: session }));
}

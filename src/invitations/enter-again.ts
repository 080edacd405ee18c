import { randomToken } from '../kernel/ids.ts';
import type { InvitationParts } from './parts.ts';
import type { Found } from './types.ts';

/**
 * Whoever has pressed and did not hear the answer comes in by that press: to the same sign-in, under another id, so that the
 * answer that went astray opens nothing.
 * @returns what the sign-in is found by now; undefined where it has ended
 */
export async function enterAgain(
  { db, renameSession }: InvitationParts,
  { sitting, missed }: Found,
): Promise<string | undefined> {
  if (missed === undefined) return undefined;
  const id = randomToken();
  const isThere = await db.transaction((transaction) => renameSession(transaction, sitting.candidate.id, missed, id));
  return isThere ? id : undefined;
}

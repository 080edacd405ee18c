import { terminateAll } from './assessments/index.ts';
import type { CandidateParts } from './parts.ts';
import { setStatus } from './store.ts';

/** Why their sessions have ended, as the trail tells. */
const REASON = 'candidate deactivated';

/**
 * Takes a candidate out: live sessions end, and so does whatever they are signed in with, all of it in one transaction. Doing
 * it twice comes to the same.
 * @returns false where there is no such candidate
 */
export function deactivateCandidate(parts: CandidateParts, clientId: string, id: string): Promise<boolean> {
  return parts.db.transaction(async (transaction) => {
    const set = await setStatus(transaction, parts.time, id, 'inactive');
    if (!set) return false;
    if (set.changed) {
      await terminateAll(transaction, parts, id, { clientId, reason: REASON });
      await parts.endSessions(transaction, id);
    }
    return true;
  });
}

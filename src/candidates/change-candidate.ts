import { updateCandidate } from './change-store.ts';
import type { CandidateParts } from './parts.ts';
import type { Candidate, CandidateMembers } from './types.ts';

/**
 * Changes what is named of a candidate, as one.
 * @returns the candidate as they are then; undefined where there is none; `taken` where another has the external id
 */
export function changeCandidate(
  { db, time }: CandidateParts,
  id: string,
  members: CandidateMembers,
): Promise<Candidate | 'taken' | undefined> {
  return updateCandidate(db, time, id, members);
}

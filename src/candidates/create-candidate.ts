import { newId } from '../kernel/ids.ts';
import type { CandidateParts } from './parts.ts';
import { insertCandidate } from './store.ts';
import type { Candidate, CandidateMembers } from './types.ts';

/** Makes a candidate; undefined where another has the external id, a deactivated one too. */
export function createCandidate(
  { db, time }: CandidateParts,
  members: CandidateMembers,
): Promise<Candidate | undefined> {
  return insertCandidate(db, time, newId(), members);
}

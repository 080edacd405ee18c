import type { CandidateParts } from './parts.ts';
import { setStatus } from './store.ts';
import type { Candidate } from './types.ts';

/** Has a candidate back; what has ended stays so. Undefined where there is no such candidate. */
export async function restoreCandidate({ db, time }: CandidateParts, id: string): Promise<Candidate | undefined> {
  return (await setStatus(db, time, id, 'active'))?.candidate;
}

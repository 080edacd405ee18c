import { selectCandidates } from './list-store.ts';
import type { CandidateParts } from './parts.ts';
import type { Candidate, CandidateQuery } from './types.ts';

export interface CandidatePage {
  readonly candidates: readonly Candidate[];
  /** What the next page begins after; undefined on the last one. */
  readonly next: string | undefined;
}

/** Candidates in the order of their ids, which is that of their making, a page at a time. */
export async function listCandidates(
  { db }: Pick<CandidateParts, 'db'>,
  query: CandidateQuery,
): Promise<CandidatePage> {
  // One more than asked for, to know whether there is another page.
  const found = await selectCandidates(db, { ...query, limit: query.limit + 1 });
  const candidates = found.slice(0, query.limit);
  return { candidates, next: found.length > query.limit ? candidates.at(-1)?.id : undefined };
}

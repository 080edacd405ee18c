import type { CandidateParts } from '../parts.ts';
import { findSession } from './store.ts';
import { selectTrail, type TrailEntry } from './trail-store.ts';

export interface HistoryPage {
  readonly entries: readonly TrailEntry[];
  /** What the next page begins after; undefined on the last one. */
  readonly next: number | undefined;
}

/** What became of a session, a page at a time; undefined where there is no such session. */
export async function readHistory(
  { db, time }: Pick<CandidateParts, 'db' | 'time'>,
  id: string,
  { after = 0, limit }: { readonly after?: number | undefined; readonly limit: number },
): Promise<HistoryPage | undefined> {
  const found = await selectTrail(db, id, { after, limit: limit + 1 });
  if (found.length === 0 && !(await findSession(db, time, id))) return undefined;
  const entries = found.slice(0, limit);
  return { entries, next: found.length > limit ? entries.at(-1)?.seq : undefined };
}

import type { AccountParts } from './accounts/index.ts';
import type { CandidateParts } from './candidates/index.ts';
import { type DatabaseClock, databaseClock } from './kernel/database-clock.ts';

/** What the use cases of candidates are made of. They are signed in as people are, and their tokens end as theirs do. */
export function buildCandidates(
  { db, endSessions }: AccountParts,
  time: DatabaseClock = databaseClock,
): CandidateParts {
  return { db, time, endSessions: (transaction, subject) => endSessions(transaction, subject) };
}

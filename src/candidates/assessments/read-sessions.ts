import type { CandidateParts } from '../parts.ts';
import { isOutOfReach, mayReach } from './reach.ts';
import { findSession, type SessionQuery, selectLive, selectSessions } from './store.ts';
import type { AssessmentSession, Caller } from './types.ts';

type Parts = Pick<CandidateParts, 'db' | 'time'>;

export interface SessionPage {
  readonly sessions: readonly AssessmentSession[];
  /** What the next page begins after; undefined on the last one. */
  readonly next: string | undefined;
}

/** A session as it is now; undefined where there is none, or none that the caller may see. */
export async function readSession(
  { db, time }: Parts,
  caller: Caller,
  id: string,
): Promise<AssessmentSession | undefined> {
  if (isOutOfReach(caller, id)) return undefined;
  const session = await findSession(db, time, id);
  return session && mayReach(caller, session.candidateId) ? session : undefined;
}

/** A candidate's sessions in the order of their making, a page at a time. Who may not see them sees none. */
export async function listSessions(
  { db, time }: Parts,
  caller: Caller,
  query: Omit<SessionQuery, 'only'>,
): Promise<SessionPage> {
  if (!mayReach(caller, query.candidateId)) return { sessions: [], next: undefined };
  // One more than asked for, to know whether there is another page.
  const found = await selectSessions(db, time, { ...query, only: onlyOf(caller), limit: query.limit + 1 });
  const sessions = found.slice(0, query.limit);
  return { sessions, next: found.length > query.limit ? sessions.at(-1)?.id : undefined };
}

/** The session that a candidate can go on with: of this assessment, or the one that was used last. */
export async function findResumable(
  { db, time }: Parts,
  caller: Caller,
  candidateId: string,
  assessment: string | undefined,
): Promise<AssessmentSession | undefined> {
  if (!mayReach(caller, candidateId)) return undefined;
  const only = onlyOf(caller);
  return selectLive(db, time, { candidateId, ...(assessment && { assessment }), ...(only && { only }) });
}

const onlyOf = (caller: Caller) => (caller.kind === 'candidate' ? caller.sessionId : undefined);

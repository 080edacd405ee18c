import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import {
  type AssessmentSession,
  type Caller,
  type CandidateParts,
  createCandidate,
  createSaves,
  createSession,
  type SessionRequest,
  transition,
} from '../../src/candidates/index.ts';
import { TestDatabaseClock } from './candidates.ts';

export const SERVICE: Caller = { kind: 'service', clientId: 'platform' };

/** What the use cases of candidates are made of, on a time of their own. */
export function candidateParts(db: Knex, time = new TestDatabaseClock()): CandidateParts & { time: TestDatabaseClock } {
  return { db, time, saves: createSaves(db, time), endSessions: async () => undefined };
}

/** Ada, under an external id or none. */
export const newCandidate = async (parts: CandidateParts, externalId?: string) =>
  (await createCandidate(parts, { externalId, name: 'Ada' })) ?? assert.fail();

/** A session of a new candidate. */
export async function makeSession(
  parts: CandidateParts,
  request: Partial<SessionRequest> = {},
): Promise<AssessmentSession> {
  const candidate = await createCandidate(parts, {});
  const made = await createSession(parts, 'platform', candidate?.id ?? '', { assessment: 'a', ...request });
  if ('refused' in made) throw new Error(made.refused);
  return made;
}

/** One that has been started. */
export async function startSession(
  parts: CandidateParts,
  request: Partial<SessionRequest> = {},
): Promise<AssessmentSession> {
  return step(parts, (await makeSession(parts, request)).id, 'start');
}

/** The session after an event that may happen. */
export async function step(
  parts: CandidateParts,
  id: string,
  event: Parameters<typeof transition>[3]['event'],
): Promise<AssessmentSession> {
  const session = await transition(parts, SERVICE, id, { event });
  if ('refused' in session) throw new Error(`${event}: ${JSON.stringify(session)}`);
  return session;
}

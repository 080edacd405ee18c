import { newId } from '../../kernel/ids.ts';
import type { CandidateParts } from '../parts.ts';
import type { JsonObject } from '../types.ts';
import { findLiveId, insertSession, lockCandidate, type NewSession } from './create-store.ts';
import { expireOf } from './expiry-store.ts';
import { isTooLong, storedState } from './state-data.ts';
import type { AssessmentSession, Devices } from './types.ts';

export interface SessionRequest {
  readonly assessment: string;
  readonly durationSeconds?: number | undefined;
  readonly expiresAt?: Date | undefined;
  readonly devices?: Devices | undefined;
  readonly stateData?: JsonObject | undefined;
}

export type CreationRefusal =
  | { readonly refused: 'not_found' | 'candidate_inactive' | 'past' | 'too_long' }
  | { readonly refused: 'live'; readonly id: string };

/** Makes a session for a candidate. Of each assessment there is one that is live: the database sees to it. */
export async function createSession(
  { db, time }: CandidateParts,
  clientId: string,
  candidateId: string,
  request: SessionRequest,
): Promise<AssessmentSession | CreationRefusal> {
  const session = sessionOf(candidateId, request);
  if (isTooLong(session.stored)) return { refused: 'too_long' };
  return db.transaction(async (transaction) => {
    const candidate = await lockCandidate(transaction, time, candidateId, session.expiresAt);
    if (!candidate) return { refused: 'not_found' };
    if (candidate.status !== 'active') return { refused: 'candidate_inactive' };
    if (candidate.is_past) return { refused: 'past' };
    await expireOf(transaction, time, candidateId, session.assessment);
    for (;;) {
      const made = await insertSession(transaction, time, clientId, session);
      if (made) return made;
      const id = await findLiveId(transaction, candidateId, session.assessment);
      // Undefined: it has ended in between.
      if (id) return { refused: 'live', id };
    }
  });
}

function sessionOf(candidateId: string, request: SessionRequest): NewSession {
  const { assessment, durationSeconds, expiresAt, devices = 'one', stateData = {} } = request;
  return { id: newId(), candidateId, assessment, durationSeconds, expiresAt, devices, stored: storedState(stateData) };
}

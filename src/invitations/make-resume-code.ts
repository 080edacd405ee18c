import { findSitting } from '../candidates/index.ts';
import { putCode } from './code-store.ts';
import type { InviteProblem } from './invite.ts';
import type { InvitationParts } from './parts.ts';
import { digestsOf, newResumeCode } from './resume-code.ts';
import { lastClient } from './store.ts';

/** Seconds that a code works: where nothing is said, at least, and at most. The fewer there are, the harder to guess one. */
export const RESUME_CODE_LIFE = { usual: 3600, least: 60, most: 86_400 } as const;

/** A code that is typed in on another device, once. */
export interface ResumeCode {
  readonly code: string;
  readonly expiresAt: Date;
}

export type CodeProblem = Exclude<InviteProblem, 'no_address'> | 'no_client';

/**
 * Makes a code for a live session, and ends the one before. It leads to the application that is named, or else to that of
 * the last invitation.
 */
export async function makeResumeCode(
  { db, time, masterKeys }: InvitationParts,
  sessionId: string,
  request: { readonly clientId: string | undefined; readonly lifetime: number },
): Promise<ResumeCode | { readonly problem: CodeProblem }> {
  const sitting = await findSitting(db, time, sessionId);
  if (!sitting) return { problem: 'no_session' };
  if (sitting.closed) return { problem: sitting.closed === 'over' ? 'session_over' : 'candidate_inactive' };
  const clientId = request.clientId ?? (await lastClient(db, sessionId));
  if (!clientId) return { problem: 'no_client' };
  const code = newResumeCode();
  const [codeDigest] = digestsOf(code, masterKeys);
  if (!codeDigest) throw new TypeError('there is no master key');
  const expiresAt = await putCode(db, time, { sessionId, clientId, codeDigest, lifetime: request.lifetime });
  return { code, expiresAt };
}

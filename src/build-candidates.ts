import type { AccountParts } from './accounts/index.ts';
import { type CandidateParts, createSaves } from './candidates/index.ts';
import type { Config } from './config/index.ts';
import type { InvitationParts } from './invitations/index.ts';
import type { DatabaseClock } from './kernel/database-clock.ts';

/** What the use cases of candidates are made of. They are signed in as people are, and their tokens end as theirs do. */
export function buildCandidates(
  { db, endSessions }: AccountParts,
  time: DatabaseClock,
  ending: Pick<CandidateParts, 'onEnded'>,
): CandidateParts {
  return {
    db,
    time,
    ...ending,
    saves: createSaves(db, time),
    endSessions: (transaction, subject) => endSessions(transaction, subject),
  };
}

/** The same of how they come in. */
export function buildInvitations(
  { issuer, masterKeys }: Pick<Config, 'issuer' | 'masterKeys'>,
  { db, mail, endSessions, personal }: AccountParts,
  { time }: CandidateParts,
): InvitationParts {
  return { db, time, issuer, masterKeys, mail, endSessions, renameSession: personal.renameSession };
}

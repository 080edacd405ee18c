import type { Knex } from 'knex';
import { findSitting } from '../candidates/index.ts';
import { type Locale, wordsIn } from '../i18n/index.ts';
import { newId, randomToken, sha256 } from '../kernel/ids.ts';
import { queueMail } from '../mail/index.ts';
import type { InvitationParts } from './parts.ts';
import { insertInvitation } from './store.ts';

/** Seconds that a link works: where nothing is said, at least, and at most. */
export const INVITATION_LIFE = { usual: 7 * 86_400, least: 60, most: 30 * 86_400 } as const;

export interface InvitationRequest {
  /** The application that the link leads to, and what it is called. */
  readonly clientId: string;
  readonly app: string;
  /** Seconds. */
  readonly lifetime: number;
  /** In which language to mail it; undefined: not at all. */
  readonly mail: Locale | undefined;
}

/** A link by which whoever has it comes in, once. */
export interface Link {
  readonly url: string;
  readonly expiresAt: Date;
}

export type InviteProblem = 'no_session' | 'session_over' | 'candidate_inactive' | 'no_address';

/**
 * Makes a link to a live session, which works no longer than that. Links that were made before stay good: which of them a
 * candidate has got, nobody knows. Nothing is made where the mail would have no address.
 */
export async function invite(
  parts: InvitationParts,
  sessionId: string,
  request: InvitationRequest,
): Promise<Link | { readonly problem: InviteProblem }> {
  const { db, time, issuer } = parts;
  return db.transaction(async (transaction) => {
    const sitting = await findSitting(transaction, time, sessionId);
    if (!sitting) return { problem: 'no_session' };
    if (sitting.closed) return { problem: sitting.closed === 'over' ? 'session_over' : 'candidate_inactive' };
    const { email } = sitting.candidate;
    if (request.mail && !email) return { problem: 'no_address' };
    const token = randomToken();
    const { clientId, lifetime } = request;
    const invitation = { id: newId(), sessionId, clientId, tokenDigest: sha256(token), lifetime };
    const expiresAt = await insertInvitation(transaction, time, invitation);
    const link = { url: `${issuer}/candidate/enter?token=${token}`, expiresAt };
    if (request.mail && email)
      await mailLink(transaction, parts, link, { to: email, app: request.app, locale: request.mail });
    return link;
  });
}

async function mailLink(
  transaction: Knex.Transaction,
  { mail }: InvitationParts,
  { url: link, expiresAt: usefulUntil }: Link,
  { to, app, locale }: { readonly to: string; readonly app: string; readonly locale: Locale },
): Promise<void> {
  const locals = { app, link, until: wordsIn(locale).time(usefulUntil) };
  // It goes to nobody who has an account.
  const userId = undefined;
  await queueMail(transaction, mail, { kind: 'candidate-invitation', to, locale, userId, locals, usefulUntil });
}

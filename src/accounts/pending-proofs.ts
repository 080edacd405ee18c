import type { Knex } from 'knex';
import type { Purpose } from './proof-store.ts';

/** A proof as its user may see it. */
export interface PendingProof {
  readonly purpose: Purpose;
  readonly email: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export async function listProofs(db: Knex, userId: string): Promise<PendingProof[]> {
  const rows = await db('email_proofs').where({ user_id: userId }).orderBy('created_at');
  return rows.map(({ purpose, email, created_at, expires_at }) => ({
    purpose,
    email: email ?? undefined,
    createdAt: created_at,
    expiresAt: expires_at,
  }));
}

/** Whether a proof was made for the user (and that address) after `since`: nobody's mailbox is to be flooded. */
export async function hasRecentProof(
  db: Knex,
  userId: string,
  purpose: Purpose,
  since: Date,
  emailKey?: string,
): Promise<boolean> {
  const address = emailKey === undefined ? {} : { email_key: emailKey };
  const row = await db('email_proofs')
    .where({ user_id: userId, purpose, ...address })
    .where('created_at', '>', since)
    .first('id');
  return row !== undefined;
}

/** Whether a code to prove an address was made for the user after `since`, and may still be tried. */
export async function hasRecentCode(db: Knex, userId: string, since: Date, tries: number): Promise<boolean> {
  const row = await db('email_proofs')
    .where({ user_id: userId, purpose: 'verify_email' })
    .where('created_at', '>', since)
    .where('code_failures', '<', tries)
    .first('id');
  return row !== undefined;
}

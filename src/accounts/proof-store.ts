import type { Knex } from 'knex';

export type Purpose = 'verify_email' | 'reset_password' | 'change_email';

interface StoredProof {
  readonly id: string;
  readonly userId: string;
  readonly purpose: Purpose;
  readonly emailKey: string;
  /** The address as it was typed, where it is not the user's yet. */
  readonly email: string | undefined;
  readonly tokenDigest: Buffer;
  readonly codeDigest: Buffer;
  readonly provesAddress: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

interface CodeAttempt {
  readonly purpose: Purpose;
  readonly emailKey: string;
  /** How many there may be at one code. */
  readonly tries: number;
  readonly now: Date;
}

/** Inserts a proof in the place of the user's older one for the same purpose. */
export async function putProof(db: Knex, proof: StoredProof): Promise<void> {
  await db('email_proofs')
    .insert({
      id: proof.id,
      user_id: proof.userId,
      purpose: proof.purpose,
      email_key: proof.emailKey,
      email: proof.email ?? null,
      token_digest: proof.tokenDigest,
      code_digest: proof.codeDigest,
      code_failures: 0,
      proves_address: proof.provesAddress,
      created_at: proof.createdAt,
      expires_at: proof.expiresAt,
    })
    .onConflict(['user_id', 'purpose'])
    .merge();
}

interface ProofKey {
  readonly purpose: Purpose;
  readonly tokenDigest: Buffer;
}

/** The user that a live proof was made for. */
export async function findProofOwner(
  db: Knex,
  { purpose, tokenDigest }: ProofKey,
  now: Date,
): Promise<string | undefined> {
  const row = await db('email_proofs')
    .where({ purpose, token_digest: tokenDigest })
    .where('expires_at', '>', now)
    .first('user_id');
  return row?.user_id;
}

/** Removes a live proof. Of two that try at once, one gets it. */
export async function deleteProof(
  db: Knex,
  { purpose, tokenDigest }: ProofKey,
  now: Date,
): Promise<{ userId: string; emailKey: string; email: string | undefined; provesAddress: boolean } | undefined> {
  const [row] = await db('email_proofs')
    .where({ purpose, token_digest: tokenDigest })
    .where('expires_at', '>', now)
    .delete(['user_id', 'email_key', 'email', 'proves_address']);
  if (!row) return undefined;
  const { user_id: userId, email_key: emailKey, email, proves_address: provesAddress } = row;
  return { userId, emailKey, email: email ?? undefined, provesAddress };
}

/**
 * The live proof for an address whose code may still be tried; the try is counted before anybody looks at it. One
 * statement whether or not there is such a proof (checklist 29), and tries at one code come one after the other.
 */
export async function tryCode(transaction: Knex.Transaction, attempt: CodeAttempt) {
  const { purpose, emailKey, tries, now } = attempt;
  const [row] = await transaction('email_proofs')
    .where({ purpose, email_key: emailKey })
    .where('expires_at', '>', now)
    .where('code_failures', '<', tries)
    // Somebody who had the address before may still have a proof for it.
    .whereIn('user_id', transaction('users').select('id').where({ email_key: emailKey }))
    .increment('code_failures', 1)
    .returning(['id', 'token_digest', 'code_digest']);
  return (
    row && {
      id: row.id as string,
      tokenDigest: row.token_digest as Buffer,
      codeDigest: row.code_digest as Buffer,
    }
  );
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

/** Removes the user's proof for a purpose, where there is one. */
export async function dropProof(db: Knex, userId: string, purpose: Purpose): Promise<void> {
  await db('email_proofs').where({ user_id: userId, purpose }).delete();
}

/** Removes what is too old to be used. */
export async function sweepProofs(db: Knex, now: Date): Promise<void> {
  await db('email_proofs').where('expires_at', '<=', now).delete();
}

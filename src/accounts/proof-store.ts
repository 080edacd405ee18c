import type { Knex } from 'knex';

export type Purpose = 'verify_email' | 'reset_password';

interface StoredProof {
  readonly id: string;
  readonly userId: string;
  readonly purpose: Purpose;
  readonly emailKey: string;
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
): Promise<{ userId: string; emailKey: string; provesAddress: boolean } | undefined> {
  const [row] = await db('email_proofs')
    .where({ purpose, token_digest: tokenDigest })
    .where('expires_at', '>', now)
    .delete(['user_id', 'email_key', 'proves_address']);
  return row && { userId: row.user_id, emailKey: row.email_key, provesAddress: row.proves_address };
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

/** Whether a proof was made for the user after `since`: nobody's mailbox is to be flooded. */
export async function hasRecentProof(db: Knex, userId: string, purpose: Purpose, since: Date): Promise<boolean> {
  const row = await db('email_proofs').where({ user_id: userId, purpose }).where('created_at', '>', since).first('id');
  return row !== undefined;
}

/** Removes the user's proof for a purpose, where there is one. */
export async function dropProof(db: Knex, userId: string, purpose: Purpose): Promise<void> {
  await db('email_proofs').where({ user_id: userId, purpose }).delete();
}

/** Removes what is too old to be used. */
export async function sweepProofs(db: Knex, now: Date): Promise<void> {
  await db('email_proofs').where('expires_at', '<=', now).delete();
}

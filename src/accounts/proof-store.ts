import type { Knex } from 'knex';
import { BATCH, inBatches } from '../kernel/batch.ts';
import type { Registration } from './registration-store.ts';

export type Purpose = 'verify_email' | 'reset_password' | 'change_email';

export interface StoredProof {
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

/** All that is inserted, but for what it is found by. */
const REPLACED = [
  'id',
  'email_key',
  'email',
  'token_digest',
  'code_digest',
  'code_failures',
  'proves_address',
  'created_at',
  'expires_at',
] as const;

interface CodeAttempt {
  readonly purpose: Purpose;
  readonly emailKey: string;
  /** How many there may be at one code. */
  readonly tries: number;
  readonly now: Date;
}

/**
 * Inserts a proof in the place of the user's older one for the same purpose. What somebody registered with stays with it:
 * it is the same account that is proved.
 */
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
    .merge([...REPLACED]);
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

interface RedeemedProof {
  readonly userId: string;
  readonly emailKey: string;
  readonly email: string | undefined;
  readonly provesAddress: boolean;
  /** What its user typed who registered, if that is what it proves. */
  readonly registration: Registration | undefined;
}

/** Removes a live proof. Of two that try at once, one gets it. */
export async function deleteProof(
  db: Knex,
  { purpose, tokenDigest }: ProofKey,
  now: Date,
): Promise<RedeemedProof | undefined> {
  const [row] = await db('email_proofs')
    .where({ purpose, token_digest: tokenDigest })
    .where('expires_at', '>', now)
    .delete(['user_id', 'email_key', 'email', 'proves_address', 'password_hash', 'name']);
  if (!row) return undefined;
  const { user_id: userId, email_key: emailKey, email, proves_address: provesAddress } = row;
  const { password_hash: passwordHash, name } = row;
  const registration = passwordHash === null ? undefined : { passwordHash, name: name ?? undefined };
  return { userId, emailKey, email: email ?? undefined, provesAddress, registration };
}

/**
 * The live proof for an address whose code may still be tried; the try is counted before anybody looks at it. One
 * statement whether or not there is such a proof, and tries at one code come one after the other.
 *
 * The count does not wait for the disk: that wait would tell where there is something to count (checklist 29). A crash
 * of the database may forget the tries of its last half second.
 */
export async function tryCode(transaction: Knex.Transaction, attempt: CodeAttempt) {
  const { purpose, emailKey, tries, now } = attempt;
  await transaction.raw('set local synchronous_commit = off');
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

/** Removes the user's proof for a purpose, where there is one. */
export async function dropProof(db: Knex, userId: string, purpose: Purpose): Promise<void> {
  await db('email_proofs').where({ user_id: userId, purpose }).delete();
}

/**
 * Removes what is too old to be used, but for what tells that an account was only registered, in small batches that nobody
 * waits for.
 */
export async function sweepProofs(db: Knex, now: Date, batch = BATCH): Promise<void> {
  await inBatches(db, SWEEP, [now], batch);
}

const SWEEP = `
  with expired as materialized (
    select id from email_proofs p
    where expires_at <= ?
      and (password_hash is null or not exists (select from users u where u.id = p.user_id and not u.email_verified))
    limit ? for update of p skip locked
  )
  delete from email_proofs p using expired e where p.id = e.id`;

import type { Knex } from 'knex';
import type { StoredProof } from './proof-store.ts';

/** What somebody typed who registered; it counts once they have proved the address. */
export interface Registration {
  readonly passwordHash: string;
  readonly name: string | undefined;
}

interface RegistrationProof extends Registration {
  readonly proof: StoredProof;
  /** Whether this registration has just made the account. */
  readonly isNew: boolean;
}

/**
 * Inserts the proof of a registration in the place of an older one, where the account was made by registering and nobody
 * has proved its address or set its password since. One statement whosever the address is (checklist 29).
 * @returns false when the account is somebody's; nothing was written then.
 */
export async function putRegistrationProof(db: Knex, registration: RegistrationProof): Promise<boolean> {
  const { proof, isNew, passwordHash, name } = registration;
  const { rowCount } = await db.raw(
    `insert into email_proofs (id, user_id, purpose, email_key, token_digest, code_digest, created_at, expires_at,
       password_hash, name)
     select ?::uuid, u.id, ?, u.email_key, ?::bytea, ?::bytea, ?::timestamptz, ?::timestamptz, ?, ?
     from users u where u.id = ? and not u.email_verified and u.status = 'active' and u.devices_known_from is null
       and (? or exists (select from email_proofs p
         where p.user_id = u.id and p.purpose = 'verify_email' and p.password_hash is not null))
     on conflict (user_id, purpose) do update set
       (id, email_key, token_digest, code_digest, code_failures, created_at, expires_at, password_hash, name) =
       (excluded.id, excluded.email_key, excluded.token_digest, excluded.code_digest, 0, excluded.created_at,
       excluded.expires_at, excluded.password_hash, excluded.name)`,
    [
      proof.id,
      proof.purpose,
      proof.tokenDigest,
      proof.codeDigest,
      proof.createdAt,
      proof.expiresAt,
      passwordHash,
      name ?? null,
      proof.userId,
      isNew,
    ],
  );
  return rowCount === 1;
}

/**
 * Gives an account the password and name of the registration whose mail was answered. The user's row is to be locked.
 * @returns whether it had others until now: those of somebody else who registered the address.
 */
export async function takeRegistration(
  transaction: Knex.Transaction,
  { userId, emailKey, passwordHash, name }: Registration & { readonly userId: string; readonly emailKey: string },
  at: Date,
): Promise<boolean> {
  const changed = await transaction('users')
    .where({ id: userId, email_key: emailKey, email_verified: false })
    .whereNull('devices_known_from')
    .whereRaw('password_hash is distinct from ?', [passwordHash])
    .update({ password_hash: passwordHash, name: name ?? null, devices_known_from: at });
  return changed === 1;
}

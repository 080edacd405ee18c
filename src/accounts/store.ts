import type { Knex } from 'knex';
import type { Locale } from '../i18n/index.ts';
import { run } from '../kernel/statement.ts';
import type { User } from './types.ts';
import { fromRow, USER_COLUMNS, type UserRow } from './user-row.ts';

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string | undefined;
  readonly locale: Locale | undefined;
  /** Undefined: nobody signs in by a password until one is set. */
  readonly passwordHash: string | undefined;
  readonly emailVerified?: boolean;
  readonly createdAt: Date;
}

/** @returns false when the address has an account already; nothing was written then. */
export async function insertUser(db: Knex, user: NewUser): Promise<boolean> {
  const inserted = await db('users')
    .insert({
      id: user.id,
      email: user.email,
      email_key: user.emailKey,
      name: user.name ?? null,
      locale: user.locale ?? null,
      password_hash: user.passwordHash ?? null,
      email_verified: user.emailVerified ?? false,
      created_at: user.createdAt,
      updated_at: user.createdAt,
    })
    .onConflict('email_key')
    .ignore()
    .returning('id');
  return inserted.length === 1;
}

export async function findUser(db: Knex, id: string): Promise<User | undefined> {
  const { rows } = await run<UserRow>(db, FIND_USER, [id]);
  return rows[0] && fromRow(rows[0]);
}

export async function findUserByEmail(db: Knex, emailKey: string): Promise<User | undefined> {
  const row = await db('users').where({ email_key: emailKey }).first();
  return row && fromRow(row);
}

const FIND_USER = { name: 'find-user', text: `select ${USER_COLUMNS} from users where id = $1` };

/** The same, locked: of two requests for a mail to one user, the second sees what the first has sent. */
export async function lockCredentials(
  transaction: Knex.Transaction,
  emailKey: string,
): Promise<{ user: User } | undefined> {
  const row = await transaction('users').where({ email_key: emailKey }).forUpdate().first();
  return row && { user: fromRow(row) };
}

/** @returns false when the address is no longer the user's. */
export async function markVerified(db: Knex, id: string, emailKey: string, at: Date): Promise<boolean> {
  const where = { id, email_key: emailKey };
  return (await db('users').where(where).update({ email_verified: true, updated_at: at })) === 1;
}

/**
 * Sets a password; where that was asked for by mail, its reader has proved the address as well. Browsers that somebody
 * signed in with before are no longer known (`src/limits/devices.ts`).
 */
export async function setPassword(
  db: Knex,
  id: string,
  { passwordHash, provesAddress }: { passwordHash: string; provesAddress: boolean },
  at: Date,
): Promise<void> {
  const proved = provesAddress ? { email_verified: true } : {};
  await db('users')
    .where({ id })
    .update({ password_hash: passwordHash, ...proved, devices_known_from: at, updated_at: at });
}

/** @returns false when there is no such user. */
export async function setStatus(db: Knex, id: string, status: User['status'], at: Date): Promise<boolean> {
  return (await db('users').where({ id }).update({ status, updated_at: at })) === 1;
}

/** Sets what people call themselves, or in which language they are written to; null takes it away. */
export async function setProfile(
  db: Knex,
  id: string,
  profile: { readonly name: string | null } | { readonly locale: Locale | null },
  at: Date,
): Promise<void> {
  await db('users')
    .where({ id })
    .update({ ...profile, updated_at: at });
}

/** Sets an address that was proved. @returns false when somebody else has it. */
export async function setEmail(
  db: Knex,
  id: string,
  { email, emailKey }: { email: string; emailKey: string },
  at: Date,
): Promise<boolean> {
  const taken = db('users').where({ email_key: emailKey }).whereNot({ id }).select('id');
  const changed = await db('users')
    .where({ id })
    .whereNotExists(taken)
    .update({ email, email_key: emailKey, email_verified: true, devices_known_from: at, updated_at: at });
  return changed === 1;
}

/** The user, locked until the transaction ends. */
export async function lockUser(transaction: Knex.Transaction, id: string): Promise<User | undefined> {
  const row = await transaction('users').where({ id }).forUpdate().first();
  return row && fromRow(row);
}

/** Sets when a user is to be erased; null: not at all. @returns false when there is no such user. */
export async function setDeletion(db: Knex, id: string, due: Date | null, at: Date): Promise<boolean> {
  return (await db('users').where({ id }).update({ deletion_due_at: due, updated_at: at })) === 1;
}

/** Users whose time is over, locked; those that somebody else has locked are left to them. */
export async function lockDue(transaction: Knex.Transaction, now: Date, limit: number): Promise<string[]> {
  return transaction('users')
    .where('deletion_due_at', '<=', now)
    .orderBy('deletion_due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .pluck('id');
}

/** With everything that refers to them. */
export async function deleteUser(db: Knex, id: string): Promise<void> {
  await db('users').where({ id }).delete();
}

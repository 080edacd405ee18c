import type { Knex } from 'knex';
import { type Locale, localeOf } from '../i18n/index.ts';
import type { User } from './types.ts';

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string | undefined;
  readonly locale: Locale | undefined;
  readonly passwordHash: string;
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
      password_hash: user.passwordHash,
      created_at: user.createdAt,
      updated_at: user.createdAt,
    })
    .onConflict('email_key')
    .ignore()
    .returning('id');
  return inserted.length === 1;
}

export async function findUser(db: Knex, id: string): Promise<User | undefined> {
  const row = await db('users').where({ id }).first();
  return row && fromRow(row);
}

export async function findCredentials(
  db: Knex,
  emailKey: string,
): Promise<{ user: User; passwordHash: string | undefined } | undefined> {
  const row = await db('users').where({ email_key: emailKey }).first();
  return row && { user: fromRow(row), passwordHash: row.password_hash ?? undefined };
}

/** The same, locked: of two requests for a mail to one user, the second sees what the first has sent. */
export async function lockCredentials(
  transaction: Knex.Transaction,
  emailKey: string,
): Promise<{ user: User } | undefined> {
  const row = await transaction('users').where({ email_key: emailKey }).forUpdate().first();
  return row && { user: fromRow(row) };
}

export async function recordLogin(db: Knex, id: string, at: Date): Promise<void> {
  await db('users').where({ id }).update({ last_login_at: at });
}

/** @returns false when the address is no longer the user's. */
export async function markVerified(db: Knex, id: string, emailKey: string, at: Date): Promise<boolean> {
  const where = { id, email_key: emailKey };
  return (await db('users').where(where).update({ email_verified: true, updated_at: at })) === 1;
}

/** Sets the password of somebody who has just read their mail. */
export async function setPassword(db: Knex, id: string, passwordHash: string, at: Date): Promise<void> {
  await db('users').where({ id }).update({ password_hash: passwordHash, email_verified: true, updated_at: at });
}

/** @returns false when there is no such user. */
export async function setStatus(db: Knex, id: string, status: User['status'], at: Date): Promise<boolean> {
  return (await db('users').where({ id }).update({ status, updated_at: at })) === 1;
}

interface Row {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string | null;
  readonly locale: string | null;
  readonly status: User['status'];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_login_at: Date | null;
}

function fromRow(row: Row): User {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.email_verified,
    name: row.name ?? undefined,
    locale: localeOf(row.locale ?? undefined),
    status: row.status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastLoginAt: row.last_login_at ?? undefined,
  };
}

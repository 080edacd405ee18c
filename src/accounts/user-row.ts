import { localeOf } from '../i18n/index.ts';
import type { User } from './types.ts';

/** A row of `users`, as far as it is read. */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string | null;
  readonly locale: string | null;
  readonly status: User['status'];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_login_at: Date | null;
  readonly password_hash: string | null;
  readonly deletion_due_at: Date | null;
}

export const USER_COLUMNS = `id, email, email_verified, name, locale, status, created_at, updated_at, last_login_at,
  password_hash, deletion_due_at`;

export function fromRow(row: UserRow): User {
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
    hasPassword: row.password_hash !== null,
    deletionDueAt: row.deletion_due_at ?? undefined,
  };
}

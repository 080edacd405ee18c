import type { Knex } from 'knex';
import { appendSql } from '../events/index.ts';
import { run } from '../kernel/statement.ts';
import type { Account } from './types.ts';
import type { UserRow } from './user-row.ts';

/** Whom an address belongs to, and what they sign in with. */
export interface Credentials {
  readonly account: Account;
  /** Undefined: nobody signs in by a password until one is set. */
  readonly passwordHash: string | undefined;
  /** Browsers that somebody signed in with before are no longer known. */
  readonly devicesKnownFrom: Date;
}

/** No more of a user than a sign-in takes: it is read at every one. */
export async function findCredentials(db: Knex, emailKey: string): Promise<Credentials | undefined> {
  const { rows } = await run<CredentialsRow>(db, FIND_CREDENTIALS, [emailKey]);
  return rows[0] && fromRow(rows[0]);
}

const FIND_CREDENTIALS = {
  name: 'find-credentials',
  text: `
  select id, email, email_verified, status, deletion_due_at, password_hash,
    coalesce(devices_known_from, created_at) as devices_known_from
  from users where email_key = $1`,
};

interface CredentialsRow
  extends Pick<UserRow, 'id' | 'email' | 'email_verified' | 'status' | 'deletion_due_at' | 'password_hash'> {
  readonly devices_known_from: Date;
}

function fromRow(row: CredentialsRow): Credentials {
  return {
    account: {
      id: row.id,
      email: row.email,
      emailVerified: row.email_verified,
      status: row.status,
      deletionDueAt: row.deletion_due_at ?? undefined,
    },
    passwordHash: row.password_hash ?? undefined,
    devicesKnownFrom: row.devices_known_from,
  };
}

interface Login {
  /** Undefined: they are not in yet. */
  readonly at: Date | undefined;
  /** The hash that the password was verified against. */
  readonly hash: string;
  /** What takes its place, if anything. */
  readonly replacement: string | undefined;
  /** What to write down of it. */
  readonly rows: string;
}

/**
 * Notes that a password was right, with what is written down of it, and replaces the hash it was looked at with: one
 * statement, one commit.
 * @returns false when the user was disabled meanwhile, or has another hash by now; nothing was written then.
 */
export async function recordLogin(db: Knex, id: string, { at, hash, replacement, rows }: Login): Promise<boolean> {
  const { rowCount } = await run(db, RECORD_LOGIN, [id, hash, at ?? null, replacement ?? hash, rows]);
  return rowCount === 1;
}

const RECORD_LOGIN = {
  name: 'record-login',
  text: `with recorded as (
      update users set last_login_at = coalesce($3, last_login_at), password_hash = $4
      where id = $1 and status = 'active' and password_hash = $2 returning 1),
    appended as (${appendSql('$5', ' where exists (select from recorded)')})
    select from recorded`,
};

/**
 * Notes a sign-in by something that was proved at a moment, with what is written down of it: of several by the same, one. A
 * clock that is behind the one that noted the moment makes no second one of them.
 */
export async function recordProved(
  db: Knex,
  id: string,
  { at, proved, rows }: { readonly at: Date; readonly proved: Date; readonly rows: string },
): Promise<void> {
  await run(db, RECORD_PROVED, [id, at, proved, rows]);
}

const RECORD_PROVED = {
  name: 'record-proved',
  text: `with recorded as (
      update users set last_login_at = greatest($2::timestamptz, $3::timestamptz)
      where id = $1 and status = 'active' and (last_login_at is null or last_login_at < $3) returning 1)
    ${appendSql('$4', ' where exists (select from recorded)')}`,
};

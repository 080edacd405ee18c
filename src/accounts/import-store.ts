import type { Knex } from 'knex';
import { appendSql, eventRows } from '../events/index.ts';
import { tellRegistered } from './events.ts';
import type { ImportedUser } from './import-line.ts';

/**
 * Inserts those whose address and id nobody has, and writes down that they are there, in one statement. In the order of their addresses: two imports at once
 * never wait for each other in a circle.
 * @returns the ids that were inserted
 */
export async function insertImported(db: Knex, users: readonly ImportedUser[], now: Date): Promise<Set<string>> {
  const sorted = users.toSorted((a, b) => (a.emailKey < b.emailKey ? -1 : 1));
  const column = <T>(value: (user: ImportedUser) => T | undefined) => sorted.map((user) => value(user) ?? null);
  const { rows } = await db.raw(
    `with inserted as (insert into users
       (id, email, email_key, email_verified, name, locale, password_hash, status, created_at, updated_at, last_login_at)
     select id, email, email_key, email_verified, name, locale, password_hash, status, coalesce(created_at, ?), ?, last_login_at
     from unnest(?::uuid[], ?::text[], ?::text[], ?::boolean[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[])
       as u (id, email, email_key, email_verified, name, locale, password_hash, status, created_at, last_login_at)
     on conflict do nothing
     returning id),
     appended as (${appendSql('?', ' join inserted i on e.subject = i.id::text')})
     select id from inserted`,
    [
      now,
      now,
      column(({ id }) => id),
      column(({ email }) => email),
      column(({ emailKey }) => emailKey),
      column(({ emailVerified }) => emailVerified),
      column(({ name }) => name),
      column(({ locale }) => locale),
      column(({ passwordHash }) => passwordHash),
      column(({ status }) => status),
      column(({ createdAt }) => createdAt),
      column(({ lastLoginAt }) => lastLoginAt),
      eventRows(now, ...users.map(({ id }) => tellRegistered(id, 'import'))),
    ] as never,
  );
  return new Set(rows.map(({ id }: { id: string }) => id));
}

/** What somebody has already. */
export interface Taken {
  /** The id of whoever has an address. */
  readonly idOf: ReadonlyMap<string, string>;
  readonly ids: ReadonlySet<string>;
}

/** Which of their addresses and ids are somebody's by now. */
export async function findTaken(db: Knex, users: readonly ImportedUser[]): Promise<Taken> {
  if (users.length === 0) return { idOf: new Map(), ids: new Set() };
  const { rows } = await db.raw('select id, email_key from users where email_key = any(?) or id = any(?::uuid[])', [
    users.map(({ emailKey }) => emailKey),
    users.map(({ id }) => id),
  ] as never);
  const taken: { id: string; email_key: string }[] = rows;
  return {
    idOf: new Map(taken.map(({ id, email_key }) => [email_key, id])),
    ids: new Set(taken.map(({ id }) => id)),
  };
}

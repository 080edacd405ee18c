import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../kernel/database-clock.ts';
import { run } from '../kernel/statement.ts';

export interface NewInvitation {
  readonly id: string;
  readonly sessionId: string;
  readonly clientId: string;
  readonly tokenDigest: Buffer;
  /** Seconds that it works, unless its session ends before. */
  readonly lifetime: number;
}

/** @returns when it expires: with its session at the latest. */
export async function insertInvitation(db: Knex, time: DatabaseClock, invitation: NewInvitation): Promise<Date> {
  const { id, sessionId, clientId, tokenDigest, lifetime } = invitation;
  const { rows } = await run<Expiring>(db, INSERT, [time.ahead, id, clientId, tokenDigest, lifetime, sessionId]);
  return expiryOf(rows);
}

interface Expiring {
  readonly expires_at: Date;
}

export function expiryOf([row]: readonly Expiring[]): Date {
  if (!row) throw new Error('the session went while it was written for');
  return row.expires_at;
}

const NOW = now('$1');

const INSERT = {
  name: 'insert-invitation',
  text: `
    insert into invitations (id, client_id, token_digest, session_id, created_at, expires_at)
    select $2, $3, $4, s.id, ${NOW}, least(${NOW} + $5::float8 * interval '1 second', s.expires_at)
    from assessment_sessions s where s.id = $6 returning expires_at`,
};

export interface InvitationRow {
  readonly session_id: string;
  readonly client_id: string;
  readonly used: boolean;
  readonly expired: boolean;
  /** It was used within the last ten minutes. */
  readonly lately: boolean;
}

export async function findInvitation(
  db: Knex,
  time: DatabaseClock,
  tokenDigest: Buffer,
): Promise<InvitationRow | undefined> {
  return (await run<InvitationRow>(db, FIND, [time.ahead, tokenDigest])).rows[0];
}

const FIND = {
  name: 'find-invitation',
  text: `select session_id, client_id, used_at is not null as used, expires_at <= ${NOW} as expired,
      coalesce(used_at > ${NOW} - interval '10 minutes', false) as lately
    from invitations where token_digest = $2`,
};

/** Uses a link up. Of any number that try at once, one does. @returns whose session it was for; undefined for the others */
export async function useInvitation(db: Knex, time: DatabaseClock, tokenDigest: Buffer): Promise<string | undefined> {
  const { rows } = await run<Pick<InvitationRow, 'session_id'>>(db, USE, [time.ahead, tokenDigest]);
  return rows[0]?.session_id;
}

const USE = {
  name: 'use-invitation',
  text: `update invitations set used_at = ${NOW}
    where token_digest = $2 and used_at is null and expires_at > ${NOW} returning session_id`,
};

/** The application that somebody was last invited to for a session. */
export async function lastClient(db: Knex, sessionId: string): Promise<string | undefined> {
  const row = await db('invitations').where({ session_id: sessionId }).orderBy('id', 'desc').first('client_id');
  return row?.client_id;
}

import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../kernel/database-clock.ts';
import { run } from '../kernel/statement.ts';
import { expiryOf } from './store.ts';

export interface NewCode {
  readonly sessionId: string;
  readonly clientId: string;
  readonly codeDigest: Buffer;
  /** Seconds that it works, unless its session ends before. */
  readonly lifetime: number;
}

/** Puts a code in the place of the session's older one. @returns when it expires: with its session at the latest. */
export async function putCode(db: Knex, time: DatabaseClock, code: NewCode): Promise<Date> {
  const { sessionId, clientId, codeDigest, lifetime } = code;
  return expiryOf(
    (await run<{ expires_at: Date }>(db, PUT, [time.ahead, clientId, codeDigest, lifetime, sessionId])).rows,
  );
}

const NOW = now('$1');

/**
 * A server of the version before knows no `used_at`: it leaves an older code's where it puts a newer one. One that was used is
 * past its time as well, so that it lets in nobody there.
 */
const IS_USED = '(used_at is not null and used_at >= created_at)';

const PUT = {
  name: 'put-resume-code',
  text: `
    insert into resume_codes (client_id, code_digest, session_id, created_at, expires_at)
    select $2, $3, s.id, ${NOW}, least(${NOW} + $4::float8 * interval '1 second', s.expires_at)
    from assessment_sessions s where s.id = $5
    on conflict (session_id) do update set client_id = excluded.client_id, code_digest = excluded.code_digest,
      created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = null
    returning expires_at`,
};

export interface CodeRow {
  readonly session_id: string;
  readonly client_id: string;
  /** Within the last ten minutes. */
  readonly used: boolean;
}

/** A code that works, or was used just now, by any of the digests that it can have. */
export async function findCode(
  db: Knex,
  time: DatabaseClock,
  digests: readonly Buffer[],
): Promise<CodeRow | undefined> {
  return (await run<CodeRow>(db, FIND, [time.ahead, digests])).rows[0];
}

const FIND = {
  name: 'find-resume-code',
  text: `select session_id, client_id, ${IS_USED} as used from resume_codes
    where code_digest = any($2::bytea[])
      and case when ${IS_USED} then used_at > ${NOW} - interval '10 minutes' else expires_at > ${NOW} end`,
};

/** Uses a code up. Of any number that try at once, one does. @returns whose session it was for; undefined for the others */
export async function useCode(db: Knex, time: DatabaseClock, digests: readonly Buffer[]): Promise<string | undefined> {
  return (await run<Pick<CodeRow, 'session_id'>>(db, USE, [time.ahead, digests])).rows[0]?.session_id;
}

const USE = {
  name: 'use-resume-code',
  text: `update resume_codes set used_at = ${NOW}, expires_at = ${NOW}
    where code_digest = any($2::bytea[]) and not ${IS_USED} and expires_at > ${NOW} returning session_id`,
};

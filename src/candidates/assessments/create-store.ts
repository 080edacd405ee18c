import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';
import { fromRow, type SessionRow, sessionColumns } from './row.ts';
import type { StoredState } from './state-data.ts';
import { TELL, telling } from './tell-store.ts';
import type { AssessmentSession, Devices } from './types.ts';

export interface NewSession {
  readonly id: string;
  readonly candidateId: string;
  readonly assessment: string;
  readonly durationSeconds: number | undefined;
  readonly expiresAt: Date | undefined;
  readonly devices: Devices;
  readonly stored: StoredState;
}

const NOW = now('$1');

/**
 * Whether a candidate may have a session, and whether a time is past. Until the transaction ends nobody deactivates them.
 * Undefined: there is no such candidate.
 */
export async function lockCandidate(
  transaction: Knex.Transaction,
  time: DatabaseClock,
  candidateId: string,
  expiresAt: Date | undefined,
): Promise<{ readonly status: string; readonly is_past: boolean } | undefined> {
  const values = [time.ahead, candidateId, expiresAt ?? null];
  return (await run<{ status: string; is_past: boolean }>(transaction, LOCK, values)).rows[0];
}

const LOCK = {
  name: 'lock-candidate',
  text: `select status, coalesce($3::timestamptz <= ${NOW}, false) as is_past from candidates where id = $2 for share`,
};

/** Makes a session, with the first row of its trail, and tells of it. Undefined: a live one of that assessment is there already. */
export async function insertSession(
  transaction: Knex.Transaction,
  time: DatabaseClock,
  clientId: string,
  session: NewSession,
): Promise<AssessmentSession | undefined> {
  const { id, candidateId, assessment, durationSeconds = null, expiresAt = null, devices, stored } = session;
  const { text, digest, size } = stored;
  const values = [
    time.ahead,
    id,
    candidateId,
    assessment,
    text,
    digest,
    size,
    durationSeconds,
    expiresAt,
    devices,
    clientId,
    telling('create'),
  ];
  const { rows } = await run<SessionRow>(transaction, INSERT, values);
  return rows[0] && fromRow(rows[0]);
}

const INSERT = {
  name: 'insert-assessment-session',
  text: `
    with changed as (
      insert into assessment_sessions (id, candidate_id, assessment, state, state_data, state_hash, state_size, version,
        duration_seconds, remaining_ms, expires_at, due_at, devices, trail_length, created_at, updated_at)
      values ($2::uuid, $3::uuid, $4::text, 'created', $5::json, $6::bytea, $7::int, 1,
        $8::int, $8::bigint * 1000, $9::timestamptz, $9::timestamptz, $10::text, 1, ${NOW}, ${NOW})
      on conflict (candidate_id, assessment) where ended_at is null do nothing
      returning *
    ), noted as (
      insert into assessment_trail (session_id, seq, event, state, version, state_size, state_hash, actor_kind, actor,
        client_id, at)
      select id, trail_length, 'create', state, version, state_size, state_hash, 'service', $11::text, $11::text, ${NOW}
      from changed
    ), told as (${TELL('$12')})
    select ${sessionColumns('c', NOW)} from changed c`,
};

export async function findLiveId(db: Knex, candidateId: string, assessment: string): Promise<string | undefined> {
  const row = await db('assessment_sessions')
    .where({ candidate_id: candidateId, assessment })
    .whereNull('ended_at')
    .first('id');
  return row?.id;
}

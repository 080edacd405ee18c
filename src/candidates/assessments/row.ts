import type { JsonObject } from '../types.ts';
import type { AssessmentSession, Devices, State } from './types.ts';

/** A session as it is read: `state`, `remaining_ms` and `ended_at` are those of that moment. */
export interface SessionRow {
  readonly id: string;
  readonly candidate_id: string;
  readonly assessment: string;
  readonly state: State;
  readonly state_data: JsonObject;
  readonly version: number;
  readonly duration_seconds: number | null;
  readonly left_ms: number | null;
  readonly started_at: Date | null;
  readonly expires_at: Date | null;
  readonly ended_at: Date | null;
  readonly due_at: Date | null;
  readonly devices: Devices;
  readonly active_device: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/**
 * The columns of `SessionRow`. A session that is overdue reads as expired, since when it was due.
 * @param s the table's alias
 * @param now the time, in SQL
 */
export const sessionColumns = (s: string, now: string): string => `
  ${s}.id, ${s}.candidate_id, ${s}.assessment, ${s}.state_data, ${s}.version, ${s}.duration_seconds, ${s}.started_at,
  ${s}.expires_at, ${s}.devices, ${s}.active_device, ${s}.created_at,
  ${stateAt(s, now)} as state, ${leftAt(s, now)} as left_ms,
  case when ${s}.due_at <= ${now} then ${s}.due_at else ${s}.ended_at end as ended_at,
  case when ${s}.due_at > ${now} then ${s}.due_at end as due_at,
  case when ${s}.due_at <= ${now} then ${s}.due_at else ${s}.updated_at end as updated_at`;

export const stateAt = (s: string, now: string): string =>
  `case when ${s}.due_at <= ${now} then 'expired' else ${s}.state end`;

/** Milliseconds left, as of now or of the end; null where nothing limits it (`least` passes over nulls). */
export const leftAt = (s: string, now: string): string => `
  case when num_nonnulls(${s}.remaining_ms, ${s}.expires_at) > 0 then greatest(0, ceil(1000 * extract(epoch from least(
    ${s}.remaining_ms * interval '1 ms' - coalesce(coalesce(${s}.ended_at, ${now}) - ${s}.running_since, interval '0'),
    ${s}.expires_at - coalesce(${s}.ended_at, ${now})))))::float8 end`;

export function fromRow(row: SessionRow): AssessmentSession {
  return {
    id: row.id,
    candidateId: row.candidate_id,
    assessment: row.assessment,
    state: row.state,
    stateData: row.state_data,
    version: row.version,
    durationSeconds: row.duration_seconds ?? undefined,
    remainingSeconds: secondsOf(row.left_ms),
    startedAt: row.started_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    dueAt: row.due_at ?? undefined,
    devices: row.devices,
    activeDevice: row.active_device ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export const secondsOf = (milliseconds: number | null): number | undefined =>
  milliseconds === null ? undefined : Math.ceil(milliseconds / 1000);

import type { Knex } from 'knex';
import type { DatabaseClock } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';
import { bindingsOf, HAS_DEVICE, IS_IN_TIME, IS_OWN, NOTE, NOW, SET_DEVICE } from './caller-store.ts';
import { leftAt, stateAt } from './row.ts';
import type { StoredState } from './state-data.ts';
import type { Caller, State } from './types.ts';

export interface Save {
  readonly id: string;
  readonly caller: Caller;
  /** Those of which the caller has the data. */
  readonly versions: readonly number[];
  readonly stored: StoredState;
}

/** What a save came to: the session as it is after it, or as it was found. */
export interface SaveRow {
  readonly saved: boolean;
  readonly has_device: boolean;
  /** Whether the data are those that are stored already. */
  readonly same: boolean;
  readonly version: number;
  readonly state: State;
  readonly left_ms: number | null;
  readonly updated_at: Date;
}

/**
 * Saves, writes the trail and says how it went, as one statement and one commit. Undefined: there is no such session, or none
 * that is the caller's. Where another save was faster, what is told is as it was before that one: it is to be tried again.
 */
export async function writeState(db: Knex, time: DatabaseClock, save: Save): Promise<SaveRow | undefined> {
  const { text, digest, size } = save.stored;
  const values = [...bindingsOf(time, save.id, save.caller), save.versions, text, digest, size];
  return (await run<SaveRow>(db, SAVE, values)).rows[0];
}

const told = (s: string) => `${s}.version, ${stateAt(s, NOW)} as state, ${leftAt(s, NOW)} as left_ms, ${s}.updated_at`;

const SAVE = {
  name: 'save-assessment-state',
  text: `
    with changed as (
      update assessment_sessions s set
        state_data = $8::json, state_hash = $9::bytea, state_size = $10::int, version = s.version + 1,
        trail_length = s.trail_length + 1, updated_at = ${NOW}, ${SET_DEVICE}
      where ${IS_OWN} and ${HAS_DEVICE} and s.state = 'in_progress' and ${IS_IN_TIME}
        and s.version = any($7::int[]) and s.state_hash <> $9::bytea
      returning s.id, s.state, s.version, s.state_size, s.state_hash, s.trail_length, s.updated_at, s.due_at, s.ended_at,
        s.remaining_ms, s.running_since, s.expires_at
    ), noted as (${NOTE(`'save'`, 'null')})
    select true as saved, true as has_device, true as same, ${told('c')} from changed c
    union all
    select false, ${HAS_DEVICE}, s.state_hash = $9::bytea, ${told('s')} from assessment_sessions s
    where ${IS_OWN} and not exists (select from changed)`,
};

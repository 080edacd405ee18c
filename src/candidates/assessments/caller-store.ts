import { type DatabaseClock, now } from '../../kernel/database-clock.ts';
import type { Caller } from './types.ts';

/** What every statement about one session `s` begins its bindings with: when, which, and by whom. */
export function bindingsOf(time: DatabaseClock, id: string, caller: Caller): unknown[] {
  const [actor, device] =
    caller.kind === 'service' ? [caller.clientId, null] : [caller.candidateId, caller.device ?? null];
  return [time.ahead, id, caller.kind, actor, caller.clientId, device];
}

export const NOW = now('$1');

/** A candidate's are their own alone. */
export const IS_OWN = `s.id = $2 and ($3::text = 'service' or s.candidate_id::text = $4::text)`;

/** Where one device alone may, a candidate's is the one that came last. */
export const HAS_DEVICE = `
  ($3::text = 'service' or s.devices = 'several' or s.active_device is null or s.active_device is not distinct from $6::text)`;

/** The first that does something has it. */
export const SET_DEVICE = `
  active_device = case when $3::text = 'candidate' and s.devices = 'one' then coalesce(s.active_device, $6::text)
    else s.active_device end,
  device_since = case when $3::text = 'candidate' and s.devices = 'one' and s.active_device is null then ${NOW}
    else s.device_since end`;

export const IS_IN_TIME = `(s.due_at is null or s.due_at > ${NOW})`;

/**
 * Writes the trail's next row of each session that the CTE `changed` holds, as it is after the change.
 * @param event, reason as SQL
 */
export const NOTE = (event: string, reason: string) => `
  insert into assessment_trail (session_id, seq, event, state, version, state_size, state_hash, actor_kind, actor,
    client_id, reason, at)
  select id, trail_length, ${event}, state, version, state_size, state_hash, $3::text, $4::text, $5::text, ${reason}, ${NOW}
  from changed`;

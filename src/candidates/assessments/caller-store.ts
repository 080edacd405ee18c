import { type DatabaseClock, now } from '../../kernel/database-clock.ts';
import type { Caller } from './types.ts';

/** For which session something is done, and by whom. */
export interface CallerRow {
  readonly id: string;
  readonly kind: Caller['kind'];
  readonly actor: string;
  readonly client_id: string;
  readonly device: string | null;
}

export function callerRow(id: string, caller: Caller): CallerRow {
  const { kind, clientId: client_id } = caller;
  if (kind === 'service') return { id, kind, actor: client_id, client_id, device: null };
  return { id, kind, actor: caller.candidateId, client_id, device: caller.device ?? null };
}

/** What a statement about one session `s` begins its bindings with: when, which, and by whom. */
export function bindingsOf(time: DatabaseClock, sessionId: string, caller: Caller): unknown[] {
  const { id, kind, actor, client_id, device } = callerRow(sessionId, caller);
  return [time.ahead, id, kind, actor, client_id, device];
}

export const NOW = now('$1');

/** Where a statement finds it, in SQL. */
export type CallerSql = Readonly<Record<keyof CallerRow, string>>;

/** In what is bound to it. */
export const BOUND: CallerSql = {
  id: '$2::uuid',
  kind: '$3::text',
  actor: '$4::text',
  client_id: '$5::text',
  device: '$6::text',
};

/** A candidate's are their own alone. */
export const isOwn = ({ id, kind, actor }: CallerSql): string =>
  `s.id = ${id} and (${kind} = 'service' or s.candidate_id::text = ${actor})`;

/** Where one device alone may, a candidate's is the one that came last. */
export const hasDevice = ({ kind, device }: CallerSql): string => `
  (${kind} = 'service' or s.devices = 'several' or s.active_device is null or s.active_device is not distinct from ${device})`;

/** The first that does something has it. */
export const setDevice = ({ kind, device }: CallerSql): string => `
  active_device = case when ${kind} = 'candidate' and s.devices = 'one' then coalesce(s.active_device, ${device})
    else s.active_device end,
  device_since = case when ${kind} = 'candidate' and s.devices = 'one' and s.active_device is null then ${NOW}
    else s.device_since end`;

export const IS_IN_TIME = `(s.due_at is null or s.due_at > ${NOW})`;

/**
 * Writes the trail's next row of each session that the CTE `changed` holds, as it is after the change.
 * @param event, reason as SQL
 */
export const note = (event: string, reason: string, { kind, actor, client_id }: CallerSql): string => `
  insert into assessment_trail (session_id, seq, event, state, version, state_size, state_hash, actor_kind, actor,
    client_id, reason, at)
  select id, trail_length, ${event}, state, version, state_size, state_hash, ${kind}, ${actor}, ${client_id}, ${reason},
    ${NOW}
  from changed`;

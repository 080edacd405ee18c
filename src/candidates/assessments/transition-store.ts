import type { Knex } from 'knex';
import type { DatabaseClock } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';
import { endTokensOf } from '../../revocations/index.ts';
import { BOUND, bindingsOf, hasDevice, IS_IN_TIME, isOwn, NOW, note, setDevice } from './caller-store.ts';
import { isLive, TRANSITIONS } from './machine.ts';
import { type SessionRow, sessionColumns } from './row.ts';
import { TELL, telling } from './tell-store.ts';
import type { Caller, TransitionEvent } from './types.ts';

export interface Step {
  readonly id: string;
  readonly caller: Caller;
  readonly event: TransitionEvent;
  readonly reason: string | undefined;
}

/** The session as it is after the transition, or as it was found. */
export type StepRow = SessionRow & {
  readonly changed: boolean;
  readonly has_device: boolean;
  /** Tokens have ended with it. */
  readonly ended_tokens: boolean;
};

/**
 * Has a transition happen where it may, writes the trail, tells of it, and ends the tokens of a session that is over: one
 * statement, one commit. Undefined as for a save.
 */
export async function takeStep(db: Knex, time: DatabaseClock, step: Step): Promise<StepRow | undefined> {
  const { from, to } = TRANSITIONS[step.event];
  const happens = [step.event, from, to, !isLive(to), step.reason ?? null, telling(step.event)];
  const values = [...bindingsOf(time, step.id, step.caller), ...happens];
  return (await run<StepRow>(db, isLive(to) ? GOING_ON : ENDING, values)).rows[0];
}

/**
 * What the clock has used up counts to the next millisecond: stopping it again and again gains nothing. A statement that
 * waited for another may have begun before the clock did, which used nothing up then.
 */
export const REMAINING = (until: string) =>
  `s.remaining_ms - ceil(1000 * greatest(0, extract(epoch from ${until} - s.running_since)))::bigint`;

/**
 * @param also a step more of the statement
 * @param endedTokens in SQL, whether that has ended any
 */
const text = (also: string, endedTokens: string) => `
    with changed as (
      update assessment_sessions s set
        state = $9::text,
        remaining_ms = case when s.remaining_ms is not null then greatest(0, ${REMAINING(NOW)}) end,
        running_since = case when $9::text = 'in_progress' then ${NOW} end,
        due_at = case when $10::bool then null when $9::text = 'in_progress'
          then least(s.expires_at, ${NOW} + s.remaining_ms * interval '1 ms') else s.expires_at end,
        started_at = coalesce(s.started_at, case when $9::text = 'in_progress' then ${NOW} end),
        ended_at = case when $10::bool then ${NOW} end,
        trail_length = s.trail_length + 1, updated_at = ${NOW}, ${setDevice(BOUND)}
      where ${isOwn(BOUND)} and ${hasDevice(BOUND)} and s.state = any($8::text[]) and ${IS_IN_TIME}
      returning s.*
    ), noted as (${note('$7::text', '$11::text', BOUND)}), told as (${TELL('$12')})${also}
    select true as changed, true as has_device, ${endedTokens} as ended_tokens, ${sessionColumns('c', NOW)} from changed c
    union all
    select false, ${hasDevice(BOUND)}, false, ${sessionColumns('s', NOW)} from assessment_sessions s
    where ${isOwn(BOUND)} and not exists (select from changed)`;

const GOING_ON = { name: 'assessment-transition', text: text('', 'false') };

const ENDING = {
  name: 'assessment-ending',
  text: text(`, ended as (${endTokensOf('changed', NOW)})`, '(select count(*) from ended) > 0'),
};

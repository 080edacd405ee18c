import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';
import { TELL, telling } from './tell-store.ts';
import { REMAINING } from './transition-store.ts';

const NOW = now('$1');

/** Ends every live session of a candidate, with its row of the trail, and tells of it. */
export async function terminateOf(
  db: Knex,
  time: DatabaseClock,
  candidateId: string,
  clientId: string,
  reason: string,
): Promise<void> {
  await run(db, TERMINATE, [time.ahead, candidateId, clientId, reason, telling('terminate')]);
}

const TERMINATE = {
  name: 'terminate-assessment-sessions-of',
  text: `
    with changed as (
      update assessment_sessions s set
        state = 'terminated', ended_at = ${NOW}, due_at = null, updated_at = ${NOW}, running_since = null,
        remaining_ms = case when s.remaining_ms is not null then greatest(0, ${REMAINING(NOW)}) end,
        trail_length = s.trail_length + 1
      where s.candidate_id = $2 and s.ended_at is null
      returning s.id, s.trail_length, s.version, s.state_size, s.state_hash,
        s.candidate_id, s.assessment, s.state, s.updated_at
    ), told as (${TELL('$5')})
    insert into assessment_trail (session_id, seq, event, state, version, state_size, state_hash, actor_kind, actor,
      client_id, reason, at)
    select id, trail_length, 'terminate', 'terminated', version, state_size, state_hash, 'service', $3::text, $3::text,
      $4::text, ${NOW}
    from changed`,
};

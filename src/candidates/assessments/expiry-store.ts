import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';
import { TELL, tellingExpiry } from './tell-store.ts';

const NOW = now('$1');

/** Ended when it was due, whenever it is that somebody looks. */
const EXPIRE = (which: string, telling: string) => `
  with due as materialized (
    select s.id from assessment_sessions s where s.due_at <= ${NOW} and ${which}
  ), changed as (
    update assessment_sessions s set
      state = 'expired', ended_at = s.due_at, due_at = null, updated_at = s.due_at, running_since = null,
      remaining_ms = case when s.remaining_ms is not null then greatest(0, s.remaining_ms
        - coalesce(ceil(extract(epoch from s.due_at - s.running_since) * 1000), 0)::bigint) end,
      trail_length = s.trail_length + 1
    from due where s.id = due.id and s.due_at <= ${NOW}
    returning s.id, s.trail_length, s.version, s.state_size, s.state_hash, s.ended_at,
      s.candidate_id, s.assessment, s.state, s.updated_at
  ), told as (${TELL(telling)})
  insert into assessment_trail (session_id, seq, event, state, version, state_size, state_hash, actor_kind, at)
  select id, trail_length, 'expire', 'expired', version, state_size, state_hash, 'clock', ended_at from changed`;

/** How many are overdue, those included that somebody else is about to end. */
export async function countOverdue(db: Knex, time: DatabaseClock): Promise<number> {
  const { rows } = await run<{ overdue: number }>(db, COUNT_OVERDUE, [time.ahead]);
  return rows[0]?.overdue ?? 0;
}

const COUNT_OVERDUE = {
  name: 'count-overdue-assessment-sessions',
  text: `select count(*)::int as overdue from assessment_sessions s where s.due_at <= ${NOW}`,
};

/** Ends so many of those that are overdue; those that somebody else has locked are left to them. @returns how many */
export async function expireBatch(db: Knex, time: DatabaseClock, batch: number): Promise<number> {
  return (await run(db, EXPIRE_BATCH(batch), [time.ahead, tellingExpiry()])).rowCount;
}

/** Ends a candidate's overdue sessions, of one assessment or of all. */
export async function expireOf(db: Knex, time: DatabaseClock, candidateId: string, assessment?: string): Promise<void> {
  await run(db, EXPIRE_OF, [time.ahead, candidateId, assessment ?? null, tellingExpiry()]);
}

/** The limit is in the text: of one that is a parameter PostgreSQL keeps no plan, and makes it anew each time. */
const EXPIRE_BATCH = (batch: number) => ({
  name: `expire-assessment-sessions-${batch}`,
  text: EXPIRE(`true order by s.due_at limit ${batch} for update skip locked`, '$2'),
});

const EXPIRE_OF = {
  name: 'expire-assessment-sessions-of',
  text: EXPIRE('s.candidate_id = $2 and ($3::text is null or s.assessment = $3::text) for update', '$4'),
};

/** Removes so many of those that ended so many days ago, with their trails. @returns how many */
export async function removeBatch(db: Knex, time: DatabaseClock, days: number, batch: number): Promise<number> {
  return db.transaction(async (transaction) => {
    // The trail lets go of its rows for nobody else.
    await transaction.raw(`select set_config('gatehouse.retention', 'on', true)`);
    return (await run(transaction, REMOVE, [time.ahead, days, batch])).rowCount;
  });
}

const REMOVE = {
  name: 'remove-assessment-sessions',
  text: `
    with old as materialized (
      select id from assessment_sessions where ended_at <= ${NOW} - make_interval(days => $2::int)
      order by ended_at limit $3 for update skip locked
    ), trail as (delete from assessment_trail t using old where t.session_id = old.id)
    delete from assessment_sessions s using old where s.id = old.id`,
};

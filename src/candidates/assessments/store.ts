import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';
import { fromRow, type SessionRow, sessionColumns, stateAt } from './row.ts';
import type { AssessmentSession, State } from './types.ts';

const NOW = now('$1');

export async function findSession(db: Knex, time: DatabaseClock, id: string): Promise<AssessmentSession | undefined> {
  const { rows } = await run<SessionRow>(db, FIND, [time.ahead, id]);
  return rows[0] && fromRow(rows[0]);
}

const FIND = {
  name: 'find-assessment-session',
  text: `select ${sessionColumns('s', NOW)} from assessment_sessions s where s.id = $2`,
};

/** Which sessions of a candidate; all of them where nothing is said. */
export interface SessionQuery {
  readonly candidateId: string;
  readonly state: State | undefined;
  readonly assessment: string | undefined;
  /** One alone, if it is among them. */
  readonly only: string | undefined;
  /** The id of the last session of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** In the order of their ids, which is that of their making. */
export async function selectSessions(db: Knex, time: DatabaseClock, query: SessionQuery): Promise<AssessmentSession[]> {
  const { candidateId, state = null, assessment = null, only = null, after = null, limit } = query;
  const values = [time.ahead, candidateId, state, assessment, only, after, limit];
  return (await run<SessionRow>(db, SELECT, values)).rows.map(fromRow);
}

const SELECT = {
  name: 'select-assessment-sessions',
  text: `
    select ${sessionColumns('s', NOW)} from assessment_sessions s
    where s.candidate_id = $2 and ($3::text is null or ${stateAt('s', NOW)} = $3::text)
      and ($4::text is null or s.assessment = $4::text) and ($5::uuid is null or s.id = $5::uuid)
      and ($6::uuid is null or s.id > $6::uuid)
    order by s.id limit $7`,
};

/** A candidate's live session of an assessment; of any, the one that was used last. */
export async function selectLive(
  db: Knex,
  time: DatabaseClock,
  which: { readonly candidateId: string; readonly assessment?: string; readonly only?: string },
): Promise<AssessmentSession | undefined> {
  const { candidateId, assessment = null, only = null } = which;
  const { rows } = await run<SessionRow>(db, SELECT_LIVE, [time.ahead, candidateId, assessment, only]);
  return rows[0] && fromRow(rows[0]);
}

const SELECT_LIVE = {
  name: 'select-live-assessment-session',
  text: `
    select ${sessionColumns('s', NOW)} from assessment_sessions s
    where s.candidate_id = $2 and s.ended_at is null and (s.due_at is null or s.due_at > ${NOW})
      and ($3::text is null or s.assessment = $3::text) and ($4::uuid is null or s.id = $4::uuid)
    order by s.updated_at desc, s.id desc limit 1`,
};

import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';
import { fromRow, type SessionRow, sessionColumns } from './row.ts';
import type { AssessmentSession } from './types.ts';

export async function findSession(db: Knex, time: DatabaseClock, id: string): Promise<AssessmentSession | undefined> {
  const { rows } = await run<SessionRow>(db, FIND, [time.ahead, id]);
  return rows[0] && fromRow(rows[0]);
}

const FIND = {
  name: 'find-assessment-session',
  text: `select ${sessionColumns('s', now('$1'))} from assessment_sessions s where s.id = $2`,
};

import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../kernel/database-clock.ts';
import { run } from '../kernel/statement.ts';
import { leftAt } from './assessments/index.ts';
import type { Candidate } from './types.ts';

export interface SittingRow {
  readonly candidate_id: string;
  readonly external_id: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly status: Candidate['status'];
  readonly live: boolean;
  readonly held: boolean;
  readonly left_ms: number | null;
  readonly open_ms: number | null;
}

export async function readSitting(db: Knex, time: DatabaseClock, sessionId: string): Promise<SittingRow | undefined> {
  return (await run<SittingRow>(db, FIND, [time.ahead, sessionId])).rows[0];
}

const NOW = now('$1');

const FIND = {
  name: 'find-sitting',
  text: `
    select c.id as candidate_id, c.external_id, c.email, c.name, c.status,
      s.ended_at is null and (s.due_at is null or s.due_at > ${NOW}) as live,
      s.devices = 'one' and s.active_device is not null as held, ${leftAt('s', NOW)} as left_ms,
      (1000 * extract(epoch from s.expires_at - ${NOW}))::float8 as open_ms
    from assessment_sessions s join candidates c on c.id = s.candidate_id where s.id = $2`,
};

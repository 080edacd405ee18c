import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../kernel/database-clock.ts';
import { run } from '../kernel/statement.ts';
import { CANDIDATE_COLUMNS, type CandidateRow, fromRow } from './row.ts';
import { TELL, telling } from './tell-store.ts';
import type { Candidate, CandidateMembers } from './types.ts';

export async function findCandidate(db: Knex, id: string): Promise<Candidate | undefined> {
  const { rows } = await run<CandidateRow>(db, FIND, [id]);
  return rows[0] && fromRow(rows[0]);
}

const FIND = { name: 'find-candidate', text: `select ${CANDIDATE_COLUMNS} from candidates where id = $1` };

/** Undefined: another candidate has the external id. */
export async function insertCandidate(
  db: Knex,
  time: DatabaseClock,
  id: string,
  { externalId = null, email = null, name = null, metadata = {} }: CandidateMembers,
): Promise<Candidate | undefined> {
  const values = [time.ahead, id, externalId, email, name, JSON.stringify(metadata), telling('created')];
  const { rows } = await run<CandidateRow>(db, INSERT, values);
  return rows[0] && fromRow(rows[0]);
}

const INSERT = {
  name: 'insert-candidate',
  text: `
    with changed as (
      insert into candidates (id, external_id, email, name, metadata, created_at, updated_at)
      values ($2, $3, $4, $5, $6::jsonb, ${now('$1')}, ${now('$1')})
      on conflict (external_id) do nothing returning ${CANDIDATE_COLUMNS}
    ), told as (${TELL('$7')})
    select ${CANDIDATE_COLUMNS} from changed`,
};

/** @returns the candidate as they are then, and whether that is news; undefined where there is none */
export async function setStatus(
  db: Knex,
  time: DatabaseClock,
  id: string,
  status: Candidate['status'],
): Promise<{ readonly candidate: Candidate; readonly changed: boolean } | undefined> {
  const { rows } = await run<CandidateRow>(db, SET_STATUS, [
    time.ahead,
    id,
    status,
    telling(status === 'active' ? 'restored' : 'deactivated'),
  ]);
  if (rows[0]) return { candidate: fromRow(rows[0]), changed: true };
  const candidate = await findCandidate(db, id);
  return candidate && { candidate, changed: false };
}

const SET_STATUS = {
  name: 'set-candidate-status',
  text: `
    with changed as (
      update candidates set status = $3::text, updated_at = ${now('$1')},
        deactivated_at = case when $3::text = 'inactive' then ${now('$1')} end
      where id = $2 and status <> $3::text returning ${CANDIDATE_COLUMNS}
    ), told as (${TELL('$4')})
    select ${CANDIDATE_COLUMNS} from changed`,
};

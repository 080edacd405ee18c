import type { Knex } from 'knex';
import { run } from '../kernel/statement.ts';
import { CANDIDATE_COLUMNS, type CandidateRow, fromRow } from './row.ts';
import type { Candidate } from './types.ts';

export async function findCandidate(db: Knex, id: string): Promise<Candidate | undefined> {
  const { rows } = await run<CandidateRow>(db, FIND, [id]);
  return rows[0] && fromRow(rows[0]);
}

const FIND = { name: 'find-candidate', text: `select ${CANDIDATE_COLUMNS} from candidates where id = $1` };

import type { Knex } from 'knex';
import { CANDIDATE_COLUMNS, fromRow } from './row.ts';
import type { Candidate, CandidateQuery } from './types.ts';

/** In the order of their ids. */
export async function selectCandidates(db: Knex, query: CandidateQuery): Promise<Candidate[]> {
  const { q, status, externalId, after, limit } = query;
  const candidates = db('candidates').select(CANDIDATE_COLUMNS.split(', ')).orderBy('id').limit(limit);
  if (status) candidates.where({ status });
  if (externalId !== undefined) candidates.where({ external_id: externalId });
  if (after) candidates.where('id', '>', after);
  if (q) candidates.where(matching(q));
  return (await candidates).map(fromRow);
}

function matching(q: string): Knex.QueryCallback {
  const part = containing(q);
  return (either) => either.whereILike('external_id', part).orWhereILike('email', part).orWhereILike('name', part);
}

/** `%` and `_` are looked for as they are. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../kernel/database-clock.ts';
import { run } from '../kernel/statement.ts';
import { CANDIDATE_COLUMNS, type CandidateRow, fromRow } from './row.ts';
import { TELL, telling } from './tell-store.ts';
import type { Candidate, CandidateMembers } from './types.ts';

/**
 * Changes what is named, and tells which of it is not as it was, in one statement; where all of it is, nothing is written.
 * @returns undefined where there is no such candidate, `taken` where another has the external id
 */
export async function updateCandidate(
  db: Knex,
  time: DatabaseClock,
  id: string,
  { externalId, email, name, metadata }: CandidateMembers,
): Promise<Candidate | 'taken' | undefined> {
  const members = { external_id: externalId, email, name, metadata: metadata && JSON.stringify(metadata) };
  const named = Object.entries(members).flatMap(([member, value]) => (value === undefined ? [] : [member]));
  const values = [time.ahead, id, named, ...Object.values(members).map((value) => value ?? null), telling('updated')];
  try {
    const { rows } = await run<CandidateRow>(db, UPDATE, values);
    return rows[0] && fromRow(rows[0]);
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return 'taken';
    throw error;
  }
}

const UNIQUE_VIOLATION = '23505';

/** What may be named, and what of it is bound. */
const MEMBERS = { external_id: '$4::text', email: '$5::text', name: '$6::text', metadata: '$7::jsonb' };

const ofEach = (write: (member: string, value: string) => string) =>
  Object.entries(MEMBERS).map(([member, value]) => write(member, value));

const isNew = (member: string, value: string) =>
  `('${member}' = any($3::text[]) and f.${member} is distinct from ${value})`;

/** The row is locked before it is compared: what another changes meanwhile is compared with, not written over unseen. */
const UPDATE = {
  name: 'update-candidate',
  text: `
    with found as materialized (
      select ${CANDIDATE_COLUMNS} from candidates where id = $2 for update
    ), compared as (
      select f.*, array_remove(array[${ofEach((m, value) => `case when ${isNew(m, value)} then '${m}' end`)}], null) as news
      from found f
    ), changed as (
      update candidates c set updated_at = ${now('$1')},
        ${ofEach((m, value) => `${m} = case when '${m}' = any(d.news) then ${value} else d.${m} end`)}
      from compared d where c.id = d.id and d.news <> '{}'
      returning ${CANDIDATE_COLUMNS.replace(/(^| )/g, '$1c.')}, d.news
    ), told as (${TELL('$8', `, 'changed', to_json(news)`)})
    select ${CANDIDATE_COLUMNS} from changed
    union all
    select ${CANDIDATE_COLUMNS} from compared where news = '{}'`,
};

import { appendEachSql, eachRow } from '../events/index.ts';

/**
 * Tells of the candidate that the CTE `changed` holds, if it holds one.
 * @param telling where `telling` is bound
 * @param more further members, as SQL that `json_build_object` takes
 */
export const TELL = (telling: string, more = '') =>
  appendEachSql(
    `select id::text as subject, updated_at as time, json_build_object('candidate_id', id${more}) as data from changed`,
    telling,
  );

/** What `TELL` is given. */
export const telling = (what: 'created' | 'updated' | 'deactivated' | 'restored'): string =>
  eachRow(`candidate.${what}.v1`);

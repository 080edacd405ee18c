import { createDatabase } from '../../adapters/postgres/index.ts';
import { sha256 } from '../../src/kernel/ids.ts';
import { type Load, refreshed } from './token-load.ts';

/** As long as a real one. */
const PREFIX = 'refresh-';
const DIGITS = 35;
const tokenOf = (number: number): string => PREFIX + String(number).padStart(DIGITS, '0');

/**
 * Fills a database with live refresh tokens: copies of a real one and of its grant, of one person after another, which can be
 * used as the real one can.
 */
export async function populateTokens(url: string, count: number, real: string): Promise<void> {
  const db = createDatabase(url, { max: 1 });
  await db.raw(
    `insert into oidc_artifacts (model, id, payload, account_id, client_id, grant_id, session_uid, status_index, expires_at)
     select a.model,
       case a.model when 'Grant' then sha256(('grant ' || n)::bytea) else sha256((:prefix || lpad(n::text, :digits, '0'))::bytea) end,
       (a.payload::jsonb || jsonb_build_object('accountId', u.id)
         || case a.model when 'Grant' then '{}' else jsonb_build_object('grantId', 'grant ' || n) end)::json,
       u.id, a.client_id, sha256(('grant ' || n)::bytea), a.session_uid, a.status_index, a.expires_at
     from oidc_artifacts r
       join oidc_artifacts a on (a.model, a.id) in ((r.model, r.id), ('Grant', r.grant_id)),
       generate_series(0, :count - 1) n
       join (select id, row_number() over () - 1 as number, count(*) over () as people from users) u on u.number = n % u.people
     where r.model = 'RefreshToken' and r.id = :real`,
    { count, digits: DIGITS, prefix: PREFIX, real: sha256(real) },
  );
  await db.raw('vacuum analyze oidc_artifacts');
  await db.destroy();
}

/** Far apart on disk, and without a factor in common with how many there are: every one has its turn. */
const STRIDE = 7919;

/** Refreshes one token of so many after the other; who comes round again uses what came for it. */
export function refreshesAmong(count: number): Load {
  const newest = new Map<number, string>();
  let turn = 0;
  return async (target) => async () => {
    const number = (turn++ * STRIDE) % count;
    newest.set(number, await refreshed(target, newest.get(number) ?? tokenOf(number)));
  };
}

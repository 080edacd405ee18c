/**
 * Puts on the list what the tokens of assessment sessions belong to that are over: a step of the statement that ends them
 * (`with changed as (…), ended as (…)`), so that it costs no commit. Sign-ins are found by their `sid`, which begins with the
 * session, and their grants beside it; a token of a grant that is made just now is known by its `sid` alone. What is kept is
 * looked through as text, for PostgreSQL reads no JSON that holds \u0000; a quotation mark that somebody has sent is an
 * escaped one there.
 *
 * `before` is a date at which none of the tokens is good any more: all are meant, and yet it is told from what has ended for
 * good. Whoever sat the session may still read at `/v1` how it ended, by a token of the same grant. What has ended for good
 * already stays so. Every node is told.
 * @param changed a CTE of sessions that are over: `id`, `candidate_id`
 * @param now the time, as SQL
 */
export const endTokensOf = (changed: string, now: string): string => `
  insert into revocations (kind, value, before, status_index, revoked_at, expires_at)
  select distinct on (e.kind, e.value) e.kind, e.value, ceil(extract(epoch from t.until))::bigint, e.status_index, t.now, t.until
  from (
    select case when g.id is null then 'sid' else 'grant' end as kind, coalesce(${KEY}, named[2]) as value, g.status_index
    from ${changed} s
      join oidc_artifacts a on a.account_id = s.candidate_id::text
        and position('"sid":"' || s.id::text || '.' in a.payload::text) > 0
      cross join regexp_matches(a.payload::text, '"(sid|grantId)":"([A-Za-z0-9_.-]+)"', 'g') as named
      left join oidc_artifacts g on named[1] = 'grantId' and g.model = 'Grant' and g.account_id = a.account_id
        and g.id = sha256(convert_to(named[2], 'UTF8'))
    where g.id is not null or starts_with(named[2], s.id::text || '.')
  ) e cross join (select ${now} as now, ${now} + make_interval(secs => seconds) as until from longest_token) t
  on conflict (kind, value) do nothing
  returning pg_notify('gatehouse_revocations', '')`;

/** The grant as its tokens name it: in base64url. */
const KEY = `translate(rtrim(encode(g.id, 'base64'), '='), '+/', '-_')`;

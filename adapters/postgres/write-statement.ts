import type { Knex } from 'knex';
import type { Artifact, Write } from '../../src/artifacts/index.ts';

/** Rows to be written, one array a column. */
const ROWS =
  'unnest(?::text[], ?::bytea[], ?::json[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::bytea[], ?::timestamptz[])';

const INTO =
  'insert into oidc_artifacts as a (model, id, payload, account_id, client_id, grant_id, uid, user_code, expires_at)';

const OR_REPLACE = `on conflict (model, id) do update set payload = excluded.payload, account_id = excluded.account_id,
      client_id = excluded.client_id, grant_id = excluded.grant_id, uid = excluded.uid,
      user_code = excluded.user_code, expires_at = excluded.expires_at`;

/** What only puts needs no verdict; to plan the whole statement below costs PostgreSQL more than to run this one. */
const PUT = `${INTO} select * from ${ROWS} ${OR_REPLACE}`;

/**
 * Everything a request writes, as one statement and one commit. `verdict` is the compare-and-swap: what is to be
 * consumed or required is locked, and looked at again once its lock is ours; unless all of it is still unused and there,
 * and every claim hit, nothing is written but the claims.
 */
const APPLY = `
  with usable as (
    select a.model, a.id
    from oidc_artifacts a join unnest(?::text[], ?::bytea[]) as c (model, id) on a.model = c.model and a.id = c.id
    where a.consumed_at is null and (a.expires_at is null or a.expires_at > ?)
    for update of a
  ), claimed as (
    ${INTO}
    select * from ${ROWS}
    on conflict (model, id) do update set payload = excluded.payload, expires_at = excluded.expires_at
      where a.expires_at <= ?
    returning 1
  ), required as (
    select a.model, a.id
    from oidc_artifacts a join unnest(?::text[], ?::bytea[]) as r (model, id) on a.model = r.model and a.id = r.id
    where a.expires_at is null or a.expires_at > ?
    for update of a
  ), verdict as (
    select (select count(*) from usable) = ? and (select count(*) from claimed) = ?
      and (select count(*) from required) = ? as won
  ), consumed as (
    update oidc_artifacts a set consumed_at = ? from usable u, verdict
    where won and a.model = u.model and a.id = u.id
  ), put as (
    ${INTO}
    select u.* from ${ROWS} as u, verdict
    where won
    ${OR_REPLACE}
  ), destroyed as (
    delete from oidc_artifacts a using unnest(?::text[], ?::bytea[]) as d (model, id), verdict
    where won and a.model = d.model and a.id = d.id
  ), revoked as (
    delete from oidc_artifacts a using unnest(?::text[], ?::bytea[]) as r (model, grant_id), verdict
    where won and a.model = r.model and a.grant_id = r.grant_id
  )
  select won from verdict`;

type Binding = Knex.Value;

/** @returns false when another request was first; nothing was written then. */
export async function writeAll(db: Knex, writes: readonly Write[], now: Date): Promise<boolean> {
  const sorted = [...writes].sort((a, b) => Buffer.compare(digestOf(a), digestOf(b)));
  const puts = sorted.filter((write) => write.kind === 'put');
  if (puts.length < sorted.length) return (await db.raw(APPLY, bindings(sorted, now))).rows[0].won;
  await db.raw(PUT, columns(puts.map(({ artifact }) => artifact)) as Binding[]);
  return true;
}

/** What `APPLY` is given. */
function bindings(sorted: readonly Write[], now: Date): Binding[] {
  const of = <K extends Write['kind']>(kind: K) =>
    sorted.filter((write): write is Extract<Write, { kind: K }> => write.kind === kind);
  const consumed = of('consume');
  const claimed = of('claim');
  const required = of('require');
  const destroyed = of('destroy');
  const revoked = of('revoke');
  return [
    consumed.map(({ model }) => model),
    consumed.map(({ id }) => id),
    now,
    ...columns(claimed.map(({ artifact }) => artifact)),
    now,
    required.map(({ model }) => model),
    required.map(({ id }) => id),
    now,
    consumed.length,
    claimed.length,
    required.length,
    now,
    ...columns(of('put').map(({ artifact }) => artifact)),
    destroyed.map(({ model }) => model),
    destroyed.map(({ id }) => id),
    revoked.map(({ model }) => model),
    revoked.map(({ grantId }) => grantId),
  ] as Binding[];
}

/** Rows are locked in this order: two requests of one browser that write the same rows don't wait for each other. */
function digestOf(write: Write): Buffer {
  if (write.kind === 'revoke') return write.grantId;
  return 'artifact' in write ? write.artifact.id : write.id;
}

/** Rows as one array a column, in the order of the insert. */
function columns(artifacts: readonly Artifact[]): unknown[] {
  const column = <T>(value: (artifact: Artifact) => T | undefined) =>
    artifacts.map((artifact) => value(artifact) ?? null);
  return [
    column(({ model }) => model),
    column(({ id }) => id),
    column(({ payload }) => JSON.stringify(payload)),
    column(({ accountId }) => accountId),
    column(({ clientId }) => clientId),
    column(({ grantId }) => grantId),
    column(({ uid }) => uid),
    column(({ userCode }) => userCode),
    column(({ expiresAt }) => expiresAt),
  ];
}

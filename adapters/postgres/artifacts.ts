import type { Knex } from 'knex';
import type { Artifact, ArtifactStore, Key, Write } from '../../src/artifacts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';

const COLUMN: Record<Key, string> = { id: 'id', uid: 'uid', userCode: 'user_code' };

/** Artefacts in PostgreSQL: a find is one statement, and so is everything that a request writes. */
export function postgresArtifacts(db: Knex, clock: Clock): ArtifactStore {
  return {
    async find(model, key, digest) {
      const row = await db('oidc_artifacts')
        .select('id', 'payload', 'consumed_at')
        .where({ model, [COLUMN[key]]: digest })
        .where(live(clock.now()))
        .first();
      return row && { id: row.id, payload: row.payload, consumedAt: row.consumed_at ?? undefined };
    },
    async apply(writes) {
      const { rows } = await db.raw(APPLY, bindings(writes, clock.now()));
      return rows[0].won;
    },
  };
}

/**
 * Removes what has expired, in small batches that no running request waits for.
 * @returns how many rows went.
 */
export async function sweepArtifacts(db: Knex, clock: Clock, batch = 1000): Promise<number> {
  let total = 0;
  for (let gone = batch; gone === batch; total += gone) {
    const result = await db.raw(
      `delete from oidc_artifacts where (model, id) in (
         select model, id from oidc_artifacts where expires_at <= ? limit ? for update skip locked)`,
      [clock.now(), batch],
    );
    gone = result.rowCount;
  }
  return total;
}

const live = (now: Date) => (query: Knex.QueryBuilder) => query.whereNull('expires_at').orWhere('expires_at', '>', now);

/**
 * Everything a request writes, as one statement and one commit. `verdict` is the compare-and-swap: unless every
 * consume and every claim hit, nothing else is written. (A claim is: losing a race does not make a proof fresh.)
 */
const APPLY = `
  with consumed as (
    update oidc_artifacts a set consumed_at = ?
    from unnest(?::text[], ?::bytea[]) as c (model, id)
    where a.model = c.model and a.id = c.id and a.consumed_at is null
      and (a.expires_at is null or a.expires_at > ?)
    returning 1
  ), claimed as (
    insert into oidc_artifacts as a (model, id, payload, account_id, client_id, grant_id, uid, user_code, expires_at)
    select * from unnest(?::text[], ?::bytea[], ?::json[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::bytea[], ?::timestamptz[])
    on conflict (model, id) do update set payload = excluded.payload, expires_at = excluded.expires_at
      where a.expires_at <= ?
    returning 1
  ), verdict as (
    select (select count(*) from consumed) = ? and (select count(*) from claimed) = ? as won
  ), put as (
    insert into oidc_artifacts as a (model, id, payload, account_id, client_id, grant_id, uid, user_code, expires_at)
    select u.* from unnest(?::text[], ?::bytea[], ?::json[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::bytea[], ?::timestamptz[]) as u, verdict
    where won
    on conflict (model, id) do update set payload = excluded.payload, account_id = excluded.account_id,
      client_id = excluded.client_id, grant_id = excluded.grant_id, uid = excluded.uid,
      user_code = excluded.user_code, expires_at = excluded.expires_at
  ), destroyed as (
    delete from oidc_artifacts a using unnest(?::text[], ?::bytea[]) as d (model, id), verdict
    where won and a.model = d.model and a.id = d.id
  ), revoked as (
    delete from oidc_artifacts a using unnest(?::text[], ?::bytea[]) as r (model, grant_id), verdict
    where won and a.model = r.model and a.grant_id = r.grant_id
  )
  select won from verdict`;

type Binding = Knex.Value;

function bindings(writes: readonly Write[], now: Date): Binding[] {
  const of = <K extends Write['kind']>(kind: K) =>
    writes.filter((write): write is Extract<Write, { kind: K }> => write.kind === kind);
  const consumed = of('consume');
  const claimed = of('claim');
  const destroyed = of('destroy');
  const revoked = of('revoke');
  return [
    now,
    consumed.map(({ model }) => model),
    consumed.map(({ id }) => id),
    now,
    ...columns(claimed.map(({ artifact }) => artifact)),
    now,
    consumed.length,
    claimed.length,
    ...columns(of('put').map(({ artifact }) => artifact)),
    destroyed.map(({ model }) => model),
    destroyed.map(({ id }) => id),
    revoked.map(({ model }) => model),
    revoked.map(({ grantId }) => grantId),
  ] as Binding[];
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

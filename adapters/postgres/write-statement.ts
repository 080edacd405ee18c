import type { Knex } from 'knex';
import type { Write } from '../../src/artifacts/index.ts';
import { run, statementOf } from '../../src/kernel/statement.ts';
import { columns, INTO, ROWS } from './artifact-rows.ts';
import { claiming } from './claims.ts';
import { RECORD } from './revocations.ts';
import { appended, isToldBy } from './write-events.ts';
import { type Kind, names, type Of, of, type Step } from './write-step.ts';

const OR_REPLACE = `on conflict (model, id) do update set payload = excluded.payload, account_id = excluded.account_id,
      client_id = excluded.client_id, grant_id = excluded.grant_id, uid = excluded.uid,
      user_code = excluded.user_code, session_uid = excluded.session_uid,
      status_index = coalesce(a.status_index, excluded.status_index), expires_at = excluded.expires_at`;

/** What only puts needs no verdict. */
const PUT = `${INTO} select * from ${ROWS} ${OR_REPLACE}`;

/**
 * Everything a request writes, as one statement and one commit. `verdict` is the compare-and-swap: what is to be
 * consumed or required is locked, and looked at again once its lock is ours; unless all of it is still unused and there,
 * and every claim hit, nothing is written but the claims. Steps with nothing to do are left out: planning them costs
 * PostgreSQL more than doing the others.
 * @returns false when another request was first; nothing was written then.
 */
export async function writeAll(db: Knex, writes: readonly Write[], now: Date): Promise<boolean> {
  const sorted = [...writes].sort((a, b) => Buffer.compare(digestOf(a), digestOf(b)));
  const puts = of(sorted, 'put');
  if (puts.length === sorted.length) {
    await run(db, statementOf(PUT), columns(puts.map(({ artifact }) => artifact)));
    return true;
  }
  const steps = [...guards(sorted, now), ...effects(sorted, now)];
  const told =
    of(sorted, 'end').length > 0 ? `, (select pg_notify('gatehouse_revocations', '') from ended limit 1)` : '';
  const queued = of(sorted, 'job').length > 0 ? ', (select count(*) from queued)' : '';
  const sql = `with ${steps.map((step) => step.sql).join(', ')} select won${told}${queued} from verdict`;
  const { rows } = await run<Verdict>(
    db,
    statementOf(sql),
    steps.flatMap((step) => step.bindings),
  );
  return rows[0]?.won === true;
}

interface Verdict {
  readonly won: boolean;
}

/** What has to hold, and whether it does. */
function guards(writes: readonly Write[], now: Date): Step[] {
  const [consumed, claimed, required] = [of(writes, 'consume'), of(writes, 'claim'), of(writes, 'require')];
  const steps: Step[] = [];
  if (consumed.length > 0)
    steps.push({
      sql: `usable as (
        select a.model, a.id
        from oidc_artifacts a join unnest(?::text[], ?::bytea[]) as c (model, id) on a.model = c.model and a.id = c.id
        where a.consumed_at is null and (a.expires_at is null or a.expires_at > ?)
        for update of a)`,
      bindings: [...names(consumed), now],
    });
  if (claimed.length > 0) {
    const artifacts = claimed.map(({ artifact }) => artifact);
    const { sql, bindings } = claiming(artifacts, now);
    steps.push({ sql: `claimed as (${sql})`, bindings });
  }
  if (required.length > 0)
    steps.push({
      sql: `required as (
        select a.model, a.id
        from oidc_artifacts a join unnest(?::text[], ?::bytea[]) as r (model, id) on a.model = r.model and a.id = r.id
        where a.expires_at is null or a.expires_at > ?
        for update of a)`,
      bindings: [...names(required), now],
    });
  return [...steps, verdict({ usable: consumed.length, claimed: claimed.length, required: required.length })];
}

/** Whether as many rows were found as were looked for. */
function verdict(counts: Readonly<Record<string, number>>): Step {
  const wanted = Object.entries(counts).filter(([, count]) => count > 0);
  const all = wanted.map(([step]) => `(select count(*) from ${step}) = ?`).join(' and ');
  return { sql: `verdict as (select ${all || 'true'} as won)`, bindings: wanted.map(([, count]) => count) };
}

/** What is done if it does. */
function effects(writes: readonly Write[], now: Date): Step[] {
  const steps: { readonly [K in Exclude<Kind, 'claim' | 'require'>]: (its: Of<K>[]) => Step } = {
    consume: () => ({
      sql: `consumed as (
        update oidc_artifacts a set consumed_at = ? from usable u, verdict
        where won and a.model = u.model and a.id = u.id)`,
      bindings: [now],
    }),
    put: (puts) => ({
      sql: `put as (${INTO} select u.* from ${ROWS} as u, verdict where won ${OR_REPLACE})`,
      bindings: columns(puts.map(({ artifact }) => artifact)),
    }),
    destroy: (destroyed) => ({
      sql: `destroyed as (
        delete from oidc_artifacts a using unnest(?::text[], ?::bytea[]) as d (model, id), verdict
        where won and a.model = d.model and a.id = d.id
        returning a.model, a.id)`,
      bindings: names(destroyed),
    }),
    revoke: (revoked) => ({
      sql: `revoked as (
        delete from oidc_artifacts a using unnest(?::text[], ?::bytea[]) as r (model, grant_id), verdict
        where won and a.model = r.model and a.grant_id = r.grant_id)`,
      bindings: [revoked.map(({ model }) => model), revoked.map(({ grantId }) => grantId)],
    }),
    end: (ended) => ({ sql: `ended as (${RECORD(', verdict where won')})`, bindings: endings(ended, now) }),
    event: (events) => appended(events),
    job: (jobs) => ({
      sql: `queued as (
        select graphile_worker.add_job(j.task, j.payload, max_attempts => j.attempts)
        from unnest(?::text[], ?::json[], ?::int[]) as j (task, payload, attempts), verdict where won)`,
      bindings: [
        jobs.map(({ task }) => task),
        jobs.map(({ payload }) => JSON.stringify(payload)),
        jobs.map(({ attempts }) => attempts),
      ],
    }),
  };
  const told = writes.filter((write) => write.kind !== 'event' || isToldBy(writes, write));
  return Object.entries(steps).flatMap(([kind, step]) => {
    const its = of(told, kind as keyof typeof steps);
    return its.length > 0 ? [(step as (its: Write[]) => Step)(its)] : [];
  });
}

/** What `RECORD` is given. */
function endings(ended: readonly Of<'end'>[], now: Date): unknown[] {
  const each = ended.map(({ ending }) => ending);
  return [
    each.map(({ kind }) => kind),
    each.map(({ value }) => value),
    each.map(() => null),
    each.map(({ statusIndex }) => statusIndex ?? null),
    each.map(({ grantId }) => grantId ?? null),
    now,
  ].slice() as unknown[];
}

/** Rows are locked in this order: two requests of one browser that write the same rows don't wait for each other. */
function digestOf(write: Write): Buffer {
  switch (write.kind) {
    case 'revoke':
      return write.grantId;
    case 'end':
      return Buffer.from(write.ending.value);
    case 'job':
    case 'event':
      return Buffer.alloc(0);
    default:
      return 'artifact' in write ? write.artifact.id : write.id;
  }
}

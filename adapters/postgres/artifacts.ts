import type { Knex } from 'knex';
import type { ArtifactStore, Bundle, Key, Model, Related, StoredArtifact } from '../../src/artifacts/index.ts';
import { BATCH, inBatches } from '../../src/kernel/batch.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { run, type Statement } from '../../src/kernel/statement.ts';
import { createClaims, isClaims } from './claims.ts';
import { writeAll } from './write-statement.ts';

const FOUND_BY: Record<Key, string> = { id: 'model = $1 and id = $2', uid: 'uid = $2', userCode: 'user_code = $2' };

/**
 * Artefacts in PostgreSQL: a find is one statement, also of one with what it hangs on, and so is everything that a
 * request writes.
 */
export function postgresArtifacts(db: Knex, clock: Clock): ArtifactStore {
  const claims = createClaims(db, clock);
  return {
    async find(model, key, digest) {
      const { rows } = await run<Row>(db, FIND[key], [model, digest, clock.now()]);
      return rows[0] && fromRow(rows[0]);
    },
    async findBundle(model, id) {
      const { rows } = await run<BundleRow>(db, BUNDLE, [model, id, clock.now()]);
      return rows[0] ? bundleOf(rows[0]) : { stored: undefined, related: [] };
    },
    apply: (writes) => (isClaims(writes) ? claims(writes) : writeAll(db, writes, clock.now())),
  };
}

const live = (alias: string) => `(${alias}.expires_at is null or ${alias}.expires_at > $3)`;

/**
 * Rows that are found by an index and nothing else. A planner whose statistics are old may think that there are next to none
 * of a model, and go through all of it: `offset 0` keeps what stands outside from it.
 */
const where = (found: string) => `(select * from oidc_artifacts where ${found} offset 0)`;

const find = (key: Key): Statement => ({
  name: `find-artifact-by-${key}`,
  text: `
  select a.id, a.payload, a.grant_id, a.consumed_at, a.status_index
  from ${where(FOUND_BY[key])} a
  where a.model = $1 and ${live('a')} limit 1`,
});

const FIND: Record<Key, Statement> = { id: find('id'), uid: find('uid'), userCode: find('userCode') };

/** Each of them is found by an index of its own; what is not there is null. */
const BUNDLE = {
  name: 'find-artifact-bundle',
  text: `
  select a.id, a.payload, a.grant_id, a.consumed_at, a.status_index, a.session_uid,
    g.id as g_id, g.payload as g_payload, g.consumed_at as g_consumed_at, g.status_index as g_status_index,
    s.id as s_id, s.payload as s_payload
  from oidc_artifacts a
    left join lateral ${where("model = 'Grant' and id = a.grant_id")} g on ${live('g')}
    left join lateral ${where('uid = a.session_uid')} s on s.model = 'Session' and ${live('s')}
  where a.model = $1 and a.id = $2 and ${live('a')}`,
};

/**
 * Removes what has expired, in small batches that no running request waits for.
 * @returns how many rows went.
 */
export async function sweepArtifacts(db: Knex, clock: Clock, batch = BATCH): Promise<number> {
  return inBatches(db, SWEEP, [clock.now()], batch);
}

const SWEEP = `
  with expired as materialized (
    select model, id from oidc_artifacts where expires_at <= ? order by expires_at limit ? for update skip locked
  )
  delete from oidc_artifacts a using expired e where a.model = e.model and a.id = e.id`;

interface Row {
  readonly id: Buffer;
  readonly payload: Record<string, unknown>;
  readonly grant_id: Buffer | null;
  readonly consumed_at: Date | null;
  readonly status_index: number | null;
}

interface BundleRow extends Row {
  readonly session_uid: Buffer | null;
  readonly g_id: Buffer | null;
  readonly g_payload: Record<string, unknown>;
  readonly g_consumed_at: Date | null;
  readonly g_status_index: number | null;
  readonly s_id: Buffer | null;
  readonly s_payload: Record<string, unknown>;
}

function fromRow(row: Row): StoredArtifact {
  return {
    id: row.id,
    payload: row.payload,
    grantId: row.grant_id ?? undefined,
    consumedAt: row.consumed_at ?? undefined,
    ...(row.status_index === null ? {} : { statusIndex: row.status_index }),
  };
}

function bundleOf(row: BundleRow): Bundle {
  const { grant_id: grantId, session_uid: uid, g_id: g, s_id: s } = row;
  const its = { payload: row.g_payload, grant_id: g, consumed_at: row.g_consumed_at, status_index: row.g_status_index };
  const of = (model: Model, key: Key, digest: Buffer, stored: StoredArtifact | undefined): Related[] => [
    { model, key, digest, stored },
  ];
  const ofSession = { payload: row.s_payload, grant_id: null, consumed_at: null, status_index: null };
  return {
    stored: fromRow(row),
    related: [
      ...(grantId ? of('Grant', 'id', grantId, g ? fromRow({ id: g, ...its }) : undefined) : []),
      ...(uid ? of('Session', 'uid', uid, s ? fromRow({ id: s, ...ofSession }) : undefined) : []),
    ],
  };
}

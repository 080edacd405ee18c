import type { Knex } from 'knex';
import type { ArtifactStore, Key, StoredArtifact } from '../../src/artifacts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { writeAll } from './write-statement.ts';

const COLUMN: Record<Key, string> = { id: 'id', uid: 'uid', userCode: 'user_code' };

/** Artefacts in PostgreSQL: a find is one statement, and so is everything that a request writes. */
export function postgresArtifacts(db: Knex, clock: Clock): ArtifactStore {
  return {
    async find(model, key, digest) {
      const row = await db('oidc_artifacts')
        .select('id', 'payload', 'grant_id', 'consumed_at')
        .where({ model, [COLUMN[key]]: digest })
        .where(live(clock.now()))
        .first();
      return row && fromRow(row);
    },
    apply: (writes) => writeAll(db, writes, clock.now()),
  };
}

/**
 * Removes what has expired, in small batches that no running request waits for.
 * @returns how many rows went.
 */
export async function sweepArtifacts(db: Knex, clock: Clock, batch = 1000): Promise<number> {
  let total = 0;
  for (let gone = batch; gone === batch; total += gone) {
    gone = (await db.raw(SWEEP, [clock.now(), batch])).rowCount;
  }
  return total;
}

/** `materialized`: a subquery with a limit may be run more than once, and each time lock other rows. */
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
}

function fromRow(row: Row): StoredArtifact {
  return {
    id: row.id,
    payload: row.payload,
    grantId: row.grant_id ?? undefined,
    consumedAt: row.consumed_at ?? undefined,
  };
}

const live = (now: Date) => (query: Knex.QueryBuilder) => query.whereNull('expires_at').orWhere('expires_at', '>', now);

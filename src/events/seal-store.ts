import type { Knex } from 'knex';

/** How far a month's chain goes, and its last hash. */
export interface Chain {
  readonly month: string;
  readonly position: number;
  readonly hash: Buffer;
}

/** A row as it is hashed: texts as PostgreSQL writes them, to the last digit. */
export interface SealedRow {
  readonly id: string;
  readonly position: number;
  readonly type: string;
  readonly subject: string | null;
  readonly time: string;
  readonly correlation_id: string | null;
  readonly actor: string | null;
  readonly client_id: string | null;
  readonly data: string;
  readonly hash: Buffer | null;
}

const COLUMNS = `id, position, type, subject, to_char(time at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
  correlation_id, actor, client_id, data::text as data, hash`;

/** Any number does that nothing else in the database uses. */
const LOCK = '7238250119487332';

export async function lockChains(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw('select pg_advisory_xact_lock(?)', [LOCK]);
}

export function readChains(db: Knex): Promise<Chain[]> {
  return db('event_chains').select('month', 'position', 'hash').orderBy('month');
}

export async function readUnsealed(
  db: Knex,
  { after, to, limit }: { readonly after: number; readonly to: number; readonly limit: number },
): Promise<SealedRow[]> {
  const { rows } = await db.raw(
    `select ${COLUMNS} from events where position > ? and position <= ? order by position limit ?`,
    [after, to, limit],
  );
  return rows;
}

export async function putHashes(
  transaction: Knex.Transaction,
  hashes: readonly { readonly id: string; readonly hash: Buffer }[],
): Promise<void> {
  await transaction.raw(
    'update events e set hash = h.hash from unnest(?::uuid[], ?::bytea[]) as h (id, hash) where e.id = h.id',
    [hashes.map(({ id }) => id), hashes.map(({ hash }) => hash)] as never,
  );
}

export async function putChains(transaction: Knex.Transaction, chains: readonly Chain[]): Promise<void> {
  if (chains.length === 0) return;
  await transaction('event_chains')
    .insert([...chains])
    .onConflict('month')
    .merge();
}

/** The sealed rows of a month, in the order of its chain, from a position on. */
export async function readSealed(
  db: Knex,
  { from, to, after, until, limit }: { from: string; to: string; after: number; until: number; limit: number },
): Promise<SealedRow[]> {
  const { rows } = await db.raw(
    `select ${COLUMNS} from events where id >= ? and id < ? and position > ? and position <= ?
     order by position limit ?`,
    [from, to, after, until, limit],
  );
  return rows;
}

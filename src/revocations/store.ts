import type { Knex } from 'knex';
import type { RevocableClaims, Revocation, RevocationKind } from '../verifier/revocation-list.ts';
import { placeOf } from './status-list.ts';

/** An entry, and where it stands in the order in which transactions began. */
export type StoredRevocation = Revocation & { readonly position: bigint; readonly revokedAt: Date };

export interface Reading {
  readonly entries: readonly StoredRevocation[];
  /** From where on to read next: every entry that is not among these will stand there or later. */
  readonly next: bigint;
}

/**
 * What has ended, from a position on. A transaction may commit after one that began later: the next position is that of
 * the oldest that still ran, so that none is missed; some come twice.
 */
export async function readRevocations(db: Knex, from: bigint, now: Date): Promise<Reading> {
  const { rows } = await db.raw(READ, [String(from), now]);
  const entries = rows.filter(({ kind }: Row) => kind !== null).map(fromRow);
  return { entries, next: BigInt(rows[0].next) };
}

/** One row at least: an empty list has a next position, too. */
const READ = `
  select r.*, pg_snapshot_xmin(pg_current_snapshot())::text as next
  from (values (1)) as always
    left join (select kind, value, before, status_index, revoked_at, expires_at, xid::text as xid from revocations
               where xid >= ?::xid8 and expires_at > ?) r on true`;

/** Whether a token has ended, asked of the database itself: for when the list in memory may be behind. */
export async function isRevokedNow(db: Knex, { jti, sid, sub, client_id, iat }: RevocableClaims, now: Date) {
  const grant = jti?.includes('.') ? jti.split('.')[0] : undefined;
  const named = Object.entries({ jti, sid, grant, sub, client: client_id }).filter(([, value]) => value !== undefined);
  const { rows } = await db.raw(ASK, [
    named.map(([kind]) => kind),
    named.map(([, value]) => String(value)),
    now,
    iat ?? 0,
  ]);
  return rows.length > 0;
}

const ASK = `
  select from revocations r join unnest(?::text[], ?::text[]) as t (kind, value) on r.kind = t.kind and r.value = t.value
  where r.expires_at > ? and (r.before is null or r.before > ?) limit 1`;

interface Row {
  readonly kind: RevocationKind | null;
  readonly value: string;
  readonly before: number | null;
  readonly status_index: number | null;
  readonly revoked_at: Date;
  readonly expires_at: Date;
  readonly xid: string;
}

function fromRow({ kind, value, before, status_index, revoked_at, expires_at, xid }: Row): StoredRevocation {
  return {
    kind: kind ?? 'jti',
    value,
    before: before ?? undefined,
    statusIndex: status_index ?? undefined,
    revokedAt: revoked_at,
    expiresAt: expires_at.getTime(),
    position: BigInt(xid),
  };
}

/**
 * From now on what ends is kept for so many seconds at least, by whichever process it is ended: to be called before the first
 * token is signed that lives so long. It is never kept for less again, for nobody knows when the last such token expires.
 */
export async function keepForTokensOf(db: Knex, seconds: number): Promise<void> {
  await db.raw('update longest_token set seconds = ? where seconds < ?', [seconds, seconds]);
}

/** Takes a block of places in the status lists: the first of `STATUS_BLOCK` that are nobody else's. */
export async function takeStatusBlock(db: Knex): Promise<number> {
  const { rows } = await db.raw(`select nextval('status_index') as first`);
  return Number(rows[0].first);
}

/**
 * Whether any place of a list was given away, by whichever node. One that was is asked for once: places are given away in
 * order, and not taken back.
 */
export function statusListExists(db: Knex): (list: number) => Promise<boolean> {
  let last = -1;
  return async (list) => {
    if (list <= last) return true;
    const { rows } = await db.raw('select last_value, is_called from status_index');
    last = rows[0].is_called ? placeOf(Number(rows[0].last_value) + STATUS_BLOCK - 1).list : -1;
    return list <= last;
  };
}

/** As many as the sequence goes on by (migration 0011). */
export const STATUS_BLOCK = 1024;

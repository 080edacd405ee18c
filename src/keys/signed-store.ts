import type { Knex } from 'knex';
import { BATCH, inBatches } from '../kernel/batch.ts';
import type { SignedToken } from './types.ts';

/** So many tokens of one key, client and kind that expire in the same minute. */
export interface SignedCount extends SignedToken {
  readonly tokens: number;
}

/** What one client loses with a key. */
export interface ClientTokens {
  readonly clientId: string;
  readonly accessTokens: number;
  readonly idTokens: number;
  /** When the last of them expires, to the minute. */
  readonly expiresAt: Date;
}

/** Sorted, so that two processes that write the same rows never wait for each other both. */
export async function addSigned(db: Knex, counts: readonly SignedCount[]): Promise<void> {
  const sorted = [...counts].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  await db.raw(
    `insert into signed_tokens as t (kid, client_id, kind, expires_at, tokens)
     select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[])
     on conflict (kid, client_id, kind, expires_at) do update set tokens = t.tokens + excluded.tokens`,
    [
      sorted.map(({ kid }) => kid),
      sorted.map(({ clientId }) => clientId),
      sorted.map(({ kind }) => kind),
      sorted.map(({ expiresAt }) => expiresAt),
      sorted.map(({ tokens }) => tokens),
    ] as Knex.Value[],
  );
}

const nameOf = ({ kid, clientId, kind, expiresAt }: SignedCount): string =>
  [kid, clientId, kind, expiresAt.toISOString()].join(' ');

/** Who holds live tokens of a key: the client with the most first. */
export async function listSigned(db: Knex, kid: string, now: Date): Promise<ClientTokens[]> {
  const { rows } = await db.raw(
    `select client_id, max(expires_at) as expires_at,
       coalesce(sum(tokens) filter (where kind = 'access_token'), 0)::bigint as access_tokens,
       coalesce(sum(tokens) filter (where kind = 'id_token'), 0)::bigint as id_tokens
     from signed_tokens where kid = ? and expires_at > ?
     group by client_id order by sum(tokens) desc, client_id`,
    [kid, now],
  );
  return rows.map((row: Row) => ({
    clientId: row.client_id,
    accessTokens: Number(row.access_tokens),
    idTokens: Number(row.id_tokens),
    expiresAt: row.expires_at,
  }));
}

interface Row {
  readonly client_id: string;
  readonly expires_at: Date;
  readonly access_tokens: number | string;
  readonly id_tokens: number | string;
}

/** Forgets counts of tokens that have expired, in small batches that no count waits for. */
export async function sweepSigned(db: Knex, now: Date, batch = BATCH): Promise<void> {
  await inBatches(db, SWEEP, [now], batch);
}

const SWEEP = `
  with expired as materialized (
    select kid, client_id, kind, expires_at from signed_tokens
    where expires_at <= ? order by expires_at limit ? for update skip locked
  )
  delete from signed_tokens t using expired e
  where t.kid = e.kid and t.client_id = e.client_id and t.kind = e.kind and t.expires_at = e.expires_at`;

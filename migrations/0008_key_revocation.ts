import type { Knex } from 'knex';

export const name = '0008_key_revocation.ts';

/**
 * When a key was revoked, which is more than retired; how many tokens each key has signed for whom, by the minute in which
 * they expire; and what pairwise subjects are made with.
 *
 * `signed_tokens` counts, and holds no token. A salt counts for whoever has been there since, until the next one's
 * `since`, and is never removed: a subject never changes.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table signing_keys add column revoked_at timestamptz;
    alter table signing_keys add constraint signing_keys_revoked_is_retired
      check (revoked_at is null or state = 'retired');

    create table signed_tokens (
      kid text not null,
      client_id text not null,
      kind text not null,
      expires_at timestamptz not null,
      tokens bigint not null,
      primary key (kid, client_id, kind, expires_at)
    );
    create index signed_tokens_by_expiry on signed_tokens (expires_at);

    create table pairwise_salts (
      id uuid primary key,
      sealed_salt bytea not null,
      since timestamptz not null unique,
      created_at timestamptz not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table pairwise_salts, signed_tokens;
    alter table signing_keys drop constraint signing_keys_revoked_is_retired, drop column revoked_at;
  `);
}

import type { Knex } from 'knex';

export const name = '0001_foundation.ts';

/**
 * Users, clients, signing keys, and what the protocol engine keeps.
 *
 * `oidc_artifacts` holds no usable token: `id`, `uid`, `user_code` and `grant_id` are SHA-256 digests.
 * Its payload is `json`, not `jsonb`: the engine reads it whole, and a request parameter may hold \u0000.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table users (
      id uuid primary key,
      email text not null,
      email_key text not null unique,
      email_verified boolean not null default false,
      name text,
      locale text,
      password_hash text,
      status text not null default 'active' check (status in ('active', 'disabled')),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      last_login_at timestamptz
    );

    create table clients (
      client_id text primary key,
      metadata jsonb not null,
      managed_by text not null check (managed_by in ('file', 'api')),
      created_at timestamptz not null,
      updated_at timestamptz not null
    );

    create table signing_keys (
      kid text primary key,
      alg text not null,
      state text not null check (state in ('pending', 'active', 'retiring', 'retired')),
      public_jwk jsonb not null,
      sealed_private_jwk bytea,
      created_at timestamptz not null,
      activated_at timestamptz,
      retiring_at timestamptz,
      retired_at timestamptz,
      check (state = 'retired' or sealed_private_jwk is not null)
    );
    create unique index signing_keys_one_active on signing_keys (alg) where state = 'active';

    create table oidc_artifacts (
      model text not null,
      id bytea not null,
      payload json not null,
      account_id text,
      client_id text,
      grant_id bytea,
      uid bytea,
      user_code bytea,
      consumed_at timestamptz,
      expires_at timestamptz,
      primary key (model, id)
    );
    create index oidc_artifacts_by_grant on oidc_artifacts (grant_id) where grant_id is not null;
    create index oidc_artifacts_by_uid on oidc_artifacts (uid) where uid is not null;
    create index oidc_artifacts_by_user_code on oidc_artifacts (user_code) where user_code is not null;
    create index oidc_artifacts_by_account on oidc_artifacts (account_id) where account_id is not null;
    create index oidc_artifacts_by_expiry on oidc_artifacts (expires_at) where expires_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table oidc_artifacts, signing_keys, clients, users');
}

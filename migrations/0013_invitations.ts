import type { Knex } from 'knex';

export const name = '0013_invitations.ts';

/**
 * By what candidates come to their session: links, each used once, and a code to come back with, one for each session.
 * Neither is here, but only what it is known by: of a link its SHA-256, of a code, which is short, a digest that takes the
 * master key. Both go when their session goes. A link that was used stays, so that whoever opens it again is told so.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table invitations (
      id uuid primary key,
      session_id uuid not null references assessment_sessions on delete cascade,
      client_id text not null,
      token_digest bytea not null unique,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index invitations_by_session on invitations (session_id, id);

    create table resume_codes (
      session_id uuid primary key references assessment_sessions on delete cascade,
      client_id text not null,
      code_digest bytea not null unique,
      created_at timestamptz not null,
      expires_at timestamptz not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table resume_codes, invitations');
}

import type { Knex } from 'knex';

export const name = '0002_mail.ts';

/**
 * Mails, and the proofs that go out in them.
 *
 * A mail's text is nowhere: it holds a live link, so it travels sealed in its job, which is gone once it was sent.
 * `email_proofs` holds digests: of the link's token (SHA-256), and of the code, keyed, for six digits are few.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table mails (
      id uuid primary key,
      kind text not null,
      user_id uuid references users (id) on delete cascade,
      state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
      attempts integer not null default 0,
      last_error text,
      created_at timestamptz not null,
      sent_at timestamptz
    );
    create index mails_by_user on mails (user_id) where user_id is not null;
    create index mails_failed on mails (created_at) where state = 'failed';

    create table email_proofs (
      id uuid primary key,
      user_id uuid not null references users (id) on delete cascade,
      purpose text not null check (purpose in ('verify_email', 'reset_password')),
      email_key text not null,
      token_digest bytea not null unique,
      code_digest bytea,
      code_failures integer not null default 0,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      unique (user_id, purpose)
    );
    create index email_proofs_by_expiry on email_proofs (expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table email_proofs, mails');
}

import type { Knex } from 'knex';

export const name = '0004_account_page.ts';

/**
 * What the account page needs: when an account is to be erased, and which new address a proof is for, as it was typed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table users add column deletion_due_at timestamptz;
    create index users_by_deletion on users (deletion_due_at) where deletion_due_at is not null;

    alter table email_proofs add column email text;
    alter table email_proofs drop constraint email_proofs_purpose_check;
    alter table email_proofs add constraint email_proofs_purpose_check
      check (purpose in ('verify_email', 'reset_password', 'change_email'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from email_proofs where purpose = 'change_email';
    alter table email_proofs drop constraint email_proofs_purpose_check;
    alter table email_proofs add constraint email_proofs_purpose_check
      check (purpose in ('verify_email', 'reset_password'));
    alter table email_proofs drop column email;
    alter table users drop column deletion_due_at;
  `);
}

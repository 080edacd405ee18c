import type { Knex } from 'knex';

export const name = '0007_registrations.ts';

/**
 * Anybody can register somebody else's address. So which password and name count is decided by whose mail is answered:
 * they belong to the proof.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table email_proofs add column password_hash text, add column name text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table email_proofs drop column password_hash, drop column name');
}

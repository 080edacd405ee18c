import type { Knex } from 'knex';

export const name = '0015_used_codes.ts';

/** A code that was used stays until there is a newer one: the browser that did not hear the answer may send it again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table resume_codes add column used_at timestamptz');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('delete from resume_codes where used_at is not null; alter table resume_codes drop column used_at;');
}

import type { Knex } from 'knex';

export const name = '0015_pressed_in.ts';

/**
 * In which browser a link was pressed, as a digest of what that one alone has, and the sign-in that came of it, by the
 * engine's `uid`, which opens nothing: whoever did not hear the answer may press again there.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table invitations add column pressed_in bytea, add column sign_in text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table invitations drop column pressed_in, drop column sign_in');
}

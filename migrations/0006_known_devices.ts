import type { Knex } from 'knex';

export const name = '0006_known_devices.ts';

/** From when on a browser is known that somebody signed in with: since the password, or the address, is what it is. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table users add column devices_known_from timestamptz');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table users drop column devices_known_from');
}

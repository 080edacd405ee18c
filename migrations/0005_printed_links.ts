import type { Knex } from 'knex';

export const name = '0005_printed_links.ts';

/**
 * A link that an operator prints and hands over is not read in the user's mail: it sets a password, and proves no
 * address.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table email_proofs add column proves_address boolean not null default true');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table email_proofs drop column proves_address');
}

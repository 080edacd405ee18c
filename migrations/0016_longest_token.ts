import type { Knex } from 'knex';

export const name = '0016_longest_token.ts';

/**
 * The longest life, in seconds, of any token that a server on this database may ever have signed: one row, so that whatever
 * ends something, a command in another folder too, knows how long that has to be kept. Tokens that live now were signed by
 * servers that did not write theirs down; their counts say how long the last of them still lives.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table longest_token (seconds integer not null);
    insert into longest_token
      select greatest(900, ceil(extract(epoch from max(expires_at) - now()))) from signed_tokens;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table longest_token');
}

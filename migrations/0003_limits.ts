import type { Knex } from 'knex';

export const name = '0003_limits.ts';

/**
 * What is counted by `src/limits`, where there is no Redis. Its shape is rate-limiter-flexible's own.
 *
 * `unlogged`: a count is written several times a sign-in, and never waits for the disk. PostgreSQL empties such a table
 * when it comes back from a crash, and a standby has none: counting begins anew then.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unlogged table rate_limits (
      key varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    );
    create index rate_limits_by_expiry on rate_limits (expire);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table rate_limits');
}

import type { Knex } from 'knex';

export const name = '0010_clients_by_command.ts';

/** Clients that an operator makes by command, and from when on one is shut, whoever manages it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table clients add column disabled_at timestamptz;
    alter table clients drop constraint clients_managed_by_check;
    alter table clients add constraint clients_managed_by_check check (managed_by in ('file', 'api', 'command'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update clients set managed_by = 'api' where managed_by = 'command';
    alter table clients drop constraint clients_managed_by_check;
    alter table clients add constraint clients_managed_by_check check (managed_by in ('file', 'api'));
    alter table clients drop column disabled_at;
  `);
}

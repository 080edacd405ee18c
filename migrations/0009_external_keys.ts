import type { Knex } from 'knex';

export const name = '0009_external_keys.ts';

/**
 * Where a private key is kept that is not sealed here, such as in an HSM: a URI (RFC 7512). A retired key's stays until
 * what it names has been destroyed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table signing_keys add column private_key_uri text;
    alter table signing_keys drop constraint signing_keys_check;
    alter table signing_keys add constraint signing_keys_private_part
      check (state = 'retired' or num_nonnulls(sealed_private_jwk, private_key_uri) = 1);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from signing_keys where state <> 'retired' and private_key_uri is not null;
    alter table signing_keys drop constraint signing_keys_private_part;
    alter table signing_keys drop column private_key_uri;
    alter table signing_keys add constraint signing_keys_check check (state = 'retired' or sealed_private_jwk is not null);
  `);
}

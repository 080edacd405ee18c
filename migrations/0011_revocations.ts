import type { Knex } from 'knex';

export const name = '0011_revocations.ts';

/**
 * What ended before its time, for as long as a token of it could still be shown: `kind` and `value` name what a token
 * belongs to (`jti`, `sid`, `grant`, `sub`, `client`), `before` (seconds) means tokens issued earlier. `xid` lets a reader go on
 * where it stopped without missing a transaction that commits late.
 *
 * A grant that has ended stays for its owner to see; `consumed_at` says that nothing is issued under it any more.
 * `status_index` is its tokens' place in the status lists, `session_uid` whose session a token may end with.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table revocations (
      kind text not null check (kind in ('jti', 'sid', 'grant', 'sub', 'client')),
      value text not null,
      before bigint,
      status_index bigint,
      revoked_at timestamptz not null,
      expires_at timestamptz not null,
      xid xid8 not null default pg_current_xact_id(),
      primary key (kind, value)
    );
    create index revocations_by_xid on revocations (xid);
    create index revocations_by_expiry on revocations (expires_at);

    create sequence status_index increment 1024;

    alter table oidc_artifacts add column status_index bigint, add column session_uid bytea;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table oidc_artifacts drop column status_index, drop column session_uid;
    drop sequence status_index;
    drop table revocations;
  `);
}
